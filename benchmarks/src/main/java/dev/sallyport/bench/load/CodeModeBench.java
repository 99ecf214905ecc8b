package dev.sallyport.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * {@code sallyport bench codemode [--json FILE]}: how long scripts take through MCP, one after the
 * other, on a connection that is kept, in a gateway that is warm: an empty one; ten calls side by
 * side of a tool that takes 20 ms, against one such call; a loop of a million steps. Exit status 1
 * where a goal is missed.
 */
public final class CodeModeBench {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int COLD = 400;

  /** Some ten seconds: the gateway's code is compiled after it. */
  private static final int WARM = 5_000;

  private static final int MEASURED = 1_000;
  private static final int SLOW = 60;
  private static final int LOOPS = 10;

  private static final double EMPTY_GOAL_MILLIS = 3;
  private static final double LOOP_GOAL_MILLIS = 150;

  private static final String EMPTY = "result = 1";
  private static final String ONE = "result = echo.slow(millis=20)";
  private static final String TEN =
      "result = len(parallel([call(echo.slow, millis=20) for i in range(10)]))";
  private static final String LOOP = "for i in range(1000000):\n    pass\nresult = i";

  private final KeptAgent agent;

  private CodeModeBench(KeptAgent agent) {
    this.agent = agent;
  }

  /** Milliseconds. */
  private record Times(double p50, double p99) {

    static Times of(double[] millis) {
      double[] sorted = millis.clone();
      Arrays.sort(sorted);
      return new Times(
          sorted[sorted.length / 2], sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)]);
    }
  }

  public static void main(String[] args) throws IOException {
    Path json = null;
    if (args.length == 2 && args[0].equals("--json")) {
      json = Path.of(args[1]);
    } else if (args.length > 0) {
      System.err.println("bench codemode takes --json FILE.");
      System.exit(2);
    }
    boolean reached;
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.MODERN);
        Gateway gateway =
            Gateway.start(
                GatewayPlan.of(GatewayMode.asked())
                    .withConfig(
                        """
                        servers:
                          echo: {url: "%s", codeMode: true}
                          plain: {url: "%s"}
                        keys:
                          bench: {tools: ["*"]}
                        """
                            .formatted(upstream.url(), upstream.url())))) {
      awaitTools(new Wire(gateway.mcpUrl(), gateway.key("bench")));
      KeptAgent agent = new KeptAgent(URI.create(gateway.mcpUrl()), gateway.key("bench"));
      reached = new CodeModeBench(agent).run(json);
    }
    System.exit(reached ? 0 : 1);
  }

  private boolean run(@Nullable Path json) throws IOException {
    Times cold = measure(COLD, EMPTY);
    measure(WARM, EMPTY);
    Times empty = measure(MEASURED, EMPTY);
    direct(WARM);
    Times plain = direct(MEASURED);
    measure(SLOW / 2, ONE);
    Times one = measure(SLOW, ONE);
    measure(SLOW / 2, TEN);
    Times ten = measure(SLOW, TEN);
    measure(LOOPS, LOOP);
    Times loop = measure(LOOPS, LOOP);
    double tenGoal = 1.5 * one.p50() + 2;

    line("a tools/call without a script", plain, Double.NaN);
    line("an empty script", empty, EMPTY_GOAL_MILLIS);
    line("the first " + COLD + " empty scripts", cold, Double.NaN);
    line("one call of a 20 ms tool", one, Double.NaN);
    line("ten such calls in parallel", ten, tenGoal);
    line("a loop of 1,000,000 steps", loop, LOOP_GOAL_MILLIS);
    boolean reached =
        empty.p50() < EMPTY_GOAL_MILLIS && ten.p50() <= tenGoal && loop.p50() < LOOP_GOAL_MILLIS;
    if (json != null) {
      ObjectNode report = JSON.createObjectNode();
      put(report, "call", plain);
      put(report, "emptyScript", empty);
      put(report, "firstEmptyScripts", cold);
      put(report, "oneCall", one);
      put(report, "tenCallsInParallel", ten).put("goalMillis", tenGoal);
      put(report, "millionSteps", loop);
      report.put("reached", reached);
      Files.writeString(json, report.toPrettyString() + "\n");
    }
    return reached;
  }

  private static void awaitTools(Wire agent) throws IOException {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      if (agent.names().contains("executeToolCode")
          && agent.names().contains("plain__echo")
          && agent
              .call("executeToolCode", "{\"code\":\"" + EMPTY + "\"}")
              .text()
              .contains("\"result\":1")) {
        return;
      }
      if (System.nanoTime() - until > 0) {
        throw new IOException("The gateway offers no scripts after 30 s.");
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  private String script(String code) throws IOException {
    return agent.call("executeToolCode", "{\"code\":" + JSON.writeValueAsString(code) + "}");
  }

  private Times measure(int times, String code) throws IOException {
    double[] millis = new double[times];
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      String answer = script(code);
      millis[i] = (System.nanoTime() - began) / 1e6;
      if (answer.contains("\"isError\":true")) {
        throw new IOException("A script failed: " + answer);
      }
    }
    return Times.of(millis);
  }

  private Times direct(int times) throws IOException {
    double[] millis = new double[times];
    for (int i = 0; i < times; i++) {
      long began = System.nanoTime();
      agent.call("plain__echo", "{\"n\":1}");
      millis[i] = (System.nanoTime() - began) / 1e6;
    }
    return Times.of(millis);
  }

  private static void line(String what, Times times, double goal) {
    System.out.println(
        String.format(
                Locale.ROOT, "%-32s p50 %8.2f ms   p99 %8.2f ms", what, times.p50(), times.p99())
            + (Double.isNaN(goal)
                ? ""
                : String.format(
                    Locale.ROOT,
                    "   goal %7.2f ms %s",
                    goal,
                    times.p50() <= goal ? "reached" : "MISSED")));
  }

  private static ObjectNode put(ObjectNode report, String name, Times times) {
    return report.putObject(name).put("p50Millis", times.p50()).put("p99Millis", times.p99());
  }
}
