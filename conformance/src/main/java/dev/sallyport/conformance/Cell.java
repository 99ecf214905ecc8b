package dev.sallyport.conformance;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A way through a gateway that is tried: which endpoint, over which transport, with clients and
 * servers of which eras, and {@linkplain Trial with what}.
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
      run(RequirementSet.V2026_07_28, null)),
  C5(
      "The gateway as the client: the suite's servers behind it, agents of both eras in front",
      Trial.CLIENT_SCENARIOS,
      run(RequirementSet.V2025_11_25, null),
      run(RequirementSet.V2026_07_28, null)),
  C7(
      "HTTP+SSE upstream, the npm server-everything: checks of this project, the suite has none",
      Trial.OWN_CHECKS,
      run(RequirementSet.V2025_11_25, "everything"),
      run(RequirementSet.V2026_07_28, "everything"));

  /** What is tried in a cell. */
  public enum Trial {
    /** The suite's server scenarios, on an endpoint of the gateway. */
    SERVER_SCENARIOS,
    /**
     * The suite's client scenarios, those about authorization left out: the suite starts servers,
     * the gateway is told of them, and agents of this project call them through it.
     */
    CLIENT_SCENARIOS,
    /** Checks of this project on {@link EverythingServer}, by an agent of each revision. */
    OWN_CHECKS
  }

  /**
   * One trial of a cell.
   *
   * @param server whose endpoint is used; null for the aggregate one, or where the trial names it
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
  private final Trial trial;
  private final List<Run> runs;

  Cell(String title, Run... runs) {
    this(title, Trial.SERVER_SCENARIOS, runs);
  }

  Cell(String title, Trial trial, Run... runs) {
    this.title = title;
    this.trial = trial;
    this.runs = List.of(runs);
  }

  private static Run run(RequirementSet requirements, @Nullable String server) {
    return new Run(requirements, server, Map.of());
  }

  public String title() {
    return title;
  }

  public Trial trial() {
    return trial;
  }

  public List<Run> runs() {
    return runs;
  }

  /** A tool that is listed as soon as the cell's servers are connected; empty if it has none. */
  public Optional<String> awaitedTool() {
    return switch (trial) {
      case SERVER_SCENARIOS -> Optional.of("test_simple_text");
      case CLIENT_SCENARIOS -> Optional.empty();
      case OWN_CHECKS -> Optional.of("get-tiny-image");
    };
  }

  /** What the cell does not try although one might expect it, as a sentence; empty if nothing. */
  public Optional<String> leftOut() {
    return switch (trial) {
      case SERVER_SCENARIOS, OWN_CHECKS -> Optional.empty();
      case CLIENT_SCENARIOS ->
          Optional.of(
              "The scenarios under `auth/` (14 of 2025-11-25, 25 of 2026-07-28) are left out: the"
                  + " gateway cannot obtain tokens for its upstream servers yet.");
    };
  }

  /** Whether the gateway must be started with bare names on its aggregate endpoint. */
  public boolean bareNames() {
    return this == C4;
  }

  /**
   * The {@code sallyport.yaml} of the gateway.
   *
   * @param upstream URL of a {@link ConformanceFixture} of both eras; of an {@link
   *     EverythingServer} where the trial is that of own checks
   * @param others commands of further stdio servers, for the aggregate endpoint
   */
  public String config(URI upstream, Map<String, List<String>> others) {
    return "servers:\n"
        + switch (this) {
          case C1 -> http("http", upstream, "auto");
          case C2 -> stdio("stdio", ConformanceFixture.stdio(ConformanceFixture.Eras.BOTH));
          case C3 ->
              http("modern", upstream, "2026-07-28") + http("legacy", upstream, "2025-11-25");
          case C4 ->
              http("http", upstream, "auto")
                  + others.entrySet().stream()
                      .map(other -> stdio(other.getKey(), other.getValue()))
                      .collect(Collectors.joining());
          case C5 -> "  {}\n";
          case C7 -> "  everything:\n    type: sse\n    url: " + upstream + "\n";
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
