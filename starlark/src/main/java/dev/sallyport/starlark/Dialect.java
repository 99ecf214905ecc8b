package dev.sallyport.starlark;

import java.util.Set;

/**
 * What a program may use beyond the specification's core.
 *
 * @param topLevelControl {@code if}, {@code for} (and {@code while} where it is on) outside
 *     functions
 * @param whileLoops the {@code while} statement
 * @param recursion functions that call themselves
 * @param sets the built-in {@code set}
 * @param globalReassignment global names that are bound more than once, also by {@code +=}
 */
public record Dialect(
    boolean topLevelControl,
    boolean whileLoops,
    boolean recursion,
    boolean sets,
    boolean globalReassignment) {
  /** Every option off. */
  public static final Dialect STRICT = new Dialect(false, false, false, false, false);

  /** For scripts of agents: control flow at the top level, and names that are bound again. */
  public static final Dialect CODE_MODE = new Dialect(true, false, false, false, true);

  /** The names that every program of the dialect finds, whatever its host gives. */
  public Set<String> names() {
    return Universe.names(this);
  }

  public Dialect withTopLevelControl(boolean on) {
    return new Dialect(on, whileLoops, recursion, sets, globalReassignment);
  }

  public Dialect withWhileLoops(boolean on) {
    return new Dialect(topLevelControl, on, recursion, sets, globalReassignment);
  }

  public Dialect withRecursion(boolean on) {
    return new Dialect(topLevelControl, whileLoops, on, sets, globalReassignment);
  }

  public Dialect withSets(boolean on) {
    return new Dialect(topLevelControl, whileLoops, recursion, on, globalReassignment);
  }

  public Dialect withGlobalReassignment(boolean on) {
    return new Dialect(topLevelControl, whileLoops, recursion, sets, on);
  }
}
