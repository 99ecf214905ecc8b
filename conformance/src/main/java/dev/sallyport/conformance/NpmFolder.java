package dev.sallyport.conformance;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
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
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One installed set of pinned packages from npm. Any thread. */
public final class NpmFolder {

  private static final String CACHE_PROPERTY = "sallyport.npm.cache";
  private static final int DIGEST_LENGTH = 16;

  private final Path folder;

  private NpmFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * The packages of the {@code package.json} and {@code package-lock.json} beside {@code type},
   * installed by {@code npm ci} if this machine does not have them yet. The cache is {@code
   * -Dsallyport.npm.cache} or {@code ~/.cache/sallyport-test-kit/npm}; the folder in it is named by
   * a digest of both files.
   *
   * @throws IllegalStateException when npm is missing, fails, or takes longer than 10 minutes; the
   *     message names the remedy
   */
  public static NpmFolder install(Class<?> type) {
    Path cache = cache();
    byte[] manifest = resource(type, "package.json");
    byte[] lock = resource(type, "package-lock.json");
    Path target = cache.resolve(digest(List.of(manifest, lock)).substring(0, DIGEST_LENGTH));
    try {
      Files.createDirectories(cache);
      Path guard = cache.resolve(target.getFileName() + ".lock");
      try (FileChannel channel =
              FileChannel.open(guard, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var held = channel.lock()) {
        if (!held.isValid() || Files.isDirectory(target)) {
          return new NpmFolder(target);
        }
        Path partial = cache.resolve(target.getFileName() + ".partial");
        delete(partial);
        Files.createDirectories(partial);
        Files.write(partial.resolve("package.json"), manifest);
        Files.write(partial.resolve("package-lock.json"), lock);
        npmCi(partial);
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        return new NpmFolder(target);
      }
    } catch (FileAlreadyExistsException e) {
      return new NpmFolder(target);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot install the npm packages into " + cache, e);
    }
  }

  /** A file of an installed package, whether it exists or not. */
  public Path module(String pathInModules) {
    return folder.resolve("node_modules").resolve(pathInModules);
  }

  /**
   * Puts the resources {@code names} that stand beside {@code type} into one folder where Node
   * finds the installed packages. The folder's name carries a digest of them, so that two versions
   * do not meet.
   *
   * @return the first of them
   */
  public Path place(Class<?> type, String... names) {
    List<byte[]> contents = new ArrayList<>();
    for (String name : names) {
      contents.add(resource(type, name));
    }
    Path scripts = folder.resolve("scripts-" + digest(contents).substring(0, DIGEST_LENGTH));
    try {
      Files.createDirectories(scripts);
      for (int i = 0; i < names.length; i++) {
        Path target = scripts.resolve(names[i]);
        if (!Files.exists(target)) {
          Path partial = Files.createTempFile(scripts, names[i], ".partial");
          Files.write(partial, contents.get(i));
          Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
        }
      }
      return scripts.resolve(names[0]);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot place " + String.join(", ", names), e);
    }
  }

  /**
   * A command that runs a script for as long as its standard input is open, and makes it listen on
   * loopback whatever it asks for. Keep the process's output stream open, and the script ends with
   * this JVM.
   */
  public List<String> withParent(String node, Path script, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(node);
    command.add(place(NpmFolder.class, "with-parent.mjs").toString());
    command.add(script.toString());
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }

  private static Path cache() {
    String configured = System.getProperty(CACHE_PROPERTY);
    return configured != null
        ? Path.of(configured)
        : Path.of(System.getProperty("user.home"), ".cache", "sallyport-test-kit", "npm");
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
          "MCP servers and clients from npm are needed: install Node.js 20 or newer with npm.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while npm ci ran", e);
    }
  }

  private static byte[] resource(Class<?> type, String name) {
    try (InputStream in = type.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, () -> type + " has no resource " + name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(List<byte[]> parts) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha256.update(Integer.toString(part.length).getBytes(StandardCharsets.US_ASCII));
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
