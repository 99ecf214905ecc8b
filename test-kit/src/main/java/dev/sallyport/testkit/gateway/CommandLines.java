package dev.sallyport.testkit.gateway;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Command lines of processes: from /proc where there is one, since {@link ProcessHandle} cuts long
 * ones.
 */
public final class CommandLines {

  private CommandLines() {}

  /** Program and arguments; empty for a process that is gone. */
  public static List<String> of(long pid) {
    try {
      Path file = Path.of("/proc", Long.toString(pid), "cmdline");
      if (Files.exists(file)) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        return List.of(text.split("\0"));
      }
    } catch (IOException gone) {
      return List.of();
    }
    return ProcessHandle.of(pid)
        .map(
            handle ->
                Stream.concat(
                        handle.info().command().stream(),
                        Stream.of(handle.info().arguments().orElse(new String[0])))
                    .toList())
        .orElse(List.of());
  }

  /** Live processes in whose command line {@code text} stands, this JVM excepted. */
  public static List<ProcessHandle> holding(String text) {
    long own = ProcessHandle.current().pid();
    return ProcessHandle.allProcesses()
        .filter(handle -> handle.pid() != own)
        .filter(handle -> of(handle.pid()).stream().anyMatch(part -> part.contains(text)))
        .filter(ProcessHandle::isAlive)
        .toList();
  }
}
