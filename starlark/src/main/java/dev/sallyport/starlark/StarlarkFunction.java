package dev.sallyport.starlark;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A function of the script: what a def statement or a lambda expression makes. */
public final class StarlarkFunction extends StarlarkCallable {
  final FunctionCode code;
  final Unit unit;
  final Cell[] free;
  private final @Nullable Object[] defaults;

  StarlarkFunction(FunctionCode code, Unit unit, Cell[] free, @Nullable Object[] defaults) {
    this.code = code;
    this.unit = unit;
    this.free = free;
    this.defaults = defaults;
  }

  /** The variables of a program that runs: shared by all its functions. */
  static final class Unit {
    final @Nullable Object[] globals;
    final Object[] predeclared;

    Unit(@Nullable Object[] globals, Object[] predeclared) {
      this.globals = globals;
      this.predeclared = predeclared;
    }
  }

  @Override
  public String name() {
    return code.name;
  }

  @Override
  public String typeName() {
    return "function";
  }

  @Override
  public void repr(Printer out) {
    out.append("<function ").append(name()).append(">");
  }

  /** What the function keeps alive. */
  void references(Consumer<@Nullable Object> to) {
    for (Object value : defaults) {
      to.accept(value);
    }
    for (Cell cell : free) {
      to.accept(cell.value);
    }
  }

  @Override
  Object invoke(StarlarkThread thread, Object[] args, String[] names) {
    if (names.length == 0 && args.length == code.parameters && code.plain) {
      return run(thread, Arrays.copyOf(args, code.slotNames.length));
    }
    return run(thread, bind(args, names, thread.meter()));
  }

  private @Nullable Object[] bind(Object[] args, String[] names, Meter meter) {
    int given = args.length - names.length;
    int positional = code.positional;
    @Nullable Object[] slots = new @Nullable Object[code.slotNames.length];
    if (given > positional && code.star < 0) {
      throw StarlarkException.of(
          "function "
              + name()
              + " accepts "
              + Signature.counted(positional, "positional argument")
              + " ("
              + given
              + " given)");
    }
    System.arraycopy(args, 0, slots, 0, Math.min(given, positional));
    if (code.star >= 0) {
      int rest = Math.max(0, given - positional);
      meter.slots(rest);
      slots[code.star] =
          rest == 0 ? Tuple.EMPTY : new Tuple(Arrays.copyOfRange(args, positional, given));
    }
    Dict others = null;
    if (code.starStar >= 0) {
      meter.bytes(Meter.TABLE);
      others = new Dict();
      slots[code.starStar] = others;
    }
    for (int i = 0; i < names.length; i++) {
      bindNamed(names[i], args[given + i], slots, others, meter);
    }
    List<String> missing = null;
    for (int i = 0; i < code.parameters; i++) {
      if (slots[i] == null) {
        slots[i] = defaults[i];
        if (slots[i] == null) {
          missing = missing == null ? new ArrayList<>() : missing;
          missing.add(code.slotNames[i]);
        }
      }
    }
    if (missing != null) {
      throw StarlarkException.of(Signature.missing(name(), missing));
    }
    return slots;
  }

  private void bindNamed(
      String name, Object value, @Nullable Object[] slots, @Nullable Dict others, Meter meter) {
    for (int i = 0; i < code.parameters; i++) {
      if (code.namedSlots[i] && code.slotNames[i].equals(name)) {
        if (slots[i] != null) {
          throw StarlarkException.of(
              "function " + name() + " got multiple values for parameter " + name);
        }
        slots[i] = value;
        return;
      }
    }
    if (others == null) {
      List<String> candidates = new ArrayList<>();
      for (int i = 0; i < code.parameters; i++) {
        if (code.namedSlots[i]) {
          candidates.add(code.slotNames[i]);
        }
      }
      throw Signature.unexpected(name(), name, candidates);
    }
    if (others.get(name, meter) != null) {
      throw StarlarkException.of(
          "function " + name() + " got multiple values for parameter " + name);
    }
    others.put(name, value, meter);
  }

  /** Runs the body; the parameters are in their slots. */
  Object run(StarlarkThread thread, @Nullable Object[] slots) {
    Frame frame = new Frame(thread, this, slots);
    thread.enter(frame);
    try {
      for (int slot : code.cells) {
        slots[slot] = new Cell(slots[slot]);
      }
      for (Statement statement : code.body) {
        if (statement.exec(frame) != Statement.NORMAL) {
          break;
        }
      }
      return frame.result;
    } catch (StarlarkException e) {
      e.leave();
      throw e;
    } finally {
      thread.leave(frame);
    }
  }
}
