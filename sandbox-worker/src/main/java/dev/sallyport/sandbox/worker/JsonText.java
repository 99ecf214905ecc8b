package dev.sallyport.sandbox.worker;

import dev.sallyport.starlark.StarlarkException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gathers a JSON text, up to a cap in bytes of UTF-8. */
final class JsonText implements Appendable {
  private final int cap;
  private final Supplier<StarlarkException> tooLarge;
  private final StringBuilder text = new StringBuilder();
  private long bytes;

  JsonText(int cap, Supplier<StarlarkException> tooLarge) {
    this.cap = cap;
    this.tooLarge = tooLarge;
  }

  @Override
  public JsonText append(@Nullable CharSequence part) {
    CharSequence chars = part == null ? "null" : part;
    return append(chars, 0, chars.length());
  }

  @Override
  public JsonText append(@Nullable CharSequence part, int from, int to) {
    CharSequence chars = part == null ? "null" : part;
    if (bytes + (to - from) > cap) {
      throw tooLarge.get();
    }
    for (int i = from; i < to; i++) {
      char c = chars.charAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
    }
    if (bytes > cap) {
      throw tooLarge.get();
    }
    text.append(chars, from, to);
    return this;
  }

  @Override
  public JsonText append(char c) {
    return append(String.valueOf(c));
  }

  byte[] toBytes() {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }
}
