package dev.sallyport.starlark;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Expressions that make containers and functions. */
final class Builders {
  private Builders() {}

  private static Object[] evaluate(Frame f, int at, Node[] items) {
    try {
      f.meter.slots(items.length);
    } catch (StarlarkException e) {
      throw f.placed(e, at);
    }
    Object[] values = new Object[items.length];
    for (int i = 0; i < items.length; i++) {
      values[i] = items[i].eval(f);
    }
    return values;
  }

  static final class ListOf extends Node {
    private final Node[] items;

    ListOf(int at, Node[] items) {
      super(at);
      this.items = items;
    }

    @Override
    Object eval(Frame f) {
      return StarlarkList.wrap(evaluate(f, at, items));
    }
  }

  static final class TupleOf extends Node {
    private final Node[] items;

    TupleOf(int at, Node[] items) {
      super(at);
      this.items = items;
    }

    @Override
    Object eval(Frame f) {
      return items.length == 0 ? Tuple.EMPTY : new Tuple(evaluate(f, at, items));
    }
  }

  static final class DictOf extends Node {
    private final Node[] keys;
    private final Node[] values;

    DictOf(int at, Node[] keys, Node[] values) {
      super(at);
      this.keys = keys;
      this.values = values;
    }

    @Override
    Object eval(Frame f) {
      Dict dict = new Dict();
      try {
        f.meter.bytes(Meter.TABLE);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
      for (int i = 0; i < keys.length; i++) {
        Object key = keys[i].eval(f);
        Object value = values[i].eval(f);
        try {
          if (!dict.table.put(key, value, f.meter)) {
            throw StarlarkException.of(
                "key " + Indexing.shown(key, f.meter) + " is twice in the dict");
          }
        } catch (StarlarkException e) {
          throw f.placed(e, keys[i].at);
        }
      }
      return dict;
    }
  }

  /** A clause of a comprehension: a loop where it has a target, else a condition. */
  static final class Clause {
    private final int at;
    private final @Nullable Target target;
    private final Node operand;

    Clause(int at, @Nullable Target target, Node operand) {
      this.at = at;
      this.target = target;
      this.operand = operand;
    }
  }

  static final class Comprehension extends Node {
    private final @Nullable Node key;
    private final Node body;
    private final Clause[] clauses;
    private final int[] plainSlots;
    private final int[] sharedSlots;

    Comprehension(
        int at,
        @Nullable Node key,
        Node body,
        Clause[] clauses,
        int[] plainSlots,
        int[] sharedSlots) {
      super(at);
      this.key = key;
      this.body = body;
      this.clauses = clauses;
      this.plainSlots = plainSlots;
      this.sharedSlots = sharedSlots;
    }

    @Override
    Object eval(Frame f) {
      // The first operand belongs to the enclosing block, and may use a variable of the same slot.
      Object first = clauses[0].operand.eval(f);
      for (int slot : plainSlots) {
        f.slots[slot] = null;
      }
      for (int slot : sharedSlots) {
        f.slots[slot] = new Cell(null);
      }
      try {
        f.meter.bytes(key == null ? Meter.OBJECT : Meter.TABLE);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
      Object result = key == null ? new StarlarkList() : new Dict();
      loop(f, 0, first, result);
      return result;
    }

    private void run(Frame f, int index, Object result) {
      if (index == clauses.length) {
        add(f, result);
        return;
      }
      Clause clause = clauses[index];
      if (clause.target != null) {
        loop(f, index, clause.operand.eval(f), result);
      } else if (clause.operand.test(f)) {
        run(f, index + 1, result);
      }
    }

    private void loop(Frame f, int index, Object over, Object result) {
      Clause clause = clauses[index];
      Target target = clause.target;
      if (target == null) {
        throw new IllegalStateException();
      }
      Iterator<Object> elements;
      try {
        elements = Values.begin(over);
      } catch (StarlarkException e) {
        throw f.placed(e, clause.operand.at);
      }
      try {
        while (elements.hasNext()) {
          try {
            f.meter.step();
          } catch (StarlarkException e) {
            throw f.placed(e, clause.at);
          }
          target.assign(f, elements.next());
          run(f, index + 1, result);
        }
      } finally {
        Values.end(over);
      }
    }

    private void add(Frame f, Object result) {
      if (key != null && result instanceof Dict dict) {
        Object k = key.eval(f);
        Object value = body.eval(f);
        try {
          dict.put(k, value, f.meter);
        } catch (StarlarkException e) {
          throw f.placed(e, key.at);
        }
      } else if (result instanceof StarlarkList list) {
        Object value = body.eval(f);
        try {
          list.add(value, f.meter);
        } catch (StarlarkException e) {
          throw f.placed(e, at);
        }
      }
    }
  }

  /** A def statement's or a lambda's function value. */
  static final class MakeFunction extends Node {
    private final FunctionCode code;
    private final @Nullable Node[] defaults;
    // Not negative: a slot of the frame; else the complement of an index of the function's own.
    private final int[] captures;

    MakeFunction(int at, FunctionCode code, @Nullable Node[] defaults, int[] captures) {
      super(at);
      this.code = code;
      this.defaults = defaults;
      this.captures = captures;
    }

    @Override
    Object eval(Frame f) {
      try {
        f.meter.bytes(2 * Meter.OBJECT + 16L * (defaults.length + captures.length));
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
      @Nullable Object[] values = new @Nullable Object[defaults.length];
      for (int i = 0; i < defaults.length; i++) {
        Node node = defaults[i];
        values[i] = node == null ? null : node.eval(f);
      }
      Cell[] free = new Cell[captures.length];
      for (int i = 0; i < captures.length; i++) {
        free[i] = captures[i] >= 0 ? cell(f.slots[captures[i]]) : f.function.free[~captures[i]];
      }
      return new StarlarkFunction(code, f.function.unit, free, values);
    }

    private static Cell cell(@Nullable Object slot) {
      if (slot instanceof Cell cell) {
        return cell;
      }
      throw new IllegalStateException("no cell");
    }
  }
}
