package dev.sallyport.cli.doctor;

import dev.sallyport.host.FreePort;
import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.sandbox.pool.Workers;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The machine: Java, disk, what the embedded stores need. */
final class Machine {

  private static final long ENOUGH_BYTES = 1L << 30;
  private static final Set<String> SYSTEMS =
      Set.of("linux/amd64", "linux/aarch64", "mac/aarch64", "mac/x86_64");

  private Machine() {}

  static List<Finding> examine(Path data) {
    List<Finding> findings = new ArrayList<>();
    findings.add(
        new Finding.Good(
            "Java", System.getProperty("java.version") + " in " + System.getProperty("java.home")));
    findings.add(platform());
    findings.add(space(data));
    if ("root".equals(System.getProperty("user.name"))) {
      findings.add(root());
    }
    findings.add(sandbox());
    findings.add(program("npx", "needed only for servers that are started with npx"));
    return findings;
  }

  static Finding port(int port) {
    return FreePort.isFree("127.0.0.1", port)
        ? new Finding.Good("port", port + " is free")
        : new Finding.Bad(
            "port",
            port + " is taken by another program",
            "end that program, or start with --port N");
  }

  private static Finding platform() {
    String name = System.getProperty("os.name", "").toLowerCase(java.util.Locale.ROOT);
    String system = name.startsWith("mac") ? "mac" : name;
    String both = system + "/" + System.getProperty("os.arch", "");
    return SYSTEMS.contains(both)
        ? new Finding.Good("platform", both + ", with PostgreSQL and Redis on board")
        : new Finding.Bad(
            "platform",
            both + " has no embedded PostgreSQL and Redis",
            "use Linux on x86-64 or arm64, macOS, or compose.yaml");
  }

  private static Finding space(Path data) {
    Path existing = data;
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null) {
      return new Finding.Bad("disk", "no folder above " + data, "choose another --data DIR");
    }
    try {
      FileStore disk = Files.getFileStore(existing);
      long free = disk.getUsableSpace();
      String seen = (free >> 20) + " MiB free for " + data;
      return free < ENOUGH_BYTES
          ? new Finding.Bad("disk", seen, "make room for 1 GiB, or choose another --data DIR")
          : new Finding.Good("disk", seen);
    } catch (IOException e) {
      return new Finding.Bad("disk", "cannot be looked at: " + e.getMessage(), "check " + existing);
    }
  }

  private static Finding root() {
    return succeeds(List.of("unshare", "-U", "true"))
        ? new Finding.Note(
            "user", "root; PostgreSQL runs in a user namespace, an ordinary user is better")
        : new Finding.Bad(
            "user",
            "root, and PostgreSQL does not run as root without user namespaces (unshare -U)",
            "start Sallyport as an ordinary user");
  }

  /** What a sandbox would find at its start: a worker is run in each way, and tries to get out. */
  private static Finding sandbox() {
    Path folder = Path.of(System.getProperty("java.io.tmpdir"), "sallyport-doctor");
    try (ProcessWatcher watcher = ProcessWatcher.start(folder)) {
      Workers.Level level = Workers.examine(watcher);
      return new Finding.Note(
          "sandbox level", level.level() + "; not stronger: " + String.join("; ", level.missing()));
    } catch (IOException e) {
      return new Finding.Bad(
          "sandbox level",
          "no process for scripts can be started: " + e.getMessage(),
          "make " + folder + " writable, and look whether this user may start processes");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Finding.Note("sandbox level", "not looked at");
    }
  }

  private static Finding program(String name, String why) {
    return succeeds(List.of("/bin/sh", "-c", "command -v " + name))
        ? new Finding.Good(name, "is on the PATH")
        : new Finding.Note(name, "is not on the PATH; " + why);
  }

  private static boolean succeeds(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor(5, TimeUnit.SECONDS)) {
        return process.exitValue() == 0;
      }
      process.destroyForcibly();
      return false;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
