package dev.sallyport.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.host.CredentialsFile;
import dev.sallyport.host.GatewayApi;
import dev.sallyport.host.StartPanel;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The running gateway: what it says of itself, and how its upstream servers are. */
record Running(CredentialsFile credentials) {

  List<Finding> examine() {
    List<Finding> findings = new ArrayList<>();
    try {
      checks(findings);
      GatewayApi api = new GatewayApi(credentials.adminUrl(), credentials.adminKey());
      for (StartPanel.Upstream upstream : api.upstreams()) {
        findings.add(finding(upstream));
      }
    } catch (IOException e) {
      findings.add(
          new Finding.Bad(
              "gateway",
              credentials.adminUrl() + " does not answer: " + e.getMessage(),
              "look into the logs folder of the data folder"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return findings;
  }

  private void checks(List<Finding> findings) throws IOException, InterruptedException {
    try (HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create(credentials.adminUrl() + "/q/health"))
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      for (JsonNode check : new ObjectMapper().readTree(answer.body()).path("checks")) {
        String name = check.path("name").asText();
        findings.add(
            check.path("status").asText().equals("UP")
                ? new Finding.Good(name, "up")
                : new Finding.Bad(
                    name,
                    "down " + check.path("data"),
                    "wait a moment and look again; then look into the logs folder"));
      }
    }
  }

  private static Finding finding(StartPanel.Upstream upstream) {
    String subject = "server " + upstream.name();
    String seen = upstream.health() + ", " + upstream.tools() + " tools";
    return switch (upstream.health()) {
      case "ready" -> new Finding.Good(subject, seen);
      case "connecting", "disabled" -> new Finding.Note(subject, seen);
      default ->
          new Finding.Bad(
              subject,
              seen,
              upstream.reason().isEmpty() ? "./sallyport servers" : upstream.reason());
    };
  }
}
