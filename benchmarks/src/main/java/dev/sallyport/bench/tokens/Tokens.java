package dev.sallyport.bench.tokens;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;

/**
 * Tokens of o200k_base, the tokenizer of current models of OpenAI; others' differ by some percent.
 */
final class Tokens {

  private static final Encoding ENCODING =
      Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.O200K_BASE);

  private Tokens() {}

  static int count(String text) {
    return ENCODING.countTokensOrdinary(text);
  }
}
