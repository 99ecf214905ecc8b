package dev.sallyport.starlark;

import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the corpus of the specification needs of an interpreter; found with {@link
 * java.util.ServiceLoader}. See {@code spec/README.md} for the predeclared names that a host gives
 * to each program.
 */
public interface SpecificationHost {

  /** Executes a module to its end or to its first error. Each call is a world of its own. */
  Outcome run(Program program);

  /** The host of the class path: {@code META-INF/services} names it. */
  static SpecificationHost find() {
    return ServiceLoader.load(SpecificationHost.class)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No SpecificationHost in META-INF/services"));
  }

  /** What the specification leaves to the dialect. */
  enum Option {
    RECURSION,
    WHILE,
    TOPLEVEL,
    SETS,
    REASSIGN
  }

  /**
   * A module.
   *
   * @param source its text
   * @param options what it may do beyond the specification
   * @param modules what it, and what it loads, can load, by name
   */
  record Program(String source, Set<Option> options, Map<String, Program> modules) {}

  /**
   * How it went.
   *
   * @param prints each call of the built-in, in order, without the final line end
   * @param failure null if the module came to its end
   */
  record Outcome(List<String> prints, @Nullable Failure failure) {}

  /**
   * An error.
   *
   * @param message what went wrong, for a reader; no position
   * @param line from 1; of the innermost Starlark code, or of the offending token; 0 if unknown
   */
  record Failure(String message, int line) {}
}
