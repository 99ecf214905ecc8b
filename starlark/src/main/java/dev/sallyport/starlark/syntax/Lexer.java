package dev.sallyport.starlark.syntax;

import dev.sallyport.starlark.StarlarkException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Text to tokens (section "Lexical elements"). A class of one purpose, though long: the literals of
 * the language are most of it, in {@link TextLiteral}.
 */
final class Lexer {
  private static final int MAX_DIGITS = 10_000;
  private static final int MAX_BLOCKS = 100;

  private final Source source;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private final List<Integer> indents = new ArrayList<>();
  private final List<Integer> openBrackets = new ArrayList<>();
  private int at;

  Lexer(Source source) {
    this.source = source;
    this.text = source.text();
  }

  static List<Token> scan(Source source) {
    return new Lexer(source).scan();
  }

  private List<Token> scan() {
    indents.add(0);
    boolean lineStart = true;
    while (true) {
      if (lineStart && openBrackets.isEmpty()) {
        if (!indentation()) {
          break;
        }
        lineStart = false;
      }
      if (at >= text.length()) {
        break;
      }
      char c = text.charAt(at);
      if (c == ' ' || c == '\t') {
        at++;
      } else if (c == '#') {
        skipComment();
      } else if (c == '\n' || c == '\r') {
        int begin = at;
        skipNewline();
        if (openBrackets.isEmpty()) {
          add(TokenKind.NEWLINE, begin, null);
          lineStart = true;
        }
      } else if (c == '\\' && continuesLine()) {
        at++;
        skipNewline();
      } else {
        token(c);
      }
    }
    if (!openBrackets.isEmpty()) {
      int open = openBrackets.get(openBrackets.size() - 1);
      throw error(open, "'" + text.charAt(open) + "' is never closed", null);
    }
    if (!tokens.isEmpty() && tokens.get(tokens.size() - 1).kind() != TokenKind.NEWLINE) {
      add(TokenKind.NEWLINE, at, null);
    }
    for (int i = indents.size(); i > 1; i--) {
      add(TokenKind.OUTDENT, at, null);
    }
    add(TokenKind.EOF, at, null);
    return tokens;
  }

  /** Measures the indentation of the next line that holds a token; false at the end of the text. */
  private boolean indentation() {
    while (at < text.length()) {
      int begin = at;
      int tab = -1;
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        if (text.charAt(at) == '\t' && tab < 0) {
          tab = at;
        }
        at++;
      }
      if (at >= text.length()) {
        return false;
      }
      char c = text.charAt(at);
      if (c == '#') {
        skipComment();
      } else if (c == '\n' || c == '\r') {
        skipNewline();
      } else {
        if (tab >= 0) {
          throw error(tab, "a tab in the indentation", Hints.TABS);
        }
        indentTo(at - begin);
        return true;
      }
    }
    return false;
  }

  private void indentTo(int width) {
    int current = indents.get(indents.size() - 1);
    if (width > current) {
      if (indents.size() > MAX_BLOCKS) {
        throw error(at, "blocks are nested too deeply: the limit is " + MAX_BLOCKS, null);
      }
      indents.add(width);
      add(TokenKind.INDENT, at, null);
      return;
    }
    while (width < indents.get(indents.size() - 1)) {
      indents.remove(indents.size() - 1);
      add(TokenKind.OUTDENT, at, null);
    }
    if (width != indents.get(indents.size() - 1)) {
      throw error(at, "the indentation matches no outer block", Hints.TABS);
    }
  }

  private boolean continuesLine() {
    return at + 1 < text.length() && (text.charAt(at + 1) == '\n' || text.charAt(at + 1) == '\r');
  }

  private void skipComment() {
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
  }

  private void skipNewline() {
    if (text.charAt(at) == '\r' && at + 1 < text.length() && text.charAt(at + 1) == '\n') {
      at++;
    }
    at++;
  }

  private void token(char c) {
    if ((c >= '0' && c <= '9') || (c == '.' && digitAt(at + 1))) {
      number();
    } else if (c == '"' || c == '\'') {
      textLiteral(at, false, false);
    } else if (c == '_' || Character.isLetter(text.codePointAt(at))) {
      word();
    } else {
      punctuation(c);
    }
  }

  private void word() {
    int begin = at;
    while (at < text.length()) {
      int point = text.codePointAt(at);
      if (point != '_' && !Character.isLetter(point) && !Character.isDigit(point)) {
        break;
      }
      at += Character.charCount(point);
    }
    String word = text.substring(begin, at);
    if (at < text.length() && (text.charAt(at) == '"' || text.charAt(at) == '\'')) {
      switch (word) {
        case "r" -> textLiteral(begin, true, false);
        case "b" -> textLiteral(begin, false, true);
        case "rb", "br" -> textLiteral(begin, true, true);
        case "f", "F", "fr", "rf" ->
            throw error(begin, "f-strings are not supported", Hints.F_STRING);
        default ->
            throw error(begin, "unknown prefix '" + word + "' of a string", "use r, b, rb or none");
      }
      return;
    }
    TokenKind kind = TokenKind.ofWord(word);
    tokens.add(
        new Token(
            kind,
            begin,
            at,
            kind == TokenKind.IDENTIFIER || kind == TokenKind.RESERVED ? word : null));
  }

  private void textLiteral(int begin, boolean raw, boolean bytes) {
    TextLiteral literal = new TextLiteral(source, begin, at, raw, bytes);
    Object value = literal.read();
    at = literal.end();
    add(bytes ? TokenKind.BYTES : TokenKind.STRING, begin, value);
  }

  private void number() {
    int begin = at;
    if (text.charAt(at) == '0' && at + 1 < text.length()) {
      int radix =
          switch (text.charAt(at + 1)) {
            case 'x', 'X' -> 16;
            case 'o', 'O' -> 8;
            case 'b', 'B' -> 2;
            default -> 10;
          };
      if (radix != 10) {
        at += 2;
        int digits = at;
        while (at < text.length()
            && Character.digit(text.charAt(at), radix) >= 0
            && text.charAt(at) < 128) {
          at++;
        }
        if (at == digits) {
          throw error(begin, "a number without digits", null);
        }
        endOfNumber(begin);
        add(TokenKind.INT, begin, integer(begin, text.substring(digits, at), radix));
        return;
      }
    }
    skipDigits();
    boolean isFloat = false;
    if (at < text.length() && text.charAt(at) == '.') {
      isFloat = true;
      at++;
      skipDigits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int exponent = at + 1;
      if (exponent < text.length()
          && (text.charAt(exponent) == '+' || text.charAt(exponent) == '-')) {
        exponent++;
      }
      if (!digitAt(exponent)) {
        throw error(begin, "a float whose exponent has no digits", null);
      }
      isFloat = true;
      at = exponent;
      skipDigits();
    }
    endOfNumber(begin);
    String digits = text.substring(begin, at);
    if (isFloat) {
      if (digits.length() > MAX_DIGITS) {
        throw error(begin, "the number is too long", null);
      }
      double value = Double.parseDouble(digits);
      if (Double.isInfinite(value)) {
        throw error(begin, "the float is too large", null);
      }
      add(TokenKind.FLOAT, begin, value);
      return;
    }
    if (digits.length() > 1 && digits.charAt(0) == '0') {
      throw error(
          begin,
          "a decimal number cannot begin with 0",
          "write 0o17 for octal, or leave out the 0");
    }
    add(TokenKind.INT, begin, integer(begin, digits, 10));
  }

  private void endOfNumber(int begin) {
    if (at < text.length()) {
      int point = text.codePointAt(at);
      if (point == '_') {
        throw error(at, "no _ in numbers", "write the digits without separators");
      }
      if (Character.isDigit(point)) {
        throw error(at, "digit '" + Character.toString(point) + "' does not fit the base", null);
      }
      if (Character.isLetter(point) && !startsOperatorWord(at)) {
        throw error(begin, "a number cannot be followed by a letter", null);
      }
    }
  }

  /** {@code 1if x else 2} is legal, if ugly. */
  private boolean startsOperatorWord(int from) {
    for (String word : new String[] {"if", "in", "and", "or", "else", "for", "not", "is"}) {
      int end = from + word.length();
      if (text.startsWith(word, from)
          && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)))) {
        return true;
      }
    }
    return false;
  }

  private Object integer(int begin, String digits, int radix) {
    if (digits.length() > MAX_DIGITS) {
      throw error(begin, "the number is too long", null);
    }
    if (digits.length() <= 12) {
      return Long.parseLong(digits, radix);
    }
    BigInteger value = new BigInteger(digits, radix);
    return value.bitLength() <= 63 ? (Object) value.longValue() : value;
  }

  private boolean digitAt(int index) {
    return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
  }

  private void skipDigits() {
    while (digitAt(at)) {
      at++;
    }
  }

  private void punctuation(char c) {
    TokenKind kind = null;
    int length = 0;
    for (TokenKind candidate : PUNCTUATION) {
      if (candidate.text().length() > length && text.startsWith(candidate.text(), at)) {
        kind = candidate;
        length = candidate.text().length();
      }
    }
    if (kind == null) {
      throw unexpected(c);
    }
    if (kind == TokenKind.COLON && text.startsWith(":=", at)) {
      throw error(at, "the walrus operator := is not supported", Hints.WALRUS);
    }
    bracket(kind);
    at += length;
    tokens.add(new Token(kind, at - length, at, null));
  }

  private StarlarkException unexpected(char c) {
    if (c == '!') {
      return error(at, "unexpected character '!'", "write not x, or x != y");
    }
    if (c == '\\') {
      return error(at, "a backslash outside a string can only end a line", null);
    }
    int point = text.codePointAt(at);
    String shown =
        Character.isISOControl(point) || Character.getType(point) == Character.SURROGATE
            ? String.format("U+%04X", point)
            : "'" + Character.toString(point) + "'";
    boolean quote =
        point == '\u201c' || point == '\u201d' || point == '\u2018' || point == '\u2019';
    return error(at, "unexpected character " + shown, quote ? "use straight quotes" : null);
  }

  private void bracket(TokenKind kind) {
    switch (kind) {
      case LEFT_PAREN, LEFT_BRACKET, LEFT_BRACE -> openBrackets.add(at);
      case RIGHT_PAREN, RIGHT_BRACKET, RIGHT_BRACE -> {
        if (openBrackets.isEmpty()) {
          throw error(at, "'" + kind.text() + "' closes nothing", null);
        }
        char open = text.charAt(openBrackets.get(openBrackets.size() - 1));
        char close = open == '(' ? ')' : open == '[' ? ']' : '}';
        if (close != text.charAt(at)) {
          throw error(at, "'" + kind.text() + "' does not close '" + open + "'", null);
        }
        openBrackets.remove(openBrackets.size() - 1);
      }
      default -> {}
    }
  }

  private void add(TokenKind kind, int begin, @Nullable Object value) {
    tokens.add(new Token(kind, begin, at, value));
  }

  private StarlarkException error(int offset, String message, @Nullable String hint) {
    return StarlarkException.in(
        StarlarkException.Kind.SYNTAX, source.position(offset), message, hint);
  }

  private static final Set<TokenKind> PUNCTUATION =
      EnumSet.range(TokenKind.PLUS, TokenKind.GREATER_GREATER_EQUALS);
}
