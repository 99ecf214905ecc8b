package dev.sallyport.mcp.schema;

import dev.sallyport.mcp.schema.SchemaTree.Leaf;
import dev.sallyport.mcp.schema.SchemaTree.Listing;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@code $ref} within its own document: {@code #}, or {@code #/} and a JSON Pointer (RFC 6901,
 * section 6). Nothing else is ever followed.
 */
public final class LocalRef {

  private LocalRef() {}

  /** Whether a reference stays in the document, as a pointer or as the name of an anchor. */
  public static boolean isLocal(String ref) {
    return ref.startsWith("#");
  }

  /** What the reference refers to; null when there is no such place, or it is no pointer. */
  public static @Nullable SchemaTree resolve(Members root, String ref) {
    if (ref.equals("#")) {
      return root;
    }
    if (!ref.startsWith("#/")) {
      return null;
    }
    SchemaTree at = root;
    for (String token : ref.substring(2).split("/", -1)) {
      String name = decoded(token);
      at =
          name == null
              ? null
              : switch (at) {
                case Members members -> members.get(name);
                case Listing listing -> item(listing.items(), name);
                case Leaf leaf -> null;
              };
      if (at == null) {
        return null;
      }
    }
    return at;
  }

  private static @Nullable String decoded(String token) {
    try {
      // A plus is itself here, and a space elsewhere.
      return URLDecoder.decode(token.replace("+", "%2B"), StandardCharsets.UTF_8)
          .replace("~1", "/")
          .replace("~0", "~");
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable SchemaTree item(List<SchemaTree> items, String index) {
    if (!index.matches("0|[1-9][0-9]{0,5}")) {
      return null;
    }
    int at = Integer.parseInt(index);
    return at < items.size() ? items.get(at) : null;
  }
}
