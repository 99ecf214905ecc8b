package dev.sallyport.cli.doctor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The data folder. */
final class Folder {

  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private Folder() {}

  static List<Finding> examine(Path data) {
    List<Finding> findings = new ArrayList<>();
    if (!Files.isDirectory(data)) {
      findings.add(new Finding.Note("data", data + " is made at the first start"));
      return findings;
    }
    if (!Files.isWritable(data)) {
      findings.add(
          new Finding.Bad(
              "data", data + " cannot be written", "give it to this user, or use --data DIR"));
      return findings;
    }
    findings.add(new Finding.Good("data", data.toString()));
    for (String name : List.of("credentials", "keyring.json", "keys", "postgres", "redis")) {
      Path part = data.resolve(name);
      if (Files.exists(part) && isOpenToOthers(part)) {
        findings.add(
            new Finding.Bad("data", part + " can be read by other users", "chmod go-rwx " + part));
      }
    }
    return findings;
  }

  /** The process that uses the folder now. */
  static Optional<Long> holder(Path data) {
    Path file = data.resolve("lock");
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      FileLock free = channel.tryLock();
      if (free != null) {
        return Optional.empty();
      }
      String pid = Files.readString(file).strip();
      return Optional.of(pid.matches("[0-9]{1,18}") ? Long.parseLong(pid) : 0L);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isOpenToOthers(Path part) {
    try {
      return Files.getPosixFilePermissions(part).stream().anyMatch(OTHERS::contains);
    } catch (IOException e) {
      return false;
    }
  }
}
