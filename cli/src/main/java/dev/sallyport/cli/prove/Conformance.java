package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.cli.prove.Proof.NotSo;
import dev.sallyport.conformance.Cell;
import dev.sallyport.conformance.CellTrial;
import dev.sallyport.conformance.ConformanceFixture;
import dev.sallyport.conformance.ConformanceSuite;
import dev.sallyport.conformance.EverythingServer;
import dev.sallyport.conformance.RequirementSet;
import dev.sallyport.conformance.ScenarioReport;
import dev.sallyport.conformance.SuiteReport;
import dev.sallyport.host.DemoUpstream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The official suite, run on a server directly and through a gateway of the proof's own, cell by
 * cell. A cell holds when every scenario that can pass there does.
 */
final class Conformance {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private record Ran(String cell, String title, Cell.@Nullable Run run, SuiteReport report) {}

  private final Proof proof;
  private final Path folder;
  private final HttpClient client;
  private final List<Ran> ran = new ArrayList<>();

  Conformance(Proof proof, Path folder, HttpClient client) {
    this.proof = proof;
    this.folder = folder;
    this.client = client;
  }

  /**
   * Runs what is asked for.
   *
   * @param cells empty: all
   * @param server null: the fixture, directly and through every cell
   */
  void run(Set<Cell> cells, @Nullable URI server) throws Exception {
    ConformanceSuite suite = ConformanceSuite.install();
    if (server != null) {
      for (RequirementSet requirements : RequirementSet.values()) {
        direct(suite, "server", server + " directly", server, requirements);
      }
      return;
    }
    try (ConformanceFixture fixture = ConformanceFixture.start(ConformanceFixture.Eras.BOTH)) {
      for (RequirementSet requirements : RequirementSet.values()) {
        direct(suite, "direct", "The fixture, no gateway", fixture.url(), requirements);
      }
      for (Cell cell : cells.isEmpty() ? EnumSet.allOf(Cell.class) : cells) {
        if (cell.trial() == Cell.Trial.OWN_CHECKS) {
          try (EverythingServer everything = EverythingServer.start()) {
            cell(suite, cell, everything.url());
          }
        } else {
          cell(suite, cell, fixture.url());
        }
      }
    }
  }

  private void direct(
      ConformanceSuite suite, String name, String title, URI url, RequirementSet requirements)
      throws InterruptedException {
    Path output = folder.resolve(name + "-" + requirements);
    proof.check(
        title + ", " + requirements,
        () -> {
          SuiteReport report = suite.server(url, requirements, output, LIMIT);
          ran.add(new Ran(name, title, null, report));
          return judge(report, report.failed());
        });
  }

  private void cell(ConformanceSuite suite, Cell cell, URI upstream) throws Exception {
    Path own = Files.createDirectory(folder.resolve(cell.name()));
    Path config = own.resolve("sallyport.yaml");
    Map<String, List<String>> others =
        cell == Cell.C4 ? Map.of("second", demo(), "third", demo()) : Map.of();
    Files.writeString(config, cell.config(upstream, others));
    Map<String, String> environment =
        cell.bareNames() ? Map.of("SALLYPORT_EDGE_CATALOGUE_BARE_NAMES", "true") : Map.of();
    CellTrial trial = new CellTrial(suite, LIMIT);
    try (OwnGateway gateway =
        OwnGateway.start(own, client, environment, "--no-auth", "--config", config.toString())) {
      for (Cell.Run run : cell.runs()) {
        URI url = URI.create(gateway.adminUrl() + run.path());
        Path output = own.resolve(run.requirements().toString());
        proof.check(
            cell + " " + cell.title() + ", " + run.requirements(),
            () -> {
              if (cell.awaitedTool().isPresent()) {
                awaitTool(url, cell.awaitedTool().get());
              }
              SuiteReport report = trial.of(cell, run, url, gateway.readyFile(), output);
              ran.add(new Ran(cell.name(), cell.title(), run, report));
              return judge(report, run.broken(report));
            });
      }
    }
  }

  /** The demo server that ships with the gateway. */
  private static List<String> demo() {
    Path root = Path.of(System.getProperty("sallyport.root", ".")).toAbsolutePath();
    return DemoUpstream.command(List.of(root.resolve("standalone/target/quarkus-app/lib/main")));
  }

  /** The upstream is connected and listed. */
  private void awaitTool(URI url, String tool) throws Exception {
    String body =
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":{"
            + "\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\","
            + "\"io.modelcontextprotocol/clientCapabilities\":{}}}}";
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(Duration.ofSeconds(5))
            .header("Content-Type", "application/json")
            .header("Accept", "application/json, text/event-stream")
            .header("MCP-Protocol-Version", "2026-07-28")
            .header("Mcp-Method", "tools/list")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    String ignored =
        Proof.eventually(
            PATIENCE,
            () -> {
              String answer = client.send(request, HttpResponse.BodyHandlers.ofString()).body();
              if (!answer.contains("\"" + tool + "\"")) {
                throw new NotSo("the server's tools are not listed");
              }
              return "listed";
            });
  }

  private static String judge(SuiteReport report, List<ScenarioReport> broken) throws NotSo {
    if (!broken.isEmpty()) {
      throw new NotSo(
          report
              + "; failed: "
              + broken.stream().map(ScenarioReport::name).collect(Collectors.joining(", ")));
    }
    return report.toString();
  }

  /** {@code {"C1":{"2025-11-25":{"passed":30,"scored":30},…}}}. */
  void writeJson(Path file) throws IOException {
    ObjectNode all = JSON.createObjectNode();
    for (Ran one : ran) {
      ObjectNode cell = all.withObject("/" + one.cell());
      SuiteReport report = one.report();
      ObjectNode set = cell.putObject(report.requirements().toString());
      set.put("passed", report.scored().size() - report.failed().size());
      set.put("scored", report.scored().size());
      ObjectNode failed = set.putObject("failed");
      for (ScenarioReport scenario : report.failed()) {
        failed.put(scenario.name(), reason(one, scenario));
      }
    }
    Files.writeString(file, all.toPrettyString() + "\n");
  }

  private static String reason(Ran one, ScenarioReport scenario) {
    Cell.Run run = one.run();
    String known = run == null ? null : run.exceptions().get(scenario.name());
    return known != null ? known : "It should pass.";
  }

  /** The page that the project keeps. */
  void writePage(Path file) throws IOException {
    StringBuilder page = new StringBuilder();
    page.append("# Conformance\n\n")
        .append(
            "Written by `./sallyport prove conformance --page docs/conformance.md`; do not edit it.\n\n")
        .append(
            "The official suite (`@modelcontextprotocol/conformance`, pinned in the `conformance` module) against the\n")
        .append(
            "project's own fixture server, directly and through the gateway; in C5 the suite is the server and the gateway\n")
        .append(
            "the client; C7 is checks of this project, by an agent of each revision. Numbers are passed / scored scenarios.\n\n")
        .append("| cell | what | 2025-11-25 | 2026-07-28 |\n| --- | --- | --- | --- |\n");
    List<String> cells = ran.stream().map(Ran::cell).distinct().toList();
    for (String cell : cells) {
      List<Ran> of = ran.stream().filter(one -> one.cell().equals(cell)).toList();
      page.append("| ").append(cell).append(" | ").append(of.getFirst().title()).append(" |");
      for (RequirementSet set : RequirementSet.values()) {
        page.append(' ')
            .append(
                of.stream()
                    .filter(one -> one.report().requirements() == set)
                    .map(one -> count(one.report()))
                    .findFirst()
                    .orElse(""))
            .append(" |");
      }
      page.append('\n');
    }
    page.append("\n## What does not pass, and why\n\n");
    for (Ran one : ran) {
      for (ScenarioReport scenario : one.report().failed()) {
        page.append("- ")
            .append(one.cell())
            .append(", ")
            .append(one.report().requirements())
            .append(", `")
            .append(scenario.name())
            .append("`: ")
            .append(reason(one, scenario))
            .append('\n');
      }
    }
    page.append(leftOut());
    Files.writeString(file, page);
  }

  private String leftOut() {
    String sentences =
        EnumSet.allOf(Cell.class).stream()
            .filter(cell -> ran.stream().anyMatch(one -> one.cell().equals(cell.name())))
            .flatMap(cell -> cell.leftOut().map(what -> "- " + cell + ": " + what + "\n").stream())
            .collect(Collectors.joining());
    return sentences.isEmpty() ? "" : "\n## What is not tried yet\n\n" + sentences;
  }

  private static String count(SuiteReport report) {
    return report.scored().size() - report.failed().size() + " / " + report.scored().size();
  }
}
