package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The checks of one proof, told as they are made. Not for use by several threads. */
final class Proof {

  /** One check: what must hold, whether it did, and what was seen. */
  record Check(String name, boolean held, String seen) {}

  /** What is looked at: a sentence about what was seen, or an exception when it does not hold. */
  @FunctionalInterface
  interface Look {
    String see() throws Exception;
  }

  /** Something that must hold did not; the message says what was seen instead. */
  static final class NotSo extends Exception {
    private static final long serialVersionUID = 1L;

    NotSo(String seen) {
      super(seen);
    }
  }

  private final String name;
  private final PrintStream out;
  private final List<Check> checks = new ArrayList<>();
  private final ObjectNode facts = new ObjectMapper().createObjectNode();

  Proof(String name, PrintStream out) {
    this.name = name;
    this.out = out;
  }

  /** Makes a check; whatever is thrown is a check that did not hold. */
  void check(String what, Look look) throws InterruptedException {
    Check check;
    try {
      check = new Check(what, true, look.see());
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      String seen = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      check =
          new Check(
              what, false, e instanceof NotSo ? seen : e.getClass().getSimpleName() + ": " + seen);
    }
    checks.add(check);
    out.println((check.held() ? "  held    " : "  FAILED  ") + what + ": " + check.seen());
    out.flush();
  }

  /** What was counted, for the report. */
  void facts(ObjectNode counted) {
    facts.setAll(counted);
  }

  /** Looks until it holds; the last thing seen counts when it never does. */
  static String eventually(Duration patience, Look look) throws Exception {
    long end = System.nanoTime() + patience.toNanos();
    while (true) {
      try {
        return look.see();
      } catch (NotSo | IOException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
      }
    }
  }

  /** Prints the outcome, writes it where asked, and gives the exit status. */
  int finish(java.util.Optional<Path> json) throws IOException {
    long failed = checks.stream().filter(check -> !check.held()).count();
    boolean held = failed == 0 && !checks.isEmpty();
    out.println(
        held
            ? name + ": all " + checks.size() + " checks held"
            : name + ": " + failed + " of " + checks.size() + " checks did not hold");
    if (json.isPresent()) {
      ObjectNode report = new ObjectMapper().createObjectNode();
      report.put("proof", name);
      report.put("held", held);
      report.setAll(facts);
      ArrayNode all = report.putArray("checks");
      for (Check check : checks) {
        all.addObject()
            .put("name", check.name())
            .put("held", check.held())
            .put("seen", check.seen());
      }
      Files.writeString(json.get(), report.toPrettyString() + "\n");
    }
    return held ? 0 : 1;
  }
}
