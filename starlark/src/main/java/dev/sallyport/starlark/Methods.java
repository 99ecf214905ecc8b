package dev.sallyport.starlark;

import java.util.Map;
import java.util.TreeMap;

/** The methods of the built-in types, by name. */
final class Methods {
  private static final Map<String, Method> NONE = Map.of();

  private Methods() {}

  static Map<String, Method> of(Object value) {
    if (value instanceof String) {
      return StringMethods.ALL;
    }
    if (value instanceof StarlarkList) {
      return ListMethods.ALL;
    }
    if (value instanceof Dict) {
      return DictMethods.ALL;
    }
    if (value instanceof StarlarkSet) {
      return SetMethods.ALL;
    }
    if (value instanceof Bytes) {
      return BytesMethods.ALL;
    }
    return NONE;
  }

  /** Collects methods while a class is being initialized. */
  static final class Table {
    private final Map<String, Method> methods = new TreeMap<>();

    Table with(String name, String signature, Method.Body body) {
      methods.put(name, new Method(name, signature, body));
      return this;
    }

    Map<String, Method> build() {
      return Map.copyOf(methods);
    }
  }

  /** The methods of bytes. */
  static final class BytesMethods {
    static final Map<String, Method> ALL =
        new Table()
            .with(
                "elems",
                "",
                (meter, self, a) -> {
                  meter.bytes(Meter.OBJECT);
                  return new Elements.OfBytes((Bytes) self);
                })
            .build();

    private BytesMethods() {}
  }
}
