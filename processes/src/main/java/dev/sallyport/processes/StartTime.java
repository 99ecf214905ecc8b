package dev.sallyport.processes;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** When a process started, as text that differs for a later process with the same id. */
final class StartTime {

  private static final boolean PROC = Files.isDirectory(Path.of("/proc/self"));

  private StartTime() {}

  /** The same text as {@code start_of} of process.sh; empty when there is no such process. */
  static Optional<String> of(long pid) {
    try {
      return PROC ? fromProc(pid) : fromPs(pid);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> fromProc(long pid) throws IOException {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.exists(stat)) {
      return Optional.empty();
    }
    String text = new String(Files.readAllBytes(stat), StandardCharsets.ISO_8859_1);
    String[] fields = text.substring(text.lastIndexOf(") ") + 2).split(" ", -1);
    return fields.length < 20 ? Optional.empty() : Optional.of(fields[19]);
  }

  private static Optional<String> fromPs(long pid) throws IOException {
    ProcessBuilder ps = new ProcessBuilder("ps", "-o", "lstart=", "-p", Long.toString(pid));
    ps.environment().put("LC_ALL", "C");
    ps.environment().put("TZ", "UTC");
    Process process = ps.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return text.isEmpty() ? Optional.empty() : Optional.of(text.replaceAll("\\s+", "_"));
  }
}
