package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.testkit.echo.EchoUpstream;
import dev.sallyport.testkit.gateway.Admin;
import dev.sallyport.testkit.gateway.Gateway;
import dev.sallyport.testkit.gateway.GatewayMode;
import dev.sallyport.testkit.gateway.GatewayPlan;
import dev.sallyport.testkit.wire.RawHttp;
import dev.sallyport.testkit.wire.Wire;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Without keys everybody sees everything, and the rules and limits of the tenant hold. */
class AnonymousTest {

  @Test
  void rulesAndLimitsHoldForWhoeverShowsNoKey() throws Exception {
    try (EchoUpstream upstream = EchoUpstream.start(EchoUpstream.Era.LEGACY);
        Gateway gateway =
            Gateway.start(
                GatewayPlan.of(GatewayMode.asked())
                    .withConfig(
                        """
                        servers:
                          echo:
                            url: %s
                        rules:
                          no-etc:
                            when: has(args.path) && args.path.startsWith('/etc')
                            effect: deny
                        limits:
                          few:
                            server: echo
                            calls: 2
                            per: 1h
                        """
                            .formatted(upstream.url()))
                    .withEnvironment("SALLYPORT_SANDBOX_ON_DEMAND", "true")
                    .withArguments("--no-auth"))) {
      Admin admin = gateway.admin();
      World.awaitReady(admin, Set.of());
      Wire wire = new Wire(gateway.mcpUrl(), null);
      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> wire.names().contains("echo__write"));

      // A rule over arguments refuses, and nothing is spent
      assertThat(wire.call("echo__write", "{\"path\":\"/etc/hosts\"}").text())
          .contains("\"isError\":true")
          .contains("no-etc");
      assertThat(upstream.executed("write")).isZero();

      // The limit of the server counts
      for (int i = 0; i < 2; i++) {
        assertThat(wire.call("echo__write", "{}").text()).doesNotContain("\"isError\":true");
      }
      assertThat(wire.call("echo__write", "{}").text()).contains("few");
      assertThat(upstream.executed("write")).isEqualTo(2);

      // Another rule is in force at once, in lists too, and what it changes of the calls is known
      Awaitility.await()
          .atMost(Duration.ofSeconds(15))
          .until(() -> Records.all(admin, "server=echo").size() == 4);
      JsonNode simulated =
          admin
              .post(
                  "/api/v1/access/simulate",
                  "{\"proposal\":{\"rules\":{\"no-write\":{\"tools\":[\"*__write\"],\"effect\":\"deny\"}}}}")
              .expect(200)
              .json();
      assertThat(simulated.path("differ").asInt()).isEqualTo(3);
      assertThat(simulated.path("calls").path(0).path("keyId").asText()).isEqualTo("anonymous");
      admin
          .put("/api/v1/rules/no-write", "{\"tools\":[\"*__write\"],\"effect\":\"deny\"}")
          .expect(201);
      assertThat(wire.names()).contains("echo__echo").doesNotContain("echo__write");
      assertThat(wire.call("echo__write", "{}").text()).contains("Unknown tool");

      // Where the sandbox starts on demand it is not needed, until a server is for scripts
      if (GatewayMode.asked() == GatewayMode.STANDALONE) {
        assertThat(ready(gateway)).contains("not needed");
      }
      admin
          .put("/api/v1/servers/echo-s", "{\"url\":\"" + upstream.url() + "\",\"codeMode\":true}")
          .expect(201);
      Awaitility.await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  wire.call("executeToolCode", "{\"code\":\"result = echo_s.echo(n=1)\"}")
                      .text()
                      .contains("\"structuredContent\""));
      assertThat(ready(gateway)).doesNotContain("not needed");
    }
  }

  private static String ready(Gateway gateway) throws IOException {
    return RawHttp.exchange(
            "GET", URI.create(gateway.mcpUrl()).resolve("/q/health/ready"), List.of(), new byte[0])
        .text();
  }
}
