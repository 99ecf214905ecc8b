package dev.sallyport.starlark;

/** A statement ready to be executed. */
abstract class Statement {
  static final int NORMAL = 0;
  static final int BREAK = 1;
  static final int CONTINUE = 2;
  static final int RETURN = 3;

  final int at;

  Statement(int at) {
    this.at = at;
  }

  /** Executes it and says how it ended. */
  abstract int exec(Frame f);

  /** Charges the step of a statement. */
  final void step(Frame f) {
    try {
      f.meter.step();
    } catch (StarlarkException e) {
      throw f.placed(e, at);
    }
  }

  static int run(Statement[] body, Frame f) {
    for (Statement statement : body) {
      int end = statement.exec(f);
      if (end != NORMAL) {
        return end;
      }
    }
    return NORMAL;
  }
}
