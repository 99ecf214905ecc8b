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
    Object value = eval(f);
    return value instanceof Boolean b ? b : Values.truth(value);
  }
}
