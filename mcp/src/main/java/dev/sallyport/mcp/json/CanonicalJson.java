package dev.sallyport.mcp.json;

import dev.sallyport.mcp.frame.Span;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Canonical JSON, so that an honest client that serialises the same arguments differently gets the
 * same digest. RFC 8785 but for numbers: members ordered by the UTF-16 code units of their names,
 * no white space, strings escaped in one way, number text kept as it is (a number need not fit a
 * double).
 *
 * <p>Duplicate names (compared decoded), lone surrogates and text nested deeper than 512 are
 * refused. Costs a tree of the value: only for approval, park and journal.
 */
public final class CanonicalJson {

  private static final int MAX_DEPTH = 512;

  /** What the digest came to. */
  public sealed interface Result {

    /**
     * @param sha256 of the canonical text, 32 bytes
     */
    record Digest(byte[] sha256) implements Result {}

    /**
     * @param reason one sentence for whoever sent the value
     */
    record Refused(String reason) implements Result {}
  }

  private sealed interface Node {
    record Scalar(int start, int end) implements Node {}

    record Text(String text) implements Node {}

    record Elements(List<Node> elements) implements Node {}

    record Members(Map<String, Node> members) implements Node {}
  }

  private final byte[] data;
  private final JsonReader reader;

  private CanonicalJson(byte[] data, Span span) {
    this.data = data;
    this.reader = new JsonReader(data, span.start(), span.end(), MAX_DEPTH);
  }

  /** The digest of the JSON value at the span. */
  public static Result digest(byte[] data, Span span) {
    try {
      return new Result.Digest(MessageDigest.getInstance("SHA-256").digest(text(data, span)));
    } catch (MalformedJson e) {
      return new Result.Refused("The value has no canonical form: " + e.getMessage() + ".");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The digest of the JSON value that the array holds. */
  public static Result digest(byte[] data) {
    return digest(data, new Span(0, data.length));
  }

  /**
   * The canonical text in UTF-8.
   *
   * @throws MalformedJson if there is none
   */
  public static byte[] text(byte[] data, Span span) {
    CanonicalJson canonical = new CanonicalJson(data, span);
    Node node = canonical.read();
    canonical.reader.expectEnd();
    ByteArrayOutputStream out = new ByteArrayOutputStream(span.length());
    canonical.write(node, out);
    return out.toByteArray();
  }

  private Node read() {
    return switch (reader.peek()) {
      case '{' -> members();
      case '[' -> {
        List<Node> elements = new ArrayList<>();
        reader.enterArray();
        while (reader.nextElement()) {
          elements.add(read());
        }
        yield new Node.Elements(elements);
      }
      case '"' -> {
        int start = reader.skipValue();
        yield new Node.Text(text(start + 1, reader.position() - 1));
      }
      default -> {
        int start = reader.skipValue();
        yield new Node.Scalar(start, reader.position());
      }
    };
  }

  private Node members() {
    // String.compareTo compares UTF-16 code units, which is the order of RFC 8785 section 3.2.3.
    Map<String, Node> members = new TreeMap<>();
    reader.enterObject();
    while (reader.nextMember()) {
      int at = reader.nameStart();
      String name = text(at, reader.nameEnd());
      if (members.put(name, read()) != null) {
        throw new MalformedJson(
            MalformedJson.Kind.DUPLICATE_MEMBER, "a member name occurs twice", at);
      }
    }
    return new Node.Members(members);
  }

  private String text(int start, int end) {
    String text = JsonText.content(data, start, end);
    if (text == null) {
      throw new MalformedJson(
          MalformedJson.Kind.LONE_SURROGATE, "a string holds a lone surrogate", start);
    }
    return text;
  }

  private void write(Node node, ByteArrayOutputStream out) {
    switch (node) {
      case Node.Scalar scalar -> out.write(data, scalar.start(), scalar.end() - scalar.start());
      case Node.Text text -> write(text.text(), out);
      case Node.Elements elements -> {
        out.write('[');
        String before = "";
        for (Node element : elements.elements()) {
          out.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
          write(element, out);
          before = ",";
        }
        out.write(']');
      }
      case Node.Members members -> {
        out.write('{');
        String before = "";
        for (Map.Entry<String, Node> member : members.members().entrySet()) {
          out.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
          write(member.getKey(), out);
          out.write(':');
          write(member.getValue(), out);
          before = ",";
        }
        out.write('}');
      }
    }
  }

  private static void write(String text, ByteArrayOutputStream out) {
    out.writeBytes(JsonText.quote(text));
  }
}
