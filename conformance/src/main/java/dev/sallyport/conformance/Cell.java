package dev.sallyport.conformance;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A way through a gateway to the {@linkplain ConformanceFixture fixture} that the suite is run on:
 * which endpoint, over which transport, with clients and servers of which eras.
 */
public enum Cell {
  C1(
      "One server's endpoint, HTTP upstream",
      run(RequirementSet.V2025_11_25, "http"),
      run(RequirementSet.V2026_07_28, "http")),
  C2(
      "One server's endpoint, stdio upstream",
      run(RequirementSet.V2025_11_25, "stdio"),
      run(RequirementSet.V2026_07_28, "stdio")),
  C3(
      "Across the eras: legacy client on a modern server, modern client on a legacy server",
      run(RequirementSet.V2025_11_25, "modern"),
      new Run(
          RequirementSet.V2026_07_28,
          "legacy",
          Map.of(
              "server-stateless",
              "A 2025-11-25 server has no -32021: it answers isError when a capability is missing,"
                  + " and so does the gateway for it. The scenario's other checks pass.",
              "input-required-result-basic-elicitation",
              "The scenario wants the key user_name in inputRequests; a 2025-11-25 server asks by"
                  + " JSON-RPC id and has no such key."))),
  C4(
      "The aggregate endpoint with three upstreams, bare names",
      run(RequirementSet.V2025_11_25, null),
      run(RequirementSet.V2026_07_28, null));

  /**
   * The suite once.
   *
   * @param server whose endpoint it is run on; null for the aggregate one
   * @param exceptions scenarios that by their nature cannot pass here, with the reason
   */
  public record Run(
      RequirementSet requirements, @Nullable String server, Map<String, String> exceptions) {

    /** Path of the endpoint, without the gateway's address. */
    public String path() {
      return server == null ? "/mcp" : "/mcp/servers/" + server;
    }

    /** Scenarios of the report that failed although they can pass. */
    public List<ScenarioReport> broken(SuiteReport report) {
      return report.failed().stream()
          .filter(scenario -> !exceptions.containsKey(scenario.name()))
          .toList();
    }
  }

  private final String title;
  private final List<Run> runs;

  Cell(String title, Run... runs) {
    this.title = title;
    this.runs = List.of(runs);
  }

  private static Run run(RequirementSet requirements, @Nullable String server) {
    return new Run(requirements, server, Map.of());
  }

  public String title() {
    return title;
  }

  public List<Run> runs() {
    return runs;
  }

  /** Whether the gateway must be started with bare names on its aggregate endpoint. */
  public boolean bareNames() {
    return this == C4;
  }

  /**
   * The {@code sallyport.yaml} of the gateway.
   *
   * @param fixture of both eras, over HTTP
   * @param others commands of further stdio servers, for the aggregate endpoint
   */
  public String config(URI fixture, Map<String, List<String>> others) {
    return "servers:\n"
        + switch (this) {
          case C1 -> http("http", fixture, "auto");
          case C2 -> stdio("stdio", ConformanceFixture.stdio(ConformanceFixture.Eras.BOTH));
          case C3 -> http("modern", fixture, "2026-07-28") + http("legacy", fixture, "2025-11-25");
          case C4 ->
              http("http", fixture, "auto")
                  + others.entrySet().stream()
                      .map(other -> stdio(other.getKey(), other.getValue()))
                      .collect(Collectors.joining());
        };
  }

  private static String http(String name, URI url, String version) {
    return "  " + name + ":\n    url: " + url + "\n    protocolVersion: \"" + version + "\"\n";
  }

  private static String stdio(String name, List<String> command) {
    return "  "
        + name
        + ":\n    command: '"
        + command.getFirst()
        + "'\n    args: ["
        + command.stream()
            .skip(1)
            .map(argument -> "'" + argument.replace("'", "''") + "'")
            .collect(Collectors.joining(", "))
        + "]\n";
  }
}
