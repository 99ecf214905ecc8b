package dev.sallyport.starlark.syntax;

import org.jspecify.annotations.Nullable;

/** What to write in place of the Python that Starlark does not have. */
final class Hints {
  static final String F_STRING = "Starlark has no f-strings; write \"%s\" % x, or \"{}\".format(x)";
  static final String TABS = "indent with spaces only, the same number on each line of a block";
  static final String POWER = "Starlark has no ** operator; write x * x, or math.pow(x, y)";
  static final String CHAINED = "comparisons do not chain; write a < b and b < c";
  static final String WALRUS = "Starlark has no :=; assign in a statement of its own";
  static final String TOP_LEVEL = "move it into a function, and call the function";
  static final String GLOBAL_AGAIN = "use another name, or do the work in a function";
  static final String WHILE = "Starlark has no while loop; write for _ in range(n) with a break";

  private Hints() {}

  /** The hint for a reserved word. */
  static @Nullable String reserved(String word) {
    return switch (word) {
      case "import", "from" ->
          "there is nothing to import: what a script may use is already there under its name";
      case "try", "except", "finally", "raise" ->
          "Starlark has no exceptions; test before you act, and stop with fail(\"why\")";
      case "class" -> "Starlark has no classes; use a dict, or a function that returns one";
      case "is" -> "compare with == (or !=), also with None";
      case "global", "nonlocal" ->
          "a function cannot rebind outer variables; return the new value, or change a list or dict";
      case "async", "await" -> "calls wait for their result already; leave the word out";
      case "del" -> "use d.pop(key) or l.pop(index)";
      case "assert" -> "write: if not condition: fail(\"why\")";
      case "with" -> "there is nothing to open or close; call the function and use its result";
      case "yield" -> "Starlark has no generators; build a list and return it";
      case "as" -> "the word is reserved; use another name";
      default -> null;
    };
  }
}
