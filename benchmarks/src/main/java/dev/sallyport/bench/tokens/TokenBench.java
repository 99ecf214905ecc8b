package dev.sallyport.bench.tokens;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code sallyport bench tokens [--json FILE]}: prints what Code Mode saves of a model's input,
 * task by task. Ends with status 1 when a goal is not reached.
 */
public final class TokenBench {

  private TokenBench() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 0 && !(args.length == 2 && args[0].equals("--json"))) {
      System.err.println("bench tokens takes --json FILE; not " + String.join(" ", args));
      System.exit(2);
    }
    TokenReport report = TokenReport.measure();
    System.out.print(report.table());
    if (args.length == 2) {
      Files.writeString(Path.of(args[1]), report.json() + "\n");
    }
    System.exit(report.reachesGoals() ? 0 : 1);
  }
}
