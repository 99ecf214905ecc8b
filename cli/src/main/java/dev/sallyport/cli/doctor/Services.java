package dev.sallyport.cli.doctor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processes of {@code --split}; nothing where the gateway is one process. */
final class Services {

  private Services() {}

  static List<Finding> examine(Path data) {
    Path file = data.resolve("run/services.json");
    List<Finding> findings = new ArrayList<>();
    if (!Files.isRegularFile(file)) {
      return findings;
    }
    try {
      for (var service : new ObjectMapper().readTree(file.toFile()).properties()) {
        JsonNode facts = service.getValue();
        long pid = facts.path("pid").asLong();
        String seen = "process " + pid + ", port " + facts.path("port").asInt();
        boolean alive = pid > 0 && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        findings.add(
            alive
                ? new Finding.Good("process of " + service.getKey(), seen)
                : new Finding.Bad(
                    "process of " + service.getKey(),
                    seen + " is not there",
                    "it is started again by itself; its log is in the logs folder"));
      }
    } catch (IOException e) {
      findings.add(new Finding.Note("services", "run/services.json cannot be read"));
    }
    return findings;
  }
}
