package dev.sallyport.starlark;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The names that a host gives to a program, besides those of the language, and its answer to load
 * statements. The values are frozen, so that one environment can serve many runs.
 */
public final class Environment {
  /** Nothing but the language. */
  public static final Environment EMPTY = new Environment(Map.of(), Loader.REFUSING);

  private final Map<String, Object> values;
  private final Loader loader;

  private Environment(Map<String, Object> values, Loader loader) {
    this.values = values;
    this.loader = loader;
  }

  /** An environment of the values, which must be Starlark values. */
  public static Environment of(Map<String, ?> values) {
    Map<String, Object> copy = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (!Values.isValue(value)) {
            throw new IllegalArgumentException(name + " is no Starlark value");
          }
          copy.put(name, value);
          Freezing.freeze(value);
        });
    return new Environment(Collections.unmodifiableMap(copy), Loader.REFUSING);
  }

  /** The same names and one more. */
  public Environment with(String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(values);
    more.put(name, value);
    return of(more).withLoader(loader);
  }

  /** The same names, and this answer to load statements. */
  public Environment withLoader(Loader loader) {
    return new Environment(values, loader);
  }

  public Map<String, Object> values() {
    return values;
  }

  public Loader loader() {
    return loader;
  }
}
