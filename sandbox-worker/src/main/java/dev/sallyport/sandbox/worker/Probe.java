package dev.sallyport.sandbox.worker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;

/**
 * Tries from inside what a worker must not be able to do, and says what it could: {@code NAME=yes},
 * {@code no} or a list, a line each. Run under an isolation it shows what that isolation holds; run
 * without, that the attempts themselves work.
 */
final class Probe {

  private Probe() {}

  /**
   * @param arguments {@code probe PORT FILE PID}: a port of this machine on which somebody listens,
   *     a file that the service can read, the process of the service
   */
  static String of(String[] arguments) {
    StringBuilder seen = new StringBuilder();
    line(seen, "connects", can(() -> connect(Integer.parseInt(arguments[1]))));
    line(seen, "interfaces", interfaces());
    line(seen, "reads", can(() -> Files.readAllBytes(Path.of(arguments[2]))));
    line(seen, "process", Files.exists(Path.of("/proc", arguments[3], "stat")) ? "yes" : "no");
    line(seen, "processes", Integer.toString(processes()));
    line(seen, "root", names("/"));
    line(seen, "home", names("/home"));
    // Where the old root is while a new one is made.
    line(seen, "old", names("/old"));
    line(seen, "writes", can(() -> Files.write(Path.of("written"), new byte[] {1})));
    line(seen, "writes-root", can(() -> Files.write(Path.of("/written"), new byte[] {1})));
    line(seen, "writes-tmp", can(() -> Files.write(Path.of("/tmp/written"), new byte[] {1})));
    line(seen, "starts", can(() -> new ProcessBuilder("/bin/true").start()));
    line(seen, "environment", String.join(",", new TreeSet<>(System.getenv().keySet())));
    line(seen, "privileges", status("NoNewPrivs"));
    line(seen, "capabilities", status("CapEff"));
    line(seen, "bounding", status("CapBnd"));
    line(seen, "descriptors", descriptors());
    return seen.toString();
  }

  private static void line(StringBuilder seen, String name, String value) {
    seen.append(name).append('=').append(value.replace('\n', ' ')).append('\n');
  }

  /** Something that should not work. */
  private interface Attempt {
    Object make() throws Exception;
  }

  private static String can(Attempt attempt) {
    try {
      var ignored = attempt.make();
      return "yes";
    } catch (Exception | LinkageError e) {
      return "no";
    }
  }

  private static boolean connect(int port) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 2_000);
      return true;
    }
  }

  private static String interfaces() {
    try {
      List<String> names = new ArrayList<>();
      for (NetworkInterface one : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        names.add(one.getName());
      }
      Collections.sort(names);
      return String.join(",", names);
    } catch (SocketException e) {
      return "";
    }
  }

  private static int processes() {
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path ignored : all) {
        count++;
      }
    } catch (IOException e) {
      return 0;
    }
    return count;
  }

  private static String names(String folder) {
    TreeSet<String> names = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of(folder))) {
      all.forEach(path -> names.add(String.valueOf(path.getFileName())));
    } catch (IOException e) {
      return "";
    }
    return String.join(",", names);
  }

  private static String status(String field) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
        if (line.startsWith(field + ":")) {
          return line.substring(field.length() + 1).strip();
        }
      }
    } catch (IOException e) {
      return "";
    }
    return "";
  }

  /** Where the open descriptors above 2 lead. */
  private static String descriptors() {
    TreeSet<String> open = new TreeSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path one : all) {
        if (Integer.parseInt(String.valueOf(one.getFileName())) > 2) {
          String target = Files.readSymbolicLink(one).toString();
          if (!target.startsWith("/proc/")) {
            open.add(target);
          }
        }
      }
    } catch (IOException e) {
      return "";
    }
    return String.join(",", open);
  }
}
