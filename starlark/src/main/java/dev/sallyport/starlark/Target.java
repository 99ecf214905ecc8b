package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/** What an assignment or a loop assigns to. */
abstract class Target {
  abstract void assign(Frame f, Object value);

  /** A slot of the frame. */
  static final class Local extends Target {
    private final int slot;

    Local(int slot) {
      this.slot = slot;
    }

    @Override
    void assign(Frame f, Object value) {
      f.slots[slot] = value;
    }
  }

  /** A local variable that nested functions share. */
  static final class Shared extends Target {
    private final int slot;

    Shared(int slot) {
      this.slot = slot;
    }

    @Override
    void assign(Frame f, Object value) {
      Cell cell = (Cell) f.slots[slot];
      if (cell == null) {
        throw new IllegalStateException("no cell");
      }
      cell.value = value;
    }
  }

  /** A global variable. */
  static final class Global extends Target {
    private final int slot;

    Global(int slot) {
      this.slot = slot;
    }

    @Override
    void assign(Frame f, Object value) {
      f.globals[slot] = value;
    }
  }

  /** An element of a list or dict. */
  static final class Element extends Target {
    private final int at;
    private final Node object;
    private final Node key;

    Element(int at, Node object, Node key) {
      this.at = at;
      this.object = object;
      this.key = key;
    }

    @Override
    void assign(Frame f, Object value) {
      try {
        Indexing.setIndex(object.eval(f), key.eval(f), value, f.meter);
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }
  }

  /** A field: no type has fields that can be assigned. */
  static final class Field extends Target {
    private final int at;
    private final Node object;
    private final String name;

    Field(int at, Node object, String name) {
      this.at = at;
      this.object = object;
      this.name = name;
    }

    @Override
    void assign(Frame f, Object value) {
      throw noField(f, at, object.eval(f), name);
    }

    static StarlarkException noField(Frame f, int at, Object object, String name) {
      return f.error(
          at,
          "cannot assign to ." + name + " of a value of type " + Values.typeName(object),
          object instanceof Dict ? "write d[\"" + name + "\"] = value" : null);
    }
  }

  /** Several targets, for the elements of a sequence. */
  static final class Several extends Target {
    private final int at;
    private final Target[] targets;

    Several(int at, Target[] targets) {
      this.at = at;
      this.targets = targets;
    }

    @Override
    void assign(Frame f, Object value) {
      Object[] items = items(f, value);
      for (int i = 0; i < targets.length; i++) {
        targets[i].assign(f, items[i]);
      }
    }

    private Object[] items(Frame f, Object value) {
      try {
        if (value instanceof Tuple tuple) {
          return check(tuple.items, tuple.items.length);
        }
        if (value instanceof StarlarkIterable iterable) {
          check(null, value instanceof Range r ? r.length() : iterable.size());
          return Values.toArray(value, f.meter);
        }
        throw StarlarkException.of(
            "cannot unpack a value of type "
                + Values.typeName(value)
                + ": a sequence of "
                + targets.length
                + " elements is needed");
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }

    private Object[] check(Object @Nullable [] items, long size) {
      if (size != targets.length) {
        throw StarlarkException.of(
            (size < targets.length ? "too few" : "too many")
                + " values to unpack: got "
                + size
                + ", want "
                + targets.length);
      }
      return items == null ? new Object[0] : items;
    }
  }
}
