package dev.sallyport.sandbox.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether this process is in a container without a way out, as far as that can be seen from inside.
 */
public final class Container {

  /** The first namespace of processes, always: {@code PROC_PID_INIT_INO} of Linux. */
  private static final String PROCESSES_OF_THE_MACHINE = "pid:[" + 0xEFFFFFFCL + "]";

  private Container() {}

  /**
   * What speaks against it; empty: nothing.
   *
   * @param policy whether a network policy outside holds egress, which leaves a default route that
   *     leads nowhere
   * @param root of the file system, {@code /}
   */
  public static List<String> doubts(boolean policy, Path root) {
    List<String> doubts = new ArrayList<>();
    if (!isContainer(root)) {
      doubts.add("this process is in no container");
    }
    if (!policy && hasDefaultRoute(root)) {
      doubts.add(
          "the container has a default route; put it on an internal network, or say with"
              + " sallyport.sandbox.network-policy that a network policy holds its egress");
    }
    return doubts;
  }

  private static boolean isContainer(Path root) {
    if (Files.exists(root.resolve(".dockerenv"))
        || Files.exists(root.resolve("run/.containerenv"))
        || Files.exists(root.resolve("var/run/secrets/kubernetes.io"))) {
      return true;
    }
    // Podman before 4.6 leaves no such file where the root is read-only; but the processes of a
    // container are numbered apart from those of the machine.
    if (hasProcessesOfItsOwn(root)) {
      return true;
    }
    // Else the root of a container is put together from layers.
    return lines(root.resolve("proc/self/mounts")).stream()
        .map(line -> line.split(" ", -1))
        .anyMatch(parts -> parts.length > 2 && parts[1].equals("/") && parts[2].equals("overlay"));
  }

  private static boolean hasProcessesOfItsOwn(Path root) {
    try {
      String namespace = Files.readSymbolicLink(root.resolve("proc/self/ns/pid")).toString();
      return namespace.startsWith("pid:[") && !namespace.equals(PROCESSES_OF_THE_MACHINE);
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static boolean hasDefaultRoute(Path root) {
    boolean four =
        lines(root.resolve("proc/net/route")).stream()
            .skip(1)
            .map(line -> line.split("\\s+"))
            .anyMatch(
                parts ->
                    parts.length > 7 && parts[1].equals("00000000") && parts[7].equals("00000000"));
    boolean six =
        lines(root.resolve("proc/net/ipv6_route")).stream()
            .map(line -> line.split("\\s+"))
            .anyMatch(
                parts ->
                    parts.length > 9
                        && parts[0].matches("0{32}")
                        && parts[1].equals("00")
                        && !parts[9].equals("lo"));
    return four || six;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      return List.of();
    }
  }
}
