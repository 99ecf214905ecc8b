package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.TokenKind;
import org.jspecify.annotations.Nullable;

/** Expressions that compute, with short ways for small integers. */
final class Operators {
  private Operators() {}

  private static Object slow(Frame f, int at, TokenKind op, Object a, Object b) {
    try {
      return Operations.binary(op, a, b, f.meter);
    } catch (StarlarkException e) {
      throw f.placed(e, at);
    }
  }

  static final class Add extends Node {
    private final Node left;
    private final Node right;

    Add(int at, Node left, Node right) {
      super(at);
      this.left = left;
      this.right = right;
    }

    @Override
    Object eval(Frame f) {
      Object a = left.eval(f);
      Object b = right.eval(f);
      if (a instanceof Long x && b instanceof Long y) {
        long sum = x + y;
        if (((x ^ sum) & (y ^ sum)) >= 0) {
          return sum;
        }
      }
      return slow(f, at, TokenKind.PLUS, a, b);
    }
  }

  static final class Subtract extends Node {
    private final Node left;
    private final Node right;

    Subtract(int at, Node left, Node right) {
      super(at);
      this.left = left;
      this.right = right;
    }

    @Override
    Object eval(Frame f) {
      Object a = left.eval(f);
      Object b = right.eval(f);
      if (a instanceof Long x && b instanceof Long y) {
        long difference = x - y;
        if (((x ^ y) & (x ^ difference)) >= 0) {
          return difference;
        }
      }
      return slow(f, at, TokenKind.MINUS, a, b);
    }
  }

  /** Comparisons, ordered ones and those for equality. */
  static final class Compare extends Node {
    private final TokenKind op;
    private final Node left;
    private final Node right;

    Compare(int at, TokenKind op, Node left, Node right) {
      super(at);
      this.op = op;
      this.left = left;
      this.right = right;
    }

    @Override
    Object eval(Frame f) {
      Object a = left.eval(f);
      Object b = right.eval(f);
      if (a instanceof Long x && b instanceof Long y) {
        long p = x;
        long q = y;
        return switch (op) {
          case LESS -> p < q;
          case LESS_EQUALS -> p <= q;
          case GREATER -> p > q;
          case GREATER_EQUALS -> p >= q;
          case EQUALS_EQUALS -> p == q;
          default -> p != q;
        };
      }
      return slow(f, at, op, a, b);
    }
  }

  static final class Binary extends Node {
    private final TokenKind op;
    private final Node left;
    private final Node right;

    Binary(int at, TokenKind op, Node left, Node right) {
      super(at);
      this.op = op;
      this.left = left;
      this.right = right;
    }

    @Override
    Object eval(Frame f) {
      return slow(f, at, op, left.eval(f), right.eval(f));
    }
  }

  /** A long run of operators of one precedence. */
  static final class Chain extends Node {
    private final Node first;
    private final TokenKind[] ops;
    private final int[] places;
    private final Node[] rights;

    Chain(Node first, TokenKind[] ops, int[] places, Node[] rights) {
      super(places[0]);
      this.first = first;
      this.ops = ops;
      this.places = places;
      this.rights = rights;
    }

    @Override
    Object eval(Frame f) {
      Object value = first.eval(f);
      for (int i = 0; i < ops.length; i++) {
        value = slow(f, places[i], ops[i], value, rights[i].eval(f));
      }
      return value;
    }
  }

  static final class Unary extends Node {
    private final TokenKind op;
    private final Node operand;

    Unary(int at, TokenKind op, Node operand) {
      super(at);
      this.op = op;
      this.operand = operand;
    }

    @Override
    Object eval(Frame f) {
      Object value = operand.eval(f);
      try {
        return Operations.unary(op, value, f.meter);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }
  }

  static final class Not extends Node {
    private final Node operand;

    Not(int at, Node operand) {
      super(at);
      this.operand = operand;
    }

    @Override
    Object eval(Frame f) {
      return !operand.test(f);
    }
  }

  /** {@code and}, {@code or}. */
  static final class Logical extends Node {
    private final boolean conjunction;
    private final Node[] operands;

    Logical(int at, boolean conjunction, Node[] operands) {
      super(at);
      this.conjunction = conjunction;
      this.operands = operands;
    }

    @Override
    Object eval(Frame f) {
      Object value = operands[0].eval(f);
      for (int i = 1; i < operands.length && truth(f, at, value) == conjunction; i++) {
        value = operands[i].eval(f);
      }
      return value;
    }
  }

  static final class Conditional extends Node {
    private final Node condition;
    private final Node then;
    private final Node otherwise;

    Conditional(int at, Node condition, Node then, Node otherwise) {
      super(at);
      this.condition = condition;
      this.then = then;
      this.otherwise = otherwise;
    }

    @Override
    Object eval(Frame f) {
      return condition.test(f) ? then.eval(f) : otherwise.eval(f);
    }
  }

  static final class Index extends Node {
    private final Node object;
    private final Node key;

    Index(int at, Node object, Node key) {
      super(at);
      this.object = object;
      this.key = key;
    }

    @Override
    Object eval(Frame f) {
      Object container = object.eval(f);
      Object index = key.eval(f);
      if (container instanceof StarlarkList list
          && index instanceof Long i
          && i >= 0
          && i < list.size) {
        return list.items[(int) (long) i];
      }
      try {
        return Indexing.index(container, index, f.meter);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }
  }

  static final class Slice extends Node {
    private final Node object;
    private final @Nullable Node start;
    private final @Nullable Node stop;
    private final @Nullable Node stride;

    Slice(int at, Node object, @Nullable Node start, @Nullable Node stop, @Nullable Node stride) {
      super(at);
      this.object = object;
      this.start = start;
      this.stop = stop;
      this.stride = stride;
    }

    @Override
    Object eval(Frame f) {
      Object container = object.eval(f);
      Object from = start == null ? null : start.eval(f);
      Object to = stop == null ? null : stop.eval(f);
      Object by = stride == null ? null : stride.eval(f);
      try {
        return Indexing.slice(container, from, to, by, f.meter);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }
  }
}
