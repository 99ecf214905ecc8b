package dev.sallyport.starlark.syntax;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The kinds of token; {@link #text} is how a fixed token is spelled. */
public enum TokenKind {
  EOF("end of file"),
  NEWLINE("end of line"),
  INDENT("indentation"),
  OUTDENT("end of block"),
  IDENTIFIER("a name"),
  RESERVED("a reserved word"),
  INT("an integer"),
  FLOAT("a float"),
  STRING("a string"),
  BYTES("bytes"),
  PLUS("+"),
  MINUS("-"),
  STAR("*"),
  SLASH("/"),
  SLASH_SLASH("//"),
  PERCENT("%"),
  STAR_STAR("**"),
  TILDE("~"),
  AMPERSAND("&"),
  PIPE("|"),
  CARET("^"),
  LESS_LESS("<<"),
  GREATER_GREATER(">>"),
  DOT("."),
  COMMA(","),
  EQUALS("="),
  SEMICOLON(";"),
  COLON(":"),
  LEFT_PAREN("("),
  RIGHT_PAREN(")"),
  LEFT_BRACKET("["),
  RIGHT_BRACKET("]"),
  LEFT_BRACE("{"),
  RIGHT_BRACE("}"),
  LESS("<"),
  GREATER(">"),
  GREATER_EQUALS(">="),
  LESS_EQUALS("<="),
  EQUALS_EQUALS("=="),
  NOT_EQUALS("!="),
  PLUS_EQUALS("+="),
  MINUS_EQUALS("-="),
  STAR_EQUALS("*="),
  SLASH_EQUALS("/="),
  SLASH_SLASH_EQUALS("//="),
  PERCENT_EQUALS("%="),
  AMPERSAND_EQUALS("&="),
  PIPE_EQUALS("|="),
  CARET_EQUALS("^="),
  LESS_LESS_EQUALS("<<="),
  GREATER_GREATER_EQUALS(">>="),
  AND("and"),
  BREAK("break"),
  CONTINUE("continue"),
  DEF("def"),
  ELIF("elif"),
  ELSE("else"),
  FOR("for"),
  IF("if"),
  IN("in"),
  LAMBDA("lambda"),
  LOAD("load"),
  NOT("not"),
  NOT_IN("not in"),
  OR("or"),
  PASS("pass"),
  RETURN("return"),
  WHILE("while");

  private static final Map<String, TokenKind> KEYWORDS = new HashMap<>();

  static {
    for (TokenKind kind : EnumSet.range(AND, WHILE)) {
      if (kind != NOT_IN) {
        KEYWORDS.put(kind.text, kind);
      }
    }
    for (String word :
        List.of(
            "as",
            "assert",
            "async",
            "await",
            "class",
            "del",
            "except",
            "finally",
            "from",
            "global",
            "import",
            "is",
            "nonlocal",
            "raise",
            "try",
            "with",
            "yield")) {
      KEYWORDS.put(word, RESERVED);
    }
  }

  private final String text;

  TokenKind(String text) {
    this.text = text;
  }

  /** The spelling, or for tokens that vary a description. */
  public String text() {
    return text;
  }

  /** The keyword that a word is, or {@link #IDENTIFIER}. */
  static TokenKind ofWord(String word) {
    return KEYWORDS.getOrDefault(word, IDENTIFIER);
  }

  /** For an augmented assignment its operator, else the kind itself. */
  public TokenKind withoutAssignment() {
    return switch (this) {
      case PLUS_EQUALS -> PLUS;
      case MINUS_EQUALS -> MINUS;
      case STAR_EQUALS -> STAR;
      case SLASH_EQUALS -> SLASH;
      case SLASH_SLASH_EQUALS -> SLASH_SLASH;
      case PERCENT_EQUALS -> PERCENT;
      case AMPERSAND_EQUALS -> AMPERSAND;
      case PIPE_EQUALS -> PIPE;
      case CARET_EQUALS -> CARET;
      case LESS_LESS_EQUALS -> LESS_LESS;
      case GREATER_GREATER_EQUALS -> GREATER_GREATER;
      default -> this;
    };
  }
}
