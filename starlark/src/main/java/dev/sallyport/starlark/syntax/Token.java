package dev.sallyport.starlark.syntax;

import org.jspecify.annotations.Nullable;

/**
 * One token: its kind, where it begins and ends in the text, and for names and literals its value
 * (String, Long, BigInteger, Double or Bytes).
 */
record Token(TokenKind kind, int at, int end, @Nullable Object value) {
  /** How a message names this token. */
  String shown() {
    return switch (kind) {
      case IDENTIFIER, RESERVED -> "'" + value + "'";
      case EOF, NEWLINE, INDENT, OUTDENT -> kind.text();
      case INT, FLOAT -> "number";
      case STRING -> "string";
      case BYTES -> "bytes";
      default -> "'" + kind.text() + "'";
    };
  }
}
