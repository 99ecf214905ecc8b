package dev.sallyport.starlark;

import dev.sallyport.starlark.LimitExceeded.Limit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One run of Starlark: its stack, its meter, its output. Belongs to one thread of Java. */
public final class StarlarkThread {
  /**
   * How many frames of Java the active calls may need together. Each takes about a hundred bytes of
   * stack, and a stack of a megabyte must suffice.
   */
  static final int MAX_FRAMES = 3000;

  private static final int FRAMES_OF_A_CALL = 4;

  private final Meter meter;
  private final PrintSink sink;
  private Loader loader = Loader.REFUSING;
  @Nullable Frame top;
  private int depth;
  private int frames;
  private long hostCalls;

  /** A thread for calls of functions outside of a run; see {@link Program#run} for a run. */
  public StarlarkThread(Meter meter, PrintSink sink) {
    this.meter = meter;
    this.sink = sink;
  }

  Loader loader() {
    return loader;
  }

  /** The meter of the run. */
  public Meter meter() {
    return meter;
  }

  PrintSink sink() {
    return sink;
  }

  void loadWith(Loader answer) {
    loader = answer;
  }

  long nextHostCall() {
    return hostCalls++;
  }

  /** How many host functions were called. */
  public long hostCalls() {
    return hostCalls;
  }

  /**
   * Calls a function of the script or of the host.
   *
   * @param positional Starlark values
   * @param named Starlark values by the names of parameters
   */
  public Object call(Object function, List<?> positional, Map<String, ?> named) {
    Object[] args = new Object[positional.size() + named.size()];
    String[] names = new String[named.size()];
    int count = 0;
    for (Object value : positional) {
      args[count++] = value;
    }
    for (Map.Entry<String, ?> entry : named.entrySet()) {
      names[count - positional.size()] = entry.getKey();
      args[count++] = entry.getValue();
    }
    int nesting = meter.nesting();
    try {
      return call(function, args, names);
    } catch (StarlarkException e) {
      meter.nestingBackTo(nesting);
      throw e;
    } catch (StackOverflowError e) {
      throw tooDeep();
    }
  }

  Object call(Object function, Object... args) {
    return call(function, args, StarlarkCallable.NO_NAMES);
  }

  Object call(Object function, Object[] args, String[] names) {
    if (function instanceof StarlarkCallable callable) {
      return callable.invoke(this, args, names);
    }
    throw notCallable(function);
  }

  static StarlarkException notCallable(Object function) {
    return StarlarkException.of(
        "a value of type " + Values.typeName(function) + " cannot be called",
        function instanceof HasAttributes host && !host.attributeNames().isEmpty()
            ? "call one of its attributes, such as x."
                + host.attributeNames().iterator().next()
                + "()"
            : function instanceof StarlarkList || function instanceof Dict
                ? "elements are taken with brackets: x[i]"
                : null);
  }

  static LimitExceeded tooDeep() {
    return new LimitExceeded(Limit.CALL_DEPTH, "the calls are nested too deeply");
  }

  void enter(Frame frame) {
    meter.step();
    if (++depth > meter.limits().callDepth()) {
      depth--;
      throw new LimitExceeded(
          Limit.CALL_DEPTH,
          "the calls are nested too deeply: the limit is " + meter.limits().callDepth());
    }
    FunctionCode code = frame.function.code;
    if (frames + code.height + FRAMES_OF_A_CALL > MAX_FRAMES) {
      depth--;
      throw tooDeep();
    }
    if (!code.recursive) {
      for (Frame f = top; f != null; f = f.caller) {
        if (f.function.code == code) {
          depth--;
          throw StarlarkException.of(
              "function " + code.name + " called recursively",
              "recursion is not allowed; use a loop over a list of what is left to do");
        }
      }
    }
    frames += code.height + FRAMES_OF_A_CALL;
    top = frame;
  }

  void leave(Frame frame) {
    if (top == frame) {
      frames -= frame.function.code.height + FRAMES_OF_A_CALL;
      depth--;
      top = frame.caller;
    }
  }

  /** Where the innermost function of the script is, or null where none is active. */
  public @Nullable Position position() {
    return top == null ? null : top.function.code.source.position(top.at);
  }

  /** The active functions of the script, the innermost first. */
  public List<CallFrame> callStack() {
    List<CallFrame> stack = new ArrayList<>();
    for (Frame f = top; f != null; f = f.caller) {
      stack.add(new CallFrame(f.function.name(), f.function.code.source.position(f.at)));
    }
    return stack;
  }
}
