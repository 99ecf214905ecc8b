package dev.sallyport.edge.declaration.tree;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * YAML as a tree: composed into nodes, never constructed into objects. Aliases are followed within
 * {@link Limits}; tags other than the plain ones are refused.
 */
public final class YamlTree {

  private static final Set<Tag> PLAIN_SCALARS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP);

  private final Report report;
  private final Limits limits;
  private int values;

  private YamlTree(Limits limits, Report report) {
    this.limits = limits;
    this.report = report;
  }

  /**
   * Reads one document. Empty, with findings in {@code report}, when it is not well-formed;
   * duplicate keys and tags are findings beside a tree.
   */
  public static Optional<Tree> read(byte[] bytes, Limits limits, Report report) {
    String text = Text.decode(bytes, limits, report);
    if (text == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(new YamlTree(limits, report).document(text));
  }

  private @Nullable Tree document(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(limits.bytes());
    options.setMaxAliasesForCollections(limits.aliases());
    options.setNestingDepthLimit(limits.depth() + 1);
    options.setAllowRecursiveKeys(false);
    options.setProcessComments(false);
    Node root;
    try {
      root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      report.add(mark == null ? Position.START : at(mark), "", "not valid YAML: " + problem(e));
      return null;
    } catch (ReaderException e) {
      report.add(
          Position.of(text, e.getPosition()),
          "",
          "not valid YAML: the control character U+%04X".formatted(e.getCodePoint())
              + " is not allowed");
      return null;
    } catch (YAMLException e) {
      report.add(Position.START, "", "not valid YAML: " + limit(e));
      return null;
    }
    if (root == null) {
      report.add(Position.START, "", "the file is empty; write `{}` to say nothing");
      return null;
    }
    try {
      return value(root, "", 0);
    } catch (TooMuch e) {
      report.add(e.at, "", e.message);
      return null;
    }
  }

  private Tree value(Node node, String path, int depth) throws TooMuch {
    Position at = at(node.getStartMark());
    if (++values > limits.values()) {
      throw new TooMuch(at, "the document has more than " + limits.values() + " values");
    }
    if (depth > limits.depth()) {
      throw new TooMuch(at, "the document is nested deeper than " + limits.depth() + " levels");
    }
    return switch (node) {
      case MappingNode mapping -> mapping(mapping, at, path, depth);
      case SequenceNode sequence -> {
        if (!Tag.SEQ.equals(sequence.getTag())) {
          refuseTag(sequence, at, path);
        }
        List<Tree> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(value(item, Paths.item(path, items.size()), depth + 1));
        }
        yield new Tree.Listing(at, List.copyOf(items));
      }
      case ScalarNode scalar -> scalar(scalar, at, path);
      default -> throw new TooMuch(at, "this kind of YAML value is not supported");
    };
  }

  private Tree mapping(MappingNode node, Position at, String path, int depth) throws TooMuch {
    if (!Tag.MAP.equals(node.getTag())) {
      refuseTag(node, at, path);
    }
    List<Tree.Member> members = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (NodeTuple tuple : node.getValue()) {
      Position keyAt = at(tuple.getKeyNode().getStartMark());
      if (!(tuple.getKeyNode() instanceof ScalarNode scalarKey)) {
        report.add(keyAt, path, "a key must be plain text");
        continue;
      }
      String key = scalarKey.getValue();
      String keyPath = Paths.member(path, key);
      if (Tag.MERGE.equals(scalarKey.getTag())) {
        report.add(keyAt, keyPath, "merge keys are not supported; write the members out");
        continue;
      }
      Tree member = value(tuple.getValueNode(), keyPath, depth + 1);
      if (seen.add(key)) {
        members.add(new Tree.Member(key, keyAt, member));
      } else {
        report.add(keyAt, keyPath, "this key stands twice; keep one");
      }
    }
    return new Tree.Mapping(at, List.copyOf(members));
  }

  private Tree scalar(ScalarNode node, Position at, String path) {
    Tag tag = node.getTag();
    if (!PLAIN_SCALARS.contains(tag) && !Tag.MERGE.equals(tag)) {
      refuseTag(node, at, path);
    }
    Tree.Kind kind;
    if (Tag.INT.equals(tag) || Tag.FLOAT.equals(tag)) {
      kind = Tree.Kind.NUMBER;
    } else if (Tag.BOOL.equals(tag)) {
      kind = Tree.Kind.TRUTH;
    } else if (Tag.NULL.equals(tag)) {
      kind = Tree.Kind.NOTHING;
    } else {
      kind = Tree.Kind.TEXT;
    }
    return new Tree.Scalar(at, node.getValue(), kind);
  }

  private void refuseTag(Node node, Position at, String path) {
    report.add(
        at,
        path,
        "the YAML tag " + node.getTag().getValue() + " is not supported; write the plain value");
  }

  private static Position at(Mark mark) {
    return new Position(mark.getLine() + 1, mark.getColumn() + 1);
  }

  private static String problem(MarkedYAMLException e) {
    String problem = e.getProblem() == null ? "it cannot be read" : e.getProblem();
    return problem.contains("\\t(TAB)") || problem.contains("'\\t'")
        ? "a tab stands here; indent with spaces"
        : problem;
  }

  private String limit(YAMLException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("aliases")) {
      return "more than "
          + limits.aliases()
          + " aliases of lists or mappings; write the values out";
    }
    if (message.contains("epth")) {
      return "it is nested deeper than " + limits.depth() + " levels";
    }
    return message.lines().findFirst().orElse("it cannot be read");
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
