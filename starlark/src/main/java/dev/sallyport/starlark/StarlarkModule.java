package dev.sallyport.starlark;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The global variables that a program has left, frozen: safe to share between threads. */
public final class StarlarkModule {
  private final Map<String, Object> globals;

  private StarlarkModule(Map<String, Object> globals) {
    this.globals = globals;
  }

  /** A module of a host's own making, for a {@link Loader}; the values are frozen. */
  public static StarlarkModule of(Map<String, ?> globals) {
    Map<String, Object> copy = new LinkedHashMap<>(globals);
    copy.values().forEach(Freezing::freeze);
    return new StarlarkModule(Collections.unmodifiableMap(copy));
  }

  /** The globals in the order in which the program names them; those never assigned are absent. */
  public Map<String, Object> globals() {
    return globals;
  }

  /** A global that the program is known to assign; an error where it did not. */
  public Object require(String name) {
    Object value = globals.get(name);
    if (value == null) {
      throw StarlarkException.of("the script does not assign " + name);
    }
    return value;
  }

  /** A global, or null. */
  public @Nullable Object get(String name) {
    return globals.get(name);
  }
}
