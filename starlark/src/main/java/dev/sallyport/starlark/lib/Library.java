package dev.sallyport.starlark.lib;

import dev.sallyport.starlark.Builtin;
import dev.sallyport.starlark.Namespace;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.Values;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the members of a library, and takes arguments apart. */
final class Library {
  private final String name;
  private final Map<String, Object> members = new LinkedHashMap<>();

  Library(String name) {
    this.name = name;
  }

  Library function(String function, String signature, Builtin.Body body) {
    members.put(function, new Builtin(name + "." + function, signature, body));
    return this;
  }

  Library constant(String constant, Object value) {
    members.put(constant, value);
    return this;
  }

  Namespace build() {
    return new Namespace("module", name, members);
  }

  static Object given(@Nullable Object[] args, int index) {
    Object value = args[index];
    if (value == null) {
      throw new IllegalStateException("a required argument is missing");
    }
    return value;
  }

  static String text(@Nullable Object[] args, int index, String function) {
    return text(given(args, index), function);
  }

  static String text(Object value, String function) {
    if (value instanceof String s) {
      return s;
    }
    throw StarlarkException.of(function + ": got " + Values.typeName(value) + ", want string");
  }

  static String text(@Nullable Object[] args, int index, String function, String fallback) {
    return args[index] == null ? fallback : text(args, index, function);
  }

  static long integer(@Nullable Object[] args, int index, String function, long fallback) {
    Object value = args[index];
    if (value == null) {
      return fallback;
    }
    if (value instanceof Long l) {
      return l;
    }
    throw StarlarkException.of(function + ": got " + Values.typeName(value) + ", want int");
  }
}
