package dev.sallyport.bench.jmh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.edge.dialect.Client;
import dev.sallyport.edge.dialect.Clients;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.McpHeaders;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What dialects add to each request of a modern client: finding out whether it has one. */
@State(Scope.Benchmark)
public class DialectBenchmark {

  private static final McpHeaders NO_HEADERS = name -> List.of();

  private final Clients clients = Clients.builtIn();
  private final byte[] unknown = clientInfo("an-agent-of-their-own");
  private final Span unknownSpan = new Span(0, unknown.length);
  private final byte[] known = clientInfo("cursor-vscode");
  private final Span knownSpan = new Span(0, known.length);

  private static byte[] clientInfo(String name) {
    return ("{\"name\":\"" + name + "\",\"version\":\"1.4.0\"}").getBytes(UTF_8);
  }

  @Benchmark
  public Client unknownClient() {
    return clients.of(unknown, unknownSpan, NO_HEADERS);
  }

  @Benchmark
  public Client knownClient() {
    return clients.of(known, knownSpan, NO_HEADERS);
  }
}
