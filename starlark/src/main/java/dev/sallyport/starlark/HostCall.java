package dev.sallyport.starlark;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One call of a {@link HostFunction}. To be used only until the function returns. */
public final class HostCall {
  private final StarlarkThread thread;
  private final String name;
  private final long sequence;
  private final Signature signature;
  private final @Nullable Object[] bound;

  HostCall(
      StarlarkThread thread,
      String name,
      long sequence,
      Signature signature,
      @Nullable Object[] bound) {
    this.thread = thread;
    this.name = name;
    this.sequence = sequence;
    this.signature = signature;
    this.bound = bound;
  }

  /** The name of the function. */
  public String name() {
    return name;
  }

  /** The number of this call among the host calls of the run, from 0. */
  public long sequence() {
    return sequence;
  }

  /** Where the script makes the call, or null where the host called the function itself. */
  public @Nullable Position position() {
    return thread.position();
  }

  /** The thread of the run: to call functions of the script, to charge work. */
  public StarlarkThread thread() {
    return thread;
  }

  /** The argument of a parameter; null where an optional one is not given. */
  public @Nullable Object argument(String parameter) {
    int index = signature.names().indexOf(parameter);
    if (index < 0) {
      throw new IllegalArgumentException(name + " has no parameter " + parameter);
    }
    return bound[index];
  }

  /** The argument of a parameter, which must be a string. */
  public String text(String parameter) {
    Object value = argument(parameter);
    if (value instanceof String s) {
      return s;
    }
    throw StarlarkException.of(
        name
            + ": "
            + parameter
            + " must be a string, not "
            + (value == null ? "missing" : Values.typeName(value)));
  }

  /** What was passed beyond the declared positional parameters: the {@code *args}. */
  public List<Object> args() {
    int index = signature.starIndex();
    return index >= 0 && bound[index] instanceof Tuple rest ? rest.asList() : List.of();
  }

  /** What was passed beyond the declared names: the {@code **kwargs}, in order. */
  public Map<String, Object> kwargs() {
    Map<String, Object> out = new LinkedHashMap<>();
    int index = signature.starStarIndex();
    if (index >= 0 && bound[index] instanceof Dict dict) {
      dict.toMap().forEach((key, value) -> out.put((String) key, value));
    }
    return out;
  }
}
