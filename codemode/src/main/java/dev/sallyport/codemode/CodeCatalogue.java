package dev.sallyport.codemode;

import dev.sallyport.mcp.name.ExposedNames;
import dev.sallyport.mcp.name.Nearest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The tools of one caller as a model reads about them. Immutable; made once per (catalogue version,
 * profile), answers from memory. Thread-safe. Every text is bounded, whatever the definitions hold.
 */
public final class CodeCatalogue {

  /** For {@link #listFiles}: a listing that names every server of a large catalogue. */
  public static final int LISTING_TOKENS = 600;

  /** For {@link #listFiles} with a query: some ten tools with their signatures. */
  public static final int SEARCH_TOKENS = 1_200;

  private static final int LONGEST_SHOWN = 120;

  private final List<CodeServer> servers;
  private final List<CodeServer.Entry> tools;
  private final ToolSearch search;

  private CodeCatalogue(List<CodeServer> servers) {
    this.servers = servers;
    this.tools = servers.stream().flatMap(server -> server.tools().stream()).toList();
    ToolSearch.Builder index = new ToolSearch.Builder();
    tools.forEach(entry -> index.add(entry.tool(), entry.definition()));
    this.search = index.build();
  }

  /**
   * The catalogue of these tools.
   *
   * @param tools in any order; of a tool that occurs twice one counts, always the same
   */
  public static CodeCatalogue of(List<CodeTool> tools) {
    Map<String, Map<String, CodeTool>> byServer = new TreeMap<>();
    Comparator<CodeTool> order = (a, b) -> Arrays.compare(a.definition(), b.definition());
    for (CodeTool tool : tools) {
      byServer
          .computeIfAbsent(tool.server(), server -> new TreeMap<>())
          .merge(tool.tool(), tool, (a, b) -> order.compare(a, b) <= 0 ? a : b);
    }
    Map<String, String> namespaces =
        ScriptNames.ofServers(
            byServer.keySet(), (server, round) -> ExposedNames.hash(server, "\0".repeat(round)));
    List<CodeServer> servers = new ArrayList<>();
    byServer.forEach(
        (server, of) -> servers.add(CodeServer.of(namespaces.get(server), server, of)));
    servers.sort(Comparator.comparing(CodeServer::namespace));
    return new CodeCatalogue(List.copyOf(servers));
  }

  /**
   * The text of {@code listToolFiles}: without a query a line for each server, with one the tools
   * that fit best and their signatures.
   *
   * @param query words, in any language; null or blank for none
   * @param maxTokens about how many tokens the text may have; it always has its first line and its
   *     last
   */
  public String listFiles(@Nullable String query, int maxTokens) {
    if (query == null || query.isBlank()) {
      return ListingText.ofServers(servers, tools.size(), maxTokens);
    }
    List<CodeServer.Entry> found = search.find(query).stream().map(tools::get).toList();
    return found.isEmpty()
        ? ListingText.nothing(PlainText.line(query, LONGEST_SHOWN), servers, tools.size())
        : ListingText.ofTools(found, maxTokens);
  }

  /**
   * The text of {@code readToolFile}: lines of {@code servers/SERVER.pyi}, which has a line for
   * each tool, or of {@code servers/SERVER/TOOL.pyi}. Server and tool by their own names or by
   * those that scripts have.
   *
   * @param startLine the first line, from 1; 0 for the first of the file
   * @param endLine the last line; 0 for the last of the file. Of a range that is too long the first
   *     lines are given, and the text says how to go on
   */
  public FileText read(String fileName, int startLine, int endLine) {
    String path = fileName.strip();
    for (String before : List.of("/", "./", "servers/")) {
      path = path.startsWith(before) ? path.substring(before.length()) : path;
    }
    path = path.endsWith(".pyi") ? path.substring(0, path.length() - 4) : path;
    int slash = path.indexOf('/');
    CodeServer server = server(slash < 0 ? path : path.substring(0, slash));
    CodeServer.Entry entry = null;
    if (server != null && slash >= 0) {
      entry = server.tool(path.substring(slash + 1));
    }
    if (server == null || (slash >= 0 && entry == null)) {
      return new FileText.Missing(
          "There is no file "
              + PlainText.line(fileName, LONGEST_SHOWN)
              + "."
              + instead(path, server, slash < 0, true));
    }
    StubFile file = new StubFile(server, entry);
    int lines = file.lines();
    int first = Math.max(1, startLine);
    int last = endLine <= 0 ? lines : Math.min(endLine, lines);
    if (first > lines || last < first) {
      return new FileText.Missing(
          file.name()
              + " has the lines 1 to "
              + lines
              + "; there is no line "
              + (first > lines ? first : last)
              + (first > lines ? "." : " after line " + first + "."));
    }
    return file.read(first, last);
  }

  /**
   * The text of {@code getToolDocs}.
   *
   * @param server its own name, or the one that scripts have
   * @param tool its own name, or the one that scripts have
   */
  public Docs docs(String server, String tool) {
    CodeServer known = server(server);
    CodeServer.Entry entry = known == null ? null : known.tool(tool);
    if (known == null || entry == null) {
      return new Docs.Missing(
          "There is no "
              + (known == null
                  ? "server " + PlainText.line(server, LONGEST_SHOWN)
                  : "tool "
                      + PlainText.line(tool, LONGEST_SHOWN)
                      + " of server "
                      + PlainText.line(known.server(), LONGEST_SHOWN))
              + "."
              + instead(server + "/" + tool, known, false, false));
    }
    return new Docs.Found(DocsText.of(known.namespace() + "." + entry.function(), entry.tool()));
  }

  /** Names as a script has them: namespace to its functions. In order of name. */
  public List<Namespace> namespaces() {
    return servers.stream()
        .map(
            server ->
                new Namespace(
                    server.namespace(),
                    server.server(),
                    server.tools().stream()
                        .map(entry -> new Function(entry.function(), entry.tool().tool()))
                        .toList()))
        .toList();
  }

  private @Nullable CodeServer server(String name) {
    for (CodeServer server : servers) {
      if (server.server().equals(name)) {
        return server;
      }
    }
    for (CodeServer server : servers) {
      if (server.namespace().equals(name)) {
        return server;
      }
    }
    return null;
  }

  /** What was probably meant: near names of the server, and what a search for the words finds. */
  private String instead(
      String path, @Nullable CodeServer server, boolean serverOnly, boolean asFiles) {
    Set<String> near = new LinkedHashSet<>();
    int slash = path.indexOf('/');
    if (server == null) {
      Nearest.of(
              slash < 0 ? path : path.substring(0, slash),
              servers.stream().map(CodeServer::server).toList())
          .ifPresent(name -> near.add(asFiles ? CodeServer.file(name) : name));
    } else {
      List<String> names = server.tools().stream().map(CodeServer.Entry::function).toList();
      Nearest.of(path.substring(slash + 1), names)
          .ifPresent(name -> near.add(shown(server, name, asFiles)));
    }
    for (int number : search.find(path)) {
      if (near.size() >= 4) {
        break;
      }
      CodeServer.Entry entry = tools.get(number);
      near.add(
          serverOnly
              ? CodeServer.file(entry.tool().server())
              : shown(entry.of(), entry.function(), asFiles));
    }
    return near.isEmpty()
        ? " listToolFiles() lists what there is."
        : " Did you mean " + String.join(", ", near) + "? listToolFiles() lists what there is.";
  }

  private static String shown(CodeServer server, String function, boolean asFiles) {
    return asFiles
        ? CodeServer.file(server.server() + "/" + function)
        : PlainText.line(server.server(), LONGEST_SHOWN) + " " + function;
  }

  /**
   * A server in scripts.
   *
   * @param name what scripts call it
   * @param functions in order of name
   */
  public record Namespace(String name, String server, List<Function> functions) {}

  /**
   * A tool in scripts.
   *
   * @param name what scripts call it
   */
  public record Function(String name, String tool) {}

  /** Whether a file could be read. */
  public sealed interface FileText {

    /**
     * The lines that were asked for, or as many of them as there is room for.
     *
     * @param firstLine of the text, from 1
     * @param lastLine of the text
     * @param lines of the whole file
     */
    record Found(String text, int firstLine, int lastLine, int lines) implements FileText {}

    /**
     * No such file, or no such lines.
     *
     * @param message tells the model what there is instead
     */
    record Missing(String message) implements FileText {}
  }

  /** Whether there is such a tool. */
  public sealed interface Docs {

    record Found(String text) implements Docs {}

    /**
     * No such tool.
     *
     * @param message tells the model what there is instead
     */
    record Missing(String message) implements Docs {}
  }
}
