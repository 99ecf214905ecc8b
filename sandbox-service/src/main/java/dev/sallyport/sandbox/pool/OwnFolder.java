package dev.sallyport.sandbox.pool;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A temporary folder of this process; those of processes that are gone are removed. */
final class OwnFolder {

  private static final System.Logger LOG = System.getLogger(OwnFolder.class.getName());
  private static final String PREFIX = "sallyport-sandbox.";

  private OwnFolder() {}

  static Path make() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path folder : left) {
        String[] parts = folder.getFileName().toString().split("\\.", -1);
        if (parts.length == 3
            && parts[1].matches("[0-9]{1,9}")
            && ProcessHandle.of(Long.parseLong(parts[1])).isEmpty()) {
          delete(folder);
        }
      }
    }
    return Files.createTempDirectory(PREFIX + ProcessHandle.current().pid() + ".").toRealPath();
  }

  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.log(System.Logger.Level.DEBUG, "A temporary folder is left: {0}", folder);
    }
  }
}
