package dev.sallyport.system;

import dev.sallyport.conformance.Cell;
import dev.sallyport.conformance.CellTrial;
import dev.sallyport.conformance.ConformanceFixture;
import dev.sallyport.conformance.ConformanceSuite;
import dev.sallyport.conformance.EverythingServer;
import dev.sallyport.conformance.RoundRobin;
import dev.sallyport.conformance.ScenarioReport;
import dev.sallyport.conformance.SuiteReport;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import dev.sallyport.testkit.npm.NpmPackages;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The official suite through the gateway: one test for each scenario of each cell. */
class ConformanceTest {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration SOON = Duration.ofSeconds(60);

  private static ConformanceFixture fixture;
  private static CellTrial trial;

  @TempDir Path output;

  @BeforeAll
  static void start() {
    fixture = ConformanceFixture.start(ConformanceFixture.Eras.BOTH);
    trial = new CellTrial(ConformanceSuite.install(), LIMIT);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @TestFactory
  Stream<DynamicTest> oneServerOverHttp() throws Exception {
    return through(Cell.C1);
  }

  @TestFactory
  Stream<DynamicTest> oneServerOverStdio() throws Exception {
    return through(Cell.C2);
  }

  @TestFactory
  Stream<DynamicTest> acrossTheEras() throws Exception {
    return through(Cell.C3);
  }

  @TestFactory
  Stream<DynamicTest> threeServersOnTheAggregateEndpoint() throws Exception {
    return through(Cell.C4);
  }

  @TestFactory
  Stream<DynamicTest> theGatewayAsTheClient() throws Exception {
    return through(Cell.C5);
  }

  @TestFactory
  Stream<DynamicTest> aServerOfTheOldTransport() throws Exception {
    try (EverythingServer everything = EverythingServer.start()) {
      return through(Cell.C7, everything.url());
    }
  }

  private Stream<DynamicTest> through(Cell cell) throws IOException, InterruptedException {
    return through(cell, fixture.url());
  }

  private Stream<DynamicTest> through(Cell cell, URI upstream)
      throws IOException, InterruptedException {
    // One cell is enough to show that several processes pass what one does: here with two edges and
    // two executors, and every request at the other edge than the one before.
    Assumptions.assumeTrue(GatewayMode.asked() == GatewayMode.STANDALONE || cell == Cell.C1);
    NpmPackages npm = NpmPackages.install();
    Map<String, List<String>> others =
        cell == Cell.C4
            ? Map.of("everything", npm.everything(), "files", npm.filesystem(output))
            : Map.of();
    GatewayPlan plan =
        GatewayPlan.of(GatewayMode.asked())
            .withConfig(cell.config(upstream, others))
            .withArguments("--no-auth");
    if (cell.bareNames()) {
      plan = plan.withEnvironment("SALLYPORT_EDGE_CATALOGUE_BARE_NAMES", "true");
    }
    boolean split = GatewayMode.asked() == GatewayMode.SPLIT;
    if (split) {
      plan = plan.withArguments("--replicas", "edge=2", "--replicas", "executor=2");
    }
    List<DynamicTest> tests = new ArrayList<>();
    try (Gateway gateway = Gateway.start(plan);
        RoundRobin balancer = RoundRobin.over(edges(gateway, split))) {
      for (Cell.Run run : cell.runs()) {
        URI own = url(gateway, run);
        for (int port : edges(gateway, split)) {
          URI one = URI.create("http://127.0.0.1:" + port + own.getPath());
          cell.awaitedTool().ifPresent(tool -> awaitListed(one, tool));
        }
        URI url = split ? balancer.in(own) : own;
        SuiteReport report =
            trial.of(
                cell, run, url, gateway.readyFile(), output.resolve(run.requirements().toString()));
        for (ScenarioReport scenario : report.scored()) {
          tests.add(
              DynamicTest.dynamicTest(
                  cell + " " + report.requirements() + " " + scenario.name(),
                  () -> require(run, scenario)));
        }
      }
    }
    return tests.stream();
  }

  private static URI url(Gateway gateway, Cell.Run run) {
    return URI.create(run.server() == null ? gateway.mcpUrl() : gateway.mcpUrl(run.server()));
  }

  /** Ports at which agents are served. */
  private static List<Integer> edges(Gateway gateway, boolean split) {
    return split
        ? List.of(gateway.servicePort("edge"), gateway.servicePort("edge-2"))
        : List.of(URI.create(gateway.mcpUrl()).getPort());
  }

  private static void awaitListed(URI url, String tool) {
    Awaitility.await()
        .atMost(SOON)
        .until(() -> new Wire(url.toString(), null).names().contains(tool));
  }

  /** What cannot pass must not pass either: else the reason given for it is wrong. */
  private static void require(Cell.Run run, ScenarioReport scenario) {
    String reason = run.exceptions().get(scenario.name());
    if (reason == null && !scenario.passed()) {
      throw new AssertionError(
          scenario.failures().stream()
              .map(Object::toString)
              .collect(Collectors.joining("\n", scenario.name() + " failed:\n", "")));
    }
    if (reason != null && scenario.passed()) {
      throw new AssertionError(
          scenario.name() + " passes; take it off the exceptions. It was said: " + reason);
    }
  }
}
