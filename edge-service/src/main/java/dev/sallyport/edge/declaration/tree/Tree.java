package dev.sallyport.edge.declaration.tree;

import java.util.List;

/** One value of a document and where it stands. Immutable. */
public sealed interface Tree {

  Position at();

  /** What a person would call it, with its article. */
  default String kindInWords() {
    return switch (this) {
      case Mapping _ -> "a mapping";
      case Listing _ -> "a list";
      case Scalar scalar ->
          switch (scalar.kind()) {
            case TEXT -> "text";
            case NUMBER -> "a number";
            case TRUTH -> "true or false";
            case NOTHING -> "nothing";
          };
    };
  }

  /** Members in the order of the document; every key stands once. */
  record Mapping(Position at, List<Member> members) implements Tree {}

  record Listing(Position at, List<Tree> items) implements Tree {}

  /**
   * @param text as written, without quotes and escapes
   */
  record Scalar(Position at, String text, Kind kind) implements Tree {}

  /**
   * @param at where the key stands
   */
  record Member(String key, Position at, Tree value) {}

  /** What an unquoted or quoted scalar means. */
  enum Kind {
    TEXT,
    NUMBER,
    TRUTH,
    NOTHING
  }
}
