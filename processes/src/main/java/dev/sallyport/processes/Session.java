package dev.sallyport.processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How a program is started in a session (and so a process group) of its own. */
final class Session {

  private static final List<String> PREFIX = prefix();

  private Session() {}

  /** The command line that runs {@code command} as the leader of a new session, same process id. */
  static List<String> leading(List<String> command) {
    List<String> line = new ArrayList<>(PREFIX);
    line.addAll(command);
    return line;
  }

  private static List<String> prefix() {
    for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin")) {
      Path setsid = Path.of(folder, "setsid");
      if (Files.isExecutable(setsid)) {
        return List.of(setsid.toString());
      }
    }
    // macOS has no setsid(1), but has perl.
    return List.of(
        "/usr/bin/perl",
        "-MPOSIX",
        "-e",
        "POSIX::setsid() != -1 or die 'no session'; exec { $ARGV[0] } @ARGV; die $!");
  }

  /** Signals process group {@code group}; does nothing when it has no member left. */
  static void signal(long group, Signal signal) {
    kill("-s", signal.name(), group);
  }

  /** Whether the group has a member, be it a zombie. */
  static boolean exists(long group) {
    return kill("-s", "0", group) == 0;
  }

  private static int kill(String option, String name, long group) {
    try {
      Process process =
          new ProcessBuilder(
                  "/bin/sh", "-c", "kill \"$1\" \"$2\" -- \"-$3\"", "sh", option, name, "" + group)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor();
    } catch (IOException e) {
      return -1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return -1;
    }
  }
}
