package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.sandbox.proof.EscapeSuite;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lets scripts, and workers that have gone over, try to break out of the sandbox. */
final class Escape {

  private final PrintStream out;
  private final Path folder;
  private final List<EscapeSuite.Outcome> outcomes = new ArrayList<>();
  private String isolation = "";

  Escape(PrintStream out, Path folder) {
    this.out = out;
    this.folder = folder;
  }

  /** Makes all attempts; about two minutes. */
  void run() throws IOException, InterruptedException {
    try (EscapeSuite suite = new EscapeSuite(folder)) {
      isolation = suite.isolation();
      out.println("Isolation of workers on this machine: " + isolation);
      outcomes.addAll(suite.run(this::tell));
    }
  }

  private void tell(EscapeSuite.Outcome outcome) {
    out.println(
        (outcome.held() ? "  held    " : "  FAILED  ")
            + outcome.attempt().fullName()
            + " ("
            + outcome.took().toMillis()
            + " ms)"
            + (outcome.held() ? "" : ": " + outcome.seen()));
    out.flush();
  }

  /** Prints the outcome, writes it where asked, and gives the exit status. */
  int finish(Optional<Path> json) throws IOException {
    long failed = outcomes.stream().filter(outcome -> !outcome.held()).count();
    long passed = outcomes.size() - failed;
    out.println("escape: " + passed + " attempts held, " + failed + " did not");
    if (json.isPresent()) {
      ObjectNode report = new ObjectMapper().createObjectNode();
      report.put("passed", passed);
      report.put("failed", failed);
      report.put("isolation", isolation);
      ArrayNode attempts = report.putArray("attempts");
      for (EscapeSuite.Outcome outcome : outcomes) {
        attempts
            .addObject()
            .put("group", outcome.attempt().group())
            .put("name", outcome.attempt().name())
            .put("held", outcome.held())
            .put("seen", outcome.seen())
            .put("millis", outcome.took().toMillis());
      }
      Files.writeString(json.get(), report.toPrettyString() + "\n");
    }
    return failed == 0 && passed > 0 ? 0 : 1;
  }
}
