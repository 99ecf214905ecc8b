package dev.sallyport.bench.load;

import dev.sallyport.testkit.gateway.CommandLines;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What processes have used: processor time, user and system together, and resident memory.
 *
 * @param cpu in steps of 10 ms, as the kernel keeps it
 */
record Usage(Duration cpu, long residentKibibytes) {

  /** Whose usage is asked for. Processes come and go: it is asked anew each time. */
  record Group(Supplier<List<ProcessHandle>> all, LongSupplier scripts) {

    static final Group NOBODY = new Group(List::of, () -> 0);

    /** Scripts that were run in Redis so far. */
    long redisScripts() {
      return scripts.getAsLong();
    }

    /** The gateway's own processes. */
    Usage gateway() {
      return Usage.of(all.get().stream().filter(handle -> !isStore(handle)).toList());
    }

    /** PostgreSQL and Redis. */
    Usage stores() {
      return Usage.of(all.get().stream().filter(Group::isStore).toList());
    }

    private static boolean isStore(ProcessHandle handle) {
      return CommandLines.of(handle.pid()).stream()
          .limit(1)
          .anyMatch(
              program ->
                  program.contains("postgres")
                      || program.contains("redis-server")
                      || program.contains("unshare"));
    }
  }

  static Usage of(List<ProcessHandle> processes) {
    Duration cpu = Duration.ZERO;
    long resident = 0;
    for (ProcessHandle process : processes) {
      cpu = cpu.plus(process.info().totalCpuDuration().orElse(Duration.ZERO));
      resident += resident(process.pid());
    }
    return new Usage(cpu, resident);
  }

  private static long resident(long pid) {
    try {
      Path status = Path.of("/proc", Long.toString(pid), "status");
      if (Files.exists(status)) {
        return Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmRSS:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElse(0);
      }
      Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(pid)).start();
      String text = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? 0 : Long.parseLong(text);
    } catch (IOException gone) {
      return 0;
    }
  }
}
