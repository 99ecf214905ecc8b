package dev.sallyport.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.mcp.frame.FrameScanner;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** The demo server as a child process, started as its users start it. */
final class DemoProcess implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String END = "";

  private final Process process;
  private final OutputStream in;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  DemoProcess() throws IOException {
    String classPath = placeOf(DemoServer.class) + File.pathSeparator + placeOf(FrameScanner.class);
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classPath,
                DemoServer.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    in = process.getOutputStream();
    Thread.ofVirtual().start(this::read);
  }

  private static String placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (java.net.URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void read() {
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // The process was ended by close().
    } finally {
      lines.add(END);
    }
  }

  void send(String line) {
    send((line + "\n").getBytes(UTF_8));
  }

  void send(byte[] bytes) {
    try {
      in.write(bytes);
      in.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The next message of the server; fails if it sends something else, or nothing. */
  JsonNode next() {
    try {
      String line = lines.poll(20, TimeUnit.SECONDS);
      assertThat(line).as("a message from the demo server").isNotNull().isNotEqualTo(END);
      return JSON.readTree(line);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  JsonNode ask(String line) {
    send(line);
    return next();
  }

  void closeInput() throws IOException {
    in.close();
  }

  /** The exit status, and that nothing more was sent. */
  int exit() throws InterruptedException {
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).as("the demo server ended").isTrue();
    assertThat(lines.poll(20, TimeUnit.SECONDS)).isEqualTo(END);
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
