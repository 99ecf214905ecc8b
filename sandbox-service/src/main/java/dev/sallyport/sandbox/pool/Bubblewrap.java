package dev.sallyport.sandbox.pool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Namespaces by bubblewrap.
 *
 * @param program where it is
 */
record Bubblewrap(Path program) implements Isolator {

  @Override
  public String name() {
    return "bubblewrap";
  }

  @Override
  public List<String> around(JavaCommand java, List<String> command) {
    List<String> line =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--unshare-all",
                "--die-with-parent",
                "--clearenv",
                "--cap-drop",
                "ALL",
                "--hostname",
                "sandbox",
                "--proc",
                "/proc",
                "--dir",
                "/nothing"));
    for (Path file : Needed.files(java, List.of())) {
      line.addAll(List.of("--ro-bind", file.toString(), file.toString()));
    }
    line.addAll(List.of("--remount-ro", "/", "--chdir", "/nothing", "--unsetenv", "PWD"));
    line.addAll(command);
    return line;
  }
}
