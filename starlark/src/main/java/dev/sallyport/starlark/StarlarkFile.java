package dev.sallyport.starlark;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs one file, as a command does: what the script prints goes to one stream, the errors to
 * another, and the result is an exit status.
 *
 * @param dialect what the file may use
 * @param limits what the run may use
 * @param environment the names that the file finds
 */
public record StarlarkFile(Dialect dialect, Limits limits, Environment environment) {
  /** The status of a run that came to its end. */
  public static final int OK = 0;

  /** The status of a file that cannot be read, is no program, or failed. */
  public static final int FAILED = 1;

  /**
   * Runs a file.
   *
   * @param out where {@code print} writes, a line for each call
   * @param err gets {@code file:line:column: message}, the stack and a hint for each error
   * @return {@link #OK} or {@link #FAILED}
   */
  public int run(Path file, PrintStream out, PrintStream err) {
    byte[] source;
    try {
      if (Files.size(file) > 4L * Program.MAX_SOURCE) {
        err.println(file + ": the file is too long");
        return FAILED;
      }
      source = Files.readAllBytes(file);
    } catch (IOException e) {
      err.println(file + ": the file cannot be read");
      return FAILED;
    }
    return run(source, file.toString(), out, err);
  }

  /** Runs a text that was read from a file of the name. */
  public int run(byte[] source, String fileName, PrintStream out, PrintStream err) {
    return switch (Program.parse(source, fileName, dialect)) {
      case ParseResult.Refused refused -> {
        refused.errors().forEach(error -> err.println(error.describe()));
        yield FAILED;
      }
      case ParseResult.Parsed parsed -> run(parsed.program(), out, err);
    };
  }

  private int run(Program program, PrintStream out, PrintStream err) {
    var undefined = program.undefined(environment);
    if (!undefined.isEmpty()) {
      undefined.forEach(error -> err.println(error.describe()));
      return FAILED;
    }
    try {
      program.run(environment, new Meter(limits), out::println);
      return OK;
    } catch (StarlarkException e) {
      err.println(e.describe());
      return FAILED;
    } catch (Suspended e) {
      err.println(
          program.fileName() + ": the script waits for something that a file cannot wait for");
      return FAILED;
    }
  }
}
