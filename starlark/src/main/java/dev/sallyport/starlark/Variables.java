package dev.sallyport.starlark;

/** Expressions that read: variables, attributes, literals. */
final class Variables {
  private Variables() {}

  static final class Constant extends Node {
    private final Object value;

    Constant(int at, Object value) {
      super(at);
      this.value = value;
    }

    @Override
    Object eval(Frame f) {
      return value;
    }
  }

  static final class Local extends Node {
    private final int slot;

    Local(int at, int slot) {
      super(at);
      this.slot = slot;
    }

    @Override
    Object eval(Frame f) {
      Object value = f.slots[slot];
      if (value == null) {
        throw unbound(f, at, f.function.code.slotNames[slot]);
      }
      return value;
    }
  }

  private static StarlarkException unbound(Frame f, int at, String name) {
    boolean outside = f.function.code.outerNames.contains(name);
    return f.error(
        at,
        "local variable " + name + " referenced before assignment",
        outside
            ? "the function assigns "
                + name
                + ", so the name is local to it; pass the value as a parameter, or change a dict"
            : null);
  }

  /** A local variable that nested functions share. */
  static final class Shared extends Node {
    private final int slot;

    Shared(int at, int slot) {
      super(at);
      this.slot = slot;
    }

    @Override
    Object eval(Frame f) {
      Object value = f.slots[slot] instanceof Cell cell ? cell.value : null;
      if (value == null) {
        throw unbound(f, at, f.function.code.slotNames[slot]);
      }
      return value;
    }
  }

  /** A variable of an enclosing function. */
  static final class Free extends Node {
    private final int index;
    private final String name;

    Free(int at, int index, String name) {
      super(at);
      this.index = index;
      this.name = name;
    }

    @Override
    Object eval(Frame f) {
      Object value = f.function.free[index].value;
      if (value == null) {
        throw unbound(f, at, name);
      }
      return value;
    }
  }

  static final class Global extends Node {
    private final int slot;
    private final String name;

    Global(int at, int slot, String name) {
      super(at);
      this.slot = slot;
      this.name = name;
    }

    @Override
    Object eval(Frame f) {
      Object value = f.globals[slot];
      if (value == null) {
        throw f.error(at, "global variable " + name + " referenced before assignment", null);
      }
      return value;
    }
  }

  static final class Predeclared extends Node {
    private final int index;

    Predeclared(int at, int index) {
      super(at);
      this.index = index;
    }

    @Override
    Object eval(Frame f) {
      return f.function.unit.predeclared[index];
    }
  }

  static final class Attribute extends Node {
    private final Node object;
    private final String name;

    Attribute(int at, Node object, String name) {
      super(at);
      this.object = object;
      this.name = name;
    }

    @Override
    Object eval(Frame f) {
      Object value = object.eval(f);
      try {
        Object attribute = Values.attribute(value, name, f.meter);
        if (attribute == null) {
          throw Values.noAttribute(value, name);
        }
        return attribute;
      } catch (StarlarkException e) {
        throw f.placed(e, at);
      }
    }
  }
}
