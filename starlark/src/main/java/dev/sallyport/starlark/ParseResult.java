package dev.sallyport.starlark;

import java.util.List;

/** What parsing gives: a program, or the errors in the text. */
public sealed interface ParseResult {
  /** The text is a program. */
  record Parsed(Program program) implements ParseResult {}

  /** The text is none; at least one error, each with its place. */
  record Refused(List<StarlarkException> errors) implements ParseResult {}

  /** The program; throws the first error where there is none. */
  default Program orThrow() {
    return switch (this) {
      case Parsed p -> p.program();
      case Refused r -> throw r.errors().get(0);
    };
  }
}
