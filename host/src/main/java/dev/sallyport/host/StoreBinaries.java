package dev.sallyport.host;

import java.io.BufferedInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.model.OsArchitecture;

/**
 * The programs of Postgres and Redis, unpacked once from the libraries that carry them into a
 * folder that only this user may write (a shared temporary folder would let another user plant
 * programs there).
 *
 * @param folder where unpacked programs are kept
 */
record StoreBinaries(Path folder) {

  /** In the user's cache folder; below {@code data} where that cannot be written. */
  static StoreBinaries forUser(DataFolder data) throws IOException {
    String cache = System.getenv("XDG_CACHE_HOME");
    Path base =
        cache != null && !cache.isBlank()
            ? Path.of(cache)
            : Path.of(System.getProperty("user.home", "."), ".cache");
    try {
      return new StoreBinaries(PrivateFiles.folder(base.resolve("sallyport")));
    } catch (IOException e) {
      return new StoreBinaries(PrivateFiles.folder(data.root().resolve("programs")));
    }
  }

  /** The folder of Postgres, with {@code bin/postgres} in it. */
  Path postgres() throws IOException {
    String resource = "/postgres-" + system() + "-" + machine() + ".txz";
    Path home = folder.resolve("postgres-" + digestOf(resource));
    if (Files.isExecutable(home.resolve("bin/postgres"))) {
      return home;
    }
    Path part = Files.createTempDirectory(folder, ".postgres-");
    try (InputStream packed = open(resource)) {
      unpack(packed, part);
      return moveIntoPlace(part, home);
    } finally {
      deleteTree(part);
    }
  }

  /** The redis-server program. */
  Path redis() throws IOException {
    String name =
        ExecutableProvider.newProvidedVersionsMap().get(OsArchitecture.detectOSandArchitecture());
    if (name == null) {
      throw unsupported("Redis");
    }
    String resource = name.startsWith("/") ? name : "/" + name;
    Path program = folder.resolve("redis-server-" + digestOf(resource));
    if (Files.isExecutable(program)) {
      return program;
    }
    Path part = Files.createTempFile(folder, ".redis-", "");
    try (InputStream binary = open(resource)) {
      Files.copy(binary, part, StandardCopyOption.REPLACE_EXISTING);
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwx------"));
      Files.move(part, program, StandardCopyOption.ATOMIC_MOVE);
      return program;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Where another start was faster, its copy is as good. */
  private static Path moveIntoPlace(Path part, Path home) throws IOException {
    try {
      return Files.move(part, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      if (Files.isExecutable(home.resolve("bin/postgres"))) {
        return home;
      }
      throw e;
    }
  }

  private static void unpack(InputStream packed, Path into) throws IOException {
    try (TarArchiveInputStream archive =
        new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
      for (TarArchiveEntry entry = archive.getNextEntry();
          entry != null;
          entry = archive.getNextEntry()) {
        Path target = into.resolve(entry.getName()).normalize();
        if (!target.startsWith(into)) {
          throw new IOException("the archive names a file outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.createDirectories(parentOf(target));
          if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
          } else if (entry.isLink()) {
            Files.copy(into.resolve(entry.getLinkName()).normalize(), target);
          } else {
            Files.copy(archive, target);
            boolean program = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
          }
        }
      }
    }
  }

  private static Path parentOf(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IOException("no folder above " + file);
    }
    return parent;
  }

  private static InputStream open(String resource) throws IOException {
    InputStream stream = StoreBinaries.class.getResourceAsStream(resource);
    if (stream == null) {
      throw new FileNotFoundException(resource);
    }
    return stream;
  }

  private static String digestOf(String resource) throws IOException {
    try (InputStream stream = open(resource);
        DigestInputStream digesting =
            new DigestInputStream(stream, MessageDigest.getInstance("SHA-256"))) {
      digesting.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digesting.getMessageDigest().digest(), 0, 8);
    } catch (FileNotFoundException e) {
      throw unsupported("the embedded stores");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static StartFailed unsupported(String what) {
    return new StartFailed(
        "There are no programs of "
            + what
            + " for "
            + System.getProperty("os.name")
            + " on "
            + System.getProperty("os.arch")
            + ". Supported are Linux x86-64 and arm64, and macOS.");
  }

  private static String system() {
    String name = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    return name.startsWith("mac") ? "darwin" : name.startsWith("linux") ? "linux" : "other";
  }

  private static String machine() {
    return List.of("aarch64", "arm64").contains(System.getProperty("os.arch", ""))
        ? "arm_64"
        : "x86_64";
  }

  static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
