package dev.sallyport.testkit.npm;

import dev.sallyport.conformance.ConformancePackages;
import dev.sallyport.conformance.NpmFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One installed set of the pinned packages, and how to run them. */
public final class NpmPackages {

  private static @Nullable NpmPackages installed;

  private final NpmFolder folder;
  private final String node;

  private NpmPackages(NpmFolder folder, String node) {
    this.folder = folder;
    this.node = node;
  }

  /**
   * The packages, installed if this machine does not have them yet (some 25 s). The cache is that
   * of {@link NpmFolder}.
   *
   * @throws IllegalStateException when npm is missing or fails; the message names the remedy
   */
  public static synchronized NpmPackages install() {
    if (installed == null) {
      installed =
          new NpmPackages(
              NpmFolder.install(NpmPackages.class), ConformancePackages.install().node());
    }
    return installed;
  }

  /** The Node that runs the packages, 22 or newer. */
  public String node() {
    return node;
  }

  /** server-everything over stdio. */
  public List<String> everything() {
    return run("@modelcontextprotocol/server-everything/dist/index.js", "stdio");
  }

  /** server-filesystem over stdio, serving {@code root}. */
  public List<String> filesystem(Path root) {
    return run("@modelcontextprotocol/server-filesystem/dist/index.js", root.toString());
  }

  /** server-memory over stdio; set {@code MEMORY_FILE_PATH} in its environment. */
  public List<String> memory() {
    return run("@modelcontextprotocol/server-memory/dist/index.js");
  }

  /** The MCP inspector's command line, to which the caller adds URL and options. */
  public List<String> inspector() {
    return run("@modelcontextprotocol/inspector/clients/launcher/build/index.js", "--cli");
  }

  /** server-everything over Streamable HTTP on a free loopback port. */
  public NodeServer startEverythingHttp() {
    return NodeServer.start(this, "streamableHttp", "/mcp");
  }

  /** server-everything over HTTP+SSE (2024-11-05) on a free loopback port. */
  public NodeServer startEverythingSse() {
    return NodeServer.start(this, "sse", "/sse");
  }

  /** A driven TypeScript SDK client of its own process. */
  public SdkAgent startAgent() {
    return SdkAgent.start(this);
  }

  Path module(String pathInModules) {
    return folder.module(pathInModules);
  }

  /** One of the scripts beside this class, placed where Node finds the installed packages. */
  Path script(String name) {
    return folder.place(NpmPackages.class, name);
  }

  /** A command that ends with this JVM and listens on loopback only. */
  List<String> withParent(String pathInModules, String... arguments) {
    return folder.withParent(node, module(pathInModules), arguments);
  }

  private List<String> run(String pathInModules, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(node);
    command.add(module(pathInModules).toString());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }
}
