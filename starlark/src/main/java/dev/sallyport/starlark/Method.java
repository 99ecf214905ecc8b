package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/** A method of a built-in type. */
final class Method {
  /** What the method does; a null argument is one that was not given. */
  @FunctionalInterface
  interface Body {
    Object call(Meter meter, Object self, @Nullable Object[] args);
  }

  private final String name;
  private final Signature signature;
  private final Body body;

  Method(String name, String signature, Body body) {
    this.name = name;
    this.signature = Signature.of(signature);
    this.body = body;
  }

  String name() {
    return name;
  }

  Object invoke(Meter meter, Object self, Object[] args, String[] names) {
    meter.step();
    return body.call(meter, self, signature.bind(name, args, names, meter));
  }
}
