package dev.sallyport.edge.declaration.tree;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** JSON as a tree. */
public final class JsonTree {

  /** How forgiving the reader is. */
  public enum Dialect {
    /** RFC 8259. */
    STRICT,
    /** With the comments and trailing commas that editors allow in their own files. */
    EDITOR
  }

  private final Report report;
  private final Limits limits;
  private int values;

  private JsonTree(Limits limits, Report report) {
    this.limits = limits;
    this.report = report;
  }

  /**
   * Reads one document. Empty, with findings in {@code report}, when it is not well-formed;
   * duplicate keys and trailing text are findings beside a tree.
   */
  public static Optional<Tree> read(byte[] bytes, Dialect dialect, Limits limits, Report report) {
    String text = Text.decode(bytes, limits, report);
    if (text == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(new JsonTree(limits, report).document(text, dialect));
  }

  private @Nullable Tree document(String text, Dialect dialect) {
    try (JsonParser parser = factory(dialect).createParser(text)) {
      if (parser.nextToken() == null) {
        report.add(Position.START, "", "the document is empty; a JSON object is expected");
        return null;
      }
      Tree tree = value(parser, "", 0);
      if (parser.nextToken() != null) {
        report.add(
            at(parser.currentTokenLocation()), "", "text follows after the end of the document");
      }
      return tree;
    } catch (TooMuch e) {
      report.add(e.at, "", e.message);
      return null;
    } catch (JsonProcessingException e) {
      JsonLocation location = e.getLocation();
      report.add(
          location == null ? Position.START : at(location),
          "",
          "not valid JSON: " + firstSentence(e));
      return null;
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory cannot fail to be read", e);
    }
  }

  private Tree value(JsonParser parser, String path, int depth) throws IOException, TooMuch {
    Position at = at(parser.currentTokenLocation());
    if (++values > limits.values()) {
      throw new TooMuch(at, "the document has more than " + limits.values() + " values");
    }
    if (depth > limits.depth()) {
      throw new TooMuch(at, "the document is nested deeper than " + limits.depth() + " levels");
    }
    return switch (parser.currentToken()) {
      case START_OBJECT -> {
        List<Tree.Member> members = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          String key = parser.currentName();
          Position keyAt = at(parser.currentTokenLocation());
          parser.nextToken();
          String keyPath = Paths.member(path, key);
          Tree member = value(parser, keyPath, depth + 1);
          if (seen.add(key)) {
            members.add(new Tree.Member(key, keyAt, member));
          } else {
            report.add(keyAt, keyPath, "this key stands twice; keep one");
          }
        }
        yield new Tree.Mapping(at, List.copyOf(members));
      }
      case START_ARRAY -> {
        List<Tree> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(parser, Paths.item(path, items.size()), depth + 1));
        }
        yield new Tree.Listing(at, List.copyOf(items));
      }
      case VALUE_STRING -> new Tree.Scalar(at, parser.getText(), Tree.Kind.TEXT);
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
          new Tree.Scalar(at, parser.getText(), Tree.Kind.NUMBER);
      case VALUE_TRUE, VALUE_FALSE -> new Tree.Scalar(at, parser.getText(), Tree.Kind.TRUTH);
      case VALUE_NULL -> new Tree.Scalar(at, "null", Tree.Kind.NOTHING);
      case null, default -> throw new TooMuch(at, "not valid JSON: a value is expected here");
    };
  }

  private static Position at(JsonLocation location) {
    return new Position(Math.max(1, location.getLineNr()), Math.max(1, location.getColumnNr()));
  }

  private static String firstSentence(JsonProcessingException e) {
    String message = e.getOriginalMessage();
    int end = message.indexOf('\n');
    String line = end < 0 ? message : message.substring(0, end);
    int source = line.indexOf(" (start marker at");
    return source < 0 ? line : line.substring(0, source);
  }

  private static JsonFactory factory(Dialect dialect) {
    boolean editor = dialect == Dialect.EDITOR;
    return new JsonFactoryBuilder()
        .configure(JsonReadFeature.ALLOW_JAVA_COMMENTS, editor)
        .configure(JsonReadFeature.ALLOW_TRAILING_COMMA, editor)
        .configure(JsonFactory.Feature.INTERN_FIELD_NAMES, false)
        .configure(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES, false)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
        .build();
  }

  /** Leaves the recursion; never leaves this class. */
  private static final class TooMuch extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Position at;
    private final String message;

    TooMuch(Position at, String message) {
      super(message, null, false, false);
      this.at = at;
      this.message = message;
    }
  }
}
