package dev.sallyport.codemode;

import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Listing;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import org.jspecify.annotations.Nullable;

/** JSON values as Starlark writes them, on one line. */
final class Literals {

  private Literals() {}

  /** The literal, or null where it is longer than so many characters. */
  static @Nullable String of(SchemaTree value, int most) {
    StringBuilder text = new StringBuilder();
    return write(value, text, most) ? text.toString() : null;
  }

  /** A string of Starlark; what a reader would not see is escaped. */
  static String text(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2);
    write(text, quoted);
    return quoted.toString();
  }

  private static boolean write(SchemaTree value, StringBuilder out, int most) {
    switch (value) {
      case Leaf leaf -> {
        String json = leaf.json();
        if (json.length() > most) {
          return false;
        }
        switch (json.charAt(0)) {
          case '"' -> {
            String text = leaf.text();
            write(text == null ? "" : text, out);
          }
          case 't' -> out.append("True");
          case 'f' -> out.append("False");
          case 'n' -> out.append("None");
          default -> out.append(json);
        }
      }
      case Listing listing -> {
        String before = "[";
        for (SchemaTree item : listing.items()) {
          out.append(before);
          if (!write(item, out, most)) {
            return false;
          }
          before = ", ";
        }
        out.append(listing.items().isEmpty() ? "[]" : "]");
      }
      case Members members -> {
        String before = "{";
        for (var member : members.members().entrySet()) {
          out.append(before);
          write(member.getKey(), out);
          out.append(": ");
          if (!write(member.getValue(), out, most)) {
            return false;
          }
          before = ", ";
        }
        out.append(members.members().isEmpty() ? "{}" : "}");
      }
    }
    return out.length() <= most;
  }

  private static void write(String text, StringBuilder out) {
    out.append('"');
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                  if (!PlainText.isHidden(c)) {
                    out.appendCodePoint(c);
                  } else if (Character.getType(c) == Character.SURROGATE) {
                    out.append('\uFFFD');
                  } else if (Character.isBmpCodePoint(c)) {
                    out.append("\\u%04x".formatted(c));
                  } else {
                    out.append("\\U%08x".formatted(c));
                  }
                }
              }
            });
    out.append('"');
  }
}
