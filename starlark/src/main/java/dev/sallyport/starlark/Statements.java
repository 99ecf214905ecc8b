package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.TokenKind;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The kinds of statement; one class holds them because each is a few lines. */
final class Statements {
  private Statements() {}

  /** Statements that only say how they end: pass, break, continue. */
  static final class End extends Statement {
    private final int how;

    End(int at, int how) {
      super(at);
      this.how = how;
    }

    @Override
    int exec(Frame f) {
      step(f);
      return how;
    }
  }

  static final class Return extends Statement {
    private final @Nullable Node value;

    Return(int at, @Nullable Node value) {
      super(at);
      this.value = value;
    }

    @Override
    int exec(Frame f) {
      step(f);
      if (value != null) {
        f.result = value.eval(f);
      }
      return RETURN;
    }
  }

  static final class Expression extends Statement {
    private final Node value;

    Expression(int at, Node value) {
      super(at);
      this.value = value;
    }

    @Override
    int exec(Frame f) {
      step(f);
      value.eval(f);
      return NORMAL;
    }
  }

  static final class Assign extends Statement {
    private final Target target;
    private final Node value;

    Assign(int at, Target target, Node value) {
      super(at);
      this.target = target;
      this.value = value;
    }

    @Override
    int exec(Frame f) {
      step(f);
      target.assign(f, value.eval(f));
      return NORMAL;
    }
  }

  /** Augmented assignment to a variable. */
  static final class AugmentVariable extends Statement {
    private final TokenKind op;
    private final Node read;
    private final Target write;
    private final Node value;

    AugmentVariable(int at, TokenKind op, Node read, Target write, Node value) {
      super(at);
      this.op = op;
      this.read = read;
      this.write = write;
      this.value = value;
    }

    @Override
    int exec(Frame f) {
      step(f);
      Object left = read.eval(f);
      Object right = value.eval(f);
      if (op == TokenKind.PLUS && left instanceof Long x && right instanceof Long y) {
        long sum = x + y;
        if (((x ^ sum) & (y ^ sum)) >= 0) {
          write.assign(f, sum);
          return NORMAL;
        }
      }
      write.assign(f, augmented(f, at, op, left, right));
      return NORMAL;
    }
  }

  private static Object augmented(Frame f, int at, TokenKind op, Object left, Object right) {
    try {
      return Operations.augmented(op, left, right, f.meter);
    } catch (StarlarkException e) {
      throw f.placed(e, at);
    }
  }

  /** Augmented assignment to an element: object and key are evaluated once. */
  static final class AugmentElement extends Statement {
    private final TokenKind op;
    private final Node object;
    private final Node key;
    private final Node value;

    AugmentElement(int at, TokenKind op, Node object, Node key, Node value) {
      super(at);
      this.op = op;
      this.object = object;
      this.key = key;
      this.value = value;
    }

    @Override
    int exec(Frame f) {
      step(f);
      Object container = object.eval(f);
      Object index = key.eval(f);
      try {
        Object left = Indexing.index(container, index, f.meter);
        Object result = augmented(f, at, op, left, value.eval(f));
        Indexing.setIndex(container, index, result, f.meter);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
      return NORMAL;
    }
  }

  /** Augmented assignment to a field, which fails. */
  static final class AugmentField extends Statement {
    private final Node field;
    private final Node object;
    private final String name;

    AugmentField(int at, Node field, Node object, String name) {
      super(at);
      this.field = field;
      this.object = object;
      this.name = name;
    }

    @Override
    int exec(Frame f) {
      step(f);
      field.eval(f);
      throw Target.Field.noField(f, at, object.eval(f), name);
    }
  }

  static final class If extends Statement {
    private final Node[] conditions;
    private final Statement[][] bodies;
    private final Statement[] otherwise;

    If(int at, Node[] conditions, Statement[][] bodies, Statement[] otherwise) {
      super(at);
      this.conditions = conditions;
      this.bodies = bodies;
      this.otherwise = otherwise;
    }

    @Override
    int exec(Frame f) {
      step(f);
      for (int i = 0; i < conditions.length; i++) {
        if (conditions[i].test(f)) {
          return run(bodies[i], f);
        }
      }
      return run(otherwise, f);
    }
  }

  static final class For extends Statement {
    private final Target target;
    private final Node iterable;
    private final Statement[] body;

    For(int at, Target target, Node iterable, Statement[] body) {
      super(at);
      this.target = target;
      this.iterable = iterable;
      this.body = body;
    }

    @Override
    int exec(Frame f) {
      step(f);
      Object over = iterable.eval(f);
      if (over instanceof Range range) {
        return overRange(f, range);
      }
      Iterator<Object> elements;
      try {
        elements = Values.begin(over);
      } catch (StarlarkException e) {
        throw f.placed(e, iterable.at);
      }
      try {
        while (elements.hasNext()) {
          step(f);
          target.assign(f, elements.next());
          int end = run(body, f);
          if (end != NORMAL && end != CONTINUE) {
            return end == BREAK ? NORMAL : end;
          }
        }
        return NORMAL;
      } finally {
        Values.end(over);
      }
    }

    private int overRange(Frame f, Range range) {
      long value = range.start;
      for (long i = 0; i < range.length; i++) {
        step(f);
        target.assign(f, value);
        value += range.step;
        int end = run(body, f);
        if (end != NORMAL && end != CONTINUE) {
          return end == BREAK ? NORMAL : end;
        }
      }
      return NORMAL;
    }
  }

  static final class While extends Statement {
    private final Node condition;
    private final Statement[] body;

    While(int at, Node condition, Statement[] body) {
      super(at);
      this.condition = condition;
      this.body = body;
    }

    @Override
    int exec(Frame f) {
      step(f);
      while (condition.test(f)) {
        step(f);
        int end = run(body, f);
        if (end != NORMAL && end != CONTINUE) {
          return end == BREAK ? NORMAL : end;
        }
      }
      return NORMAL;
    }
  }

  static final class Load extends Statement {
    private final String module;
    private final String[] names;
    private final Target[] targets;

    Load(int at, String module, String[] names, Target[] targets) {
      super(at);
      this.module = module;
      this.names = names;
      this.targets = targets;
    }

    @Override
    int exec(Frame f) {
      step(f);
      try {
        StarlarkModule loaded = f.thread.loader().load(module);
        for (int i = 0; i < names.length; i++) {
          Object value = loaded.get(names[i]);
          if (value == null) {
            String near = Suggestion.nearest(names[i], loaded.globals().keySet());
            throw StarlarkException.of(
                "file " + module + " does not contain symbol " + names[i],
                near == null ? null : "did you mean " + near + "?");
          }
          targets[i].assign(f, value);
        }
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
      return NORMAL;
    }
  }
}
