package dev.sallyport.cli.stdio;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client at the two ends of a bridge that runs in this JVM. */
final class BridgeClient implements AutoCloseable {

  static final String MODERN =
      "\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
          + "\"io.modelcontextprotocol/clientInfo\":{\"name\":\"c\",\"version\":\"1\"},"
          + "\"io.modelcontextprotocol/clientCapabilities\":{}}";

  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
  private final OutputStream input;
  private final Thread runs;

  private BridgeClient(Destination.Source destination, Duration forAnswers) throws IOException {
    Pipe pipe = Pipe.open();
    input = Channels.newOutputStream(pipe.sink());
    Notes notes = new Notes(new PrintStream(errors, true, StandardCharsets.UTF_8));
    Bridge bridge =
        new Bridge(
            new GatewayLink(destination, notes),
            new MessageWriter(new Lines(), notes),
            notes,
            forAnswers);
    runs = Thread.ofPlatform().start(() -> bridge.run(Channels.newInputStream(pipe.source())));
  }

  static BridgeClient to(URI url) throws IOException {
    return to(() -> new Destination.Known(url, FakeGateway.KEY), Duration.ofSeconds(5));
  }

  static BridgeClient to(Destination.Source destination, Duration forAnswers) throws IOException {
    return new BridgeClient(destination, forAnswers);
  }

  BridgeClient send(String line) throws IOException {
    input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    input.flush();
    return this;
  }

  /** The next line of standard output. */
  String next() throws InterruptedException {
    String line = lines.poll(FakeGateway.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    if (line == null) {
      throw new AssertionError("nothing more came; standard error has: " + notes());
    }
    return line;
  }

  /** Opens a legacy session at a gateway that answers with one. */
  BridgeClient initialized() throws IOException, InterruptedException {
    send(
        "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":"
            + "\"2025-11-25\",\"capabilities\":{\"sampling\":{}},\"clientInfo\":{\"name\":\"c\","
            + "\"version\":\"1\"}}}");
    next();
    return send("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
  }

  /** What was written that {@link #next} has not returned. */
  int waiting() {
    return lines.size();
  }

  String notes() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  /** Ends standard input and waits for the bridge. */
  void end() throws IOException, InterruptedException {
    input.close();
    runs.join(Duration.ofSeconds(20));
    if (runs.isAlive()) {
      throw new AssertionError("the bridge does not end");
    }
  }

  @Override
  public void close() throws IOException, InterruptedException {
    end();
  }

  /** Splits at LF, as a client does. */
  private final class Lines extends OutputStream {

    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    @Override
    public void write(int b) {
      if (b == '\n') {
        lines.add(line.toString(StandardCharsets.UTF_8));
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
