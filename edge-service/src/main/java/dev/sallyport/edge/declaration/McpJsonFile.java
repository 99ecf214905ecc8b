package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.JsonTree;
import dev.sallyport.edge.declaration.tree.Limits;
import dev.sallyport.edge.declaration.tree.Paths;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The file in which a client keeps its servers, taken as it is: {@code mcpServers} of Claude
 * Desktop, Claude Code and Cursor, {@code servers} of VS Code. Members that only mean something to
 * the client are passed over with a note.
 */
public final class McpJsonFile {

  private static final int LONGEST_NAME = 30;
  private static final Set<String> CARRIED =
      Set.of("command", "args", "env", "cwd", "url", "type", "headers", "disabled");

  private McpJsonFile() {}

  /** Reads a file. Never throws for what the file is or says. */
  public static Reading read(Path file) {
    return read(file, System.getenv());
  }

  static Reading read(Path file, Map<String, String> environment) {
    Report report = new Report(file.toString());
    return DeclarationFile.bytes(file, report)
        .map(bytes -> parse(file, bytes, environment))
        .orElseGet(() -> new Findings(report.findings()));
  }

  /** Reads {@code bytes} as the content of {@code file}. */
  static Reading parse(Path file, byte[] bytes, Map<String, String> environment) {
    Report report = new Report(file.toString());
    ClientVariables variables =
        new ClientVariables(environment, DeclarationFile.folder(file), report);
    List<DeclaredServer> servers = new ArrayList<>();
    JsonTree.read(bytes, JsonTree.Dialect.EDITOR, Limits.DOCUMENT, report)
        .flatMap(tree -> Fields.of(tree, "", report))
        .flatMap(root -> entries(root, report))
        .ifPresent(
            entries -> {
              Set<String> taken = new HashSet<>();
              for (Tree.Member entry : entries.all()) {
                String path = entries.path(entry.key());
                String name = name(entry, path, taken, report);
                server(entry, name, path, variables, report).ifPresent(servers::add);
              }
            });
    return report.isClean()
        ? new Declaration(
            DeclarationFile.source(file),
            servers,
            List.of(),
            List.of(),
            List.of(),
            Map.of(),
            report.notes())
        : new Findings(report.findings());
  }

  private static Optional<Fields> entries(Fields root, Report report) {
    for (String key : List.of("mcpServers", "servers")) {
      Optional<Tree> found = root.tree(key);
      if (found.isPresent()) {
        return Fields.of(found.get(), key, report);
      }
    }
    // The settings of VS Code and of Visual Studio hold the servers one level deeper.
    Optional<Tree> nested =
        root.tree("mcp")
            .filter(Tree.Mapping.class::isInstance)
            .flatMap(tree -> Fields.of(tree, "mcp", report))
            .flatMap(mcp -> mcp.tree("servers"));
    if (nested.isPresent()) {
      return Fields.of(nested.get(), "mcp.servers", report);
    }
    report.add(
        Position.START, "", "has neither `mcpServers` nor `servers`; is this a client's MCP file?");
    return Optional.empty();
  }

  private static Optional<DeclaredServer> server(
      Tree.Member entry, String name, String path, ClientVariables variables, Report report) {
    if (!(entry.value() instanceof Tree.Mapping mapping)) {
      report.add(
          entry.at(),
          path,
          "must be an object with `command` or `url`, not " + entry.value().kindInWords());
      return Optional.empty();
    }
    List<Tree.Member> members = new ArrayList<>();
    boolean disabled = false;
    for (Tree.Member member : mapping.members()) {
      String memberPath = Paths.member(path, member.key());
      if (!CARRIED.contains(member.key())) {
        report.note(member.at(), memberPath, "belongs to the client and is passed over");
      } else if (member.key().equals("disabled")) {
        disabled =
            member.value() instanceof Tree.Scalar scalar
                && scalar.kind() == Tree.Kind.TRUTH
                && scalar.text().equals("true");
      } else if (member.key().equals("type")) {
        members.add(new Tree.Member("type", member.at(), type(member.value())));
      } else {
        boolean reference = member.key().equals("env") || member.key().equals("headers");
        members.add(
            new Tree.Member(
                member.key(),
                member.at(),
                variables.replace(member.value(), memberPath, reference)));
      }
    }
    if (disabled) {
      members.add(
          new Tree.Member(
              "enabled", mapping.at(), new Tree.Scalar(mapping.at(), "false", Tree.Kind.TRUTH)));
    }
    return ServerFields.read(
        name, new Tree.Mapping(mapping.at(), members), path, variables.folder(), report);
  }

  /** The words that clients use for Streamable HTTP. */
  private static Tree type(Tree tree) {
    if (tree instanceof Tree.Scalar scalar) {
      String word = scalar.text().toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
      if (word.equals("streamablehttp")) {
        return new Tree.Scalar(scalar.at(), "http", Tree.Kind.TEXT);
      }
    }
    return tree;
  }

  /** The client's name in the letters that exposed tool names allow. */
  private static String name(Tree.Member entry, String path, Set<String> taken, Report report) {
    String name =
        entry.key().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    if (name.isEmpty()) {
      name = "server";
    }
    name = shortened(name, LONGEST_NAME);
    String free = name;
    for (int i = 2; !taken.add(free); i++) {
      String suffix = "-" + i;
      free = shortened(name, LONGEST_NAME - suffix.length()) + suffix;
    }
    if (!free.equals(entry.key())) {
      report.note(entry.at(), path, "is called `" + free + "` here");
    }
    return free;
  }

  private static String shortened(String name, int length) {
    return name.length() <= length ? name : name.substring(0, length).replaceAll("-+$", "");
  }
}
