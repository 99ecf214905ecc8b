package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Paths;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The variables of clients' files: {@code ${env:NAME}} (Cursor, VS Code), {@code ${NAME}} and
 * {@code ${NAME:-default}} (Claude Code), {@code ${userHome}}, {@code ${workspaceFolder}} and
 * {@code ${pathSeparator}}. In {@code env} and {@code headers} a variable becomes a secret
 * reference and its value never enters the definition; elsewhere it is filled in when the file is
 * read.
 */
final class ClientVariables {

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^{}]*)}");
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern SECRET =
      Pattern.compile("(?i).*(key|token|secret|password|passwd|credential).*");

  private final Map<String, String> environment;
  private final Path folder;
  private final Report report;

  ClientVariables(Map<String, String> environment, Path folder, Report report) {
    this.environment = environment;
    this.folder = folder;
    this.report = report;
  }

  Path folder() {
    return folder;
  }

  /**
   * The value with its variables replaced.
   *
   * @param reference the value may hold secret references
   */
  Tree replace(Tree tree, String path, boolean reference) {
    return switch (tree) {
      case Tree.Mapping mapping ->
          new Tree.Mapping(
              mapping.at(),
              mapping.members().stream()
                  .map(
                      member ->
                          new Tree.Member(
                              member.key(),
                              member.at(),
                              replace(member.value(), Paths.member(path, member.key()), reference)))
                  .toList());
      case Tree.Listing listing -> {
        List<Tree> items = new ArrayList<>();
        for (Tree item : listing.items()) {
          items.add(replace(item, Paths.item(path, items.size()), reference));
        }
        yield new Tree.Listing(listing.at(), items);
      }
      case Tree.Scalar scalar -> scalar(scalar, path, reference);
    };
  }

  private Tree scalar(Tree.Scalar scalar, String path, boolean reference) {
    Matcher variable = VARIABLE.matcher(scalar.text());
    if (scalar.kind() != Tree.Kind.TEXT || !variable.find()) {
      return scalar;
    }
    boolean whole = variable.start() == 0 && variable.end() == scalar.text().length();
    StringBuilder text = new StringBuilder();
    do {
      variable.appendReplacement(
          text, Matcher.quoteReplacement(value(variable.group(1), scalar, path, reference, whole)));
    } while (variable.find());
    variable.appendTail(text);
    return new Tree.Scalar(scalar.at(), text.toString(), Tree.Kind.TEXT);
  }

  private String value(
      String variable, Tree.Scalar scalar, String path, boolean reference, boolean whole) {
    Optional<String> place =
        switch (variable) {
          case "userHome" -> Optional.of(System.getProperty("user.home", ""));
          case "workspaceFolder" -> Optional.of(workspace().toString());
          case "pathSeparator", "/" -> Optional.of("/");
          default -> Optional.empty();
        };
    if (place.isPresent()) {
      return place.get();
    }
    String body = variable.startsWith("env:") ? variable.substring(4) : variable;
    int split = body.indexOf(":-");
    String name = split < 0 ? body : body.substring(0, split);
    if (!NAME.matcher(name).matches()) {
      report.add(
          scalar.at(),
          path,
          "the client asks its user for ${"
              + variable
              + "}, which a gateway cannot; set an environment variable and write ${env:NAME}");
      return "";
    }
    String found = environment.get(name);
    if (reference && (split < 0 || found != null)) {
      return whole ? "env:" + name : "${env:" + name + "}";
    }
    if (found != null) {
      if (SECRET.matcher(name).matches()) {
        report.note(
            scalar.at(),
            path,
            "the value of "
                + name
                + " becomes part of the definition; a secret belongs into `env` or `headers`");
      }
      return found;
    }
    if (split >= 0) {
      return body.substring(split + 2);
    }
    report.add(
        scalar.at(),
        path,
        "the environment variable " + name + " is not set where the gateway runs");
    return "";
  }

  /** A file in {@code .vscode} or {@code .cursor} belongs to the folder above. */
  private Path workspace() {
    Path name = folder.getFileName();
    Path parent = folder.getParent();
    return name != null && parent != null && name.toString().startsWith(".") ? parent : folder;
  }
}
