package dev.sallyport.starlark.lib;

import dev.sallyport.starlark.Json;
import dev.sallyport.starlark.Meter;
import dev.sallyport.starlark.Namespace;
import dev.sallyport.starlark.StarlarkThread;
import org.jspecify.annotations.Nullable;

/**
 * The library {@code json}: {@code encode(x)}, {@code decode(s, default?)}, {@code indent(s)},
 * {@code encode_indent(x)}.
 */
public final class JsonLibrary {
  /** The value; immutable. */
  public static final Namespace VALUE =
      new Library("json")
          .function("encode", "x, /", (t, a) -> Json.encode(Library.given(a, 0), t.meter()))
          .function("decode", "x, default?", JsonLibrary::decode)
          .function(
              "indent",
              "s, /, *, prefix?, indent?",
              (t, a) -> indent(Library.text(a, 0, "json.indent"), a, t.meter()))
          .function(
              "encode_indent",
              "x, /, *, prefix?, indent?",
              (t, a) -> indent(Json.encode(Library.given(a, 0), t.meter()), a, t.meter()))
          .build();

  private JsonLibrary() {}

  private static Object decode(StarlarkThread thread, @Nullable Object[] a) {
    String text = Library.text(a, 0, "json.decode");
    if (a[1] == null) {
      return Json.decode(text, thread.meter());
    }
    Object value = Json.decodeOrNull(text, thread.meter());
    return value == null ? a[1] : value;
  }

  private static Object indent(String text, @Nullable Object[] a, Meter meter) {
    String prefix = Library.text(a, 1, "json.indent", "");
    return Json.indent(text, prefix, Library.text(a, 2, "json.indent", "\t"), meter);
  }
}
