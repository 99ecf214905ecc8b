package dev.sallyport.starlark;

/** An expression ready to be evaluated. */
abstract class Node {
  /** The offset that an error names. */
  final int at;

  Node(int at) {
    this.at = at;
  }

  abstract Object eval(Frame f);

  final boolean test(Frame f) {
    return truth(f, at, eval(f));
  }

  /** The truth of a value; a host value that has none says so where it was tested. */
  static boolean truth(Frame f, int at, Object value) {
    if (value instanceof Boolean b) {
      return b;
    }
    try {
      return Values.truth(value);
    } catch (StarlarkException e) {
      throw f.placed(e, at);
    }
  }
}
