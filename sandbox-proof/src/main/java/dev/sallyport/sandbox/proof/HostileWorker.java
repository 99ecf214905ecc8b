package dev.sallyport.sandbox.proof;

import com.google.re2j.Pattern;
import dev.sallyport.sandbox.worker.WorkerMain;
import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.Up;
import dev.sallyport.starlark.Program;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A worker that a script has taken over, as far as can be: it says on its pipe whatever it likes.
 * The first process of a mode does what the mode says; later ones are real workers.
 */
public final class HostileWorker {

  private static final Down.Figures FIGURES = new Down.Figures(1, 1, 0);
  private static final byte[] ARGUMENTS = "{}".getBytes(StandardCharsets.UTF_8);

  private final OutputStream out;
  private final InputStream in;

  private HostileWorker(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  static String classPath() {
    return Stream.of(HostileWorker.class, WorkerMain.class, Program.class, Pattern.class)
        .map(HostileWorker::place)
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Arguments: what to do, and a file that the first process makes. */
  public static void main(String[] arguments) throws Exception {
    try {
      Files.createFile(Path.of(arguments[1]));
    } catch (FileAlreadyExistsException e) {
      WorkerMain.main(new String[] {"serve"});
      return;
    }
    new HostileWorker(
            new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out))
        .act(arguments[0]);
  }

  private void act(String mode) throws Exception {
    switch (mode) {
      case "never-ready" -> sleep();
      case "exits-at-start" -> System.exit(7);
      case "other-version" -> {
        say(new Down.Ready(99));
        sleep();
      }
      case "speaks-unasked" -> {
        say(new Down.Ready(Down.VERSION));
        say(new Down.Output(ARGUMENTS));
        sleep();
      }
      case "never-reads" -> {
        say(new Down.Ready(Down.VERSION));
        sleep();
      }
      default -> {
        say(new Down.Ready(Down.VERSION));
        var ignored = new Up.Reader(in, 32 << 20).next();
        afterStart(mode);
        sleep();
      }
    }
  }

  private void afterStart(String mode) throws Exception {
    switch (mode) {
      case "garbage" -> raw("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      case "huge-length" -> raw(new byte[] {0x7f, -1, -1, -1, 1});
      case "negative-length" -> raw(new byte[] {-1, -1, -1, -1, 1});
      case "empty-frame" -> raw(new byte[] {0, 0, 0, 0});
      case "half-a-frame" -> raw(new byte[] {0, 0, 1, 0, 3, 0});
      case "unknown-type" -> raw(new byte[] {0, 0, 0, 1, 99});
      case "cut-off" -> {
        raw(new byte[] {0, 0, 1, 0, 3, 0});
        System.exit(0);
      }
      case "length-inside" -> raw(new byte[] {0, 0, 0, 5, 3, 0x7f, -1, -1, -1});
      case "long-inside" -> raw(new byte[] {0, 0, 0, 7, 3, 0, 0, 0, 1, 65, 65});
      case "other-space" -> call("1", 7, 0);
      case "other-function" -> call("1", 0, 9);
      case "negative-space" -> call("1", -1, 0);
      case "step-twice" -> {
        call("1", 0, 0);
        call("1", 0, 0);
      }
      case "no-step" -> call("0x1", 0, 0);
      case "long-step" -> call("1".repeat(5_000), 0, 0);
      case "arguments-no-json" ->
          say(new Down.Call("1", 0, 0, "{\"a\":".getBytes(StandardCharsets.UTF_8), 1));
      case "arguments-no-object" ->
          say(new Down.Call("1", 0, 0, "[1]".getBytes(StandardCharsets.UTF_8), 1));
      case "arguments-too-long" ->
          say(
              new Down.Call(
                  "1",
                  0,
                  0,
                  ("{\"a\":\"" + "a".repeat((1 << 20) + 10) + "\"}")
                      .getBytes(StandardCharsets.UTF_8),
                  1));
      case "floods-calls" -> {
        for (int i = 1; i < 100_000; i++) {
          call(Integer.toString(i), 0, 0);
        }
      }
      case "floods-output" -> {
        byte[] piece = new byte[8_000];
        for (int i = 0; i < 1_000_000; i++) {
          say(new Down.Output(piece));
        }
      }
      case "output-no-text" -> say(new Down.Output(new byte[] {(byte) 0xff, (byte) 0xfe}));
      case "result-no-json" -> end(new Down.How.Result("{\"a\"".getBytes(StandardCharsets.UTF_8)));
      case "result-too-long" ->
          end(
              new Down.How.Result(
                  ("\"" + "a".repeat(1 << 20) + "\"").getBytes(StandardCharsets.UTF_8)));
      case "result-and-waits" -> {
        call("1", 0, 0);
        end(new Down.How.Result(ARGUMENTS));
      }
      case "waits-for-nothing" -> end(new Down.How.Suspended(List.of("5")));
      case "waits-for-none" -> end(new Down.How.Suspended(List.of()));
      case "no-failed-call" ->
          end(new Down.How.Failed(Down.Kind.TOOL, "it failed", 1, 1, "", "", "3"));
      case "dry-where-none" -> end(new Down.How.Dry(false, "", 0));
      case "ready-twice" -> say(new Down.Ready(Down.VERSION));
      case "speaks-after-end" -> {
        end(new Down.How.Result(ARGUMENTS));
        say(new Down.Output(ARGUMENTS));
      }
      case "ends-twice" -> {
        end(new Down.How.Result(ARGUMENTS));
        end(new Down.How.Result(ARGUMENTS));
      }
      case "never-ends" -> spin();
      case "exits" -> System.exit(0);
      case "closes-output" -> out.close();
      case "floods-errors" -> {
        byte[] line = "all is well \u001b[31m\n".repeat(500).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < 2_000; i++) {
          System.err.write(line);
        }
        end(new Down.How.Result(ARGUMENTS));
      }
      case "leaves-processes" -> {
        for (int i = 0; i < 5; i++) {
          var ignored = new ProcessBuilder("sleep", "600").start();
        }
        System.exit(0);
      }
      default -> throw new IllegalArgumentException(mode);
    }
  }

  private void call(String step, int space, int function) throws IOException {
    say(new Down.Call(step, space, function, ARGUMENTS, 1));
  }

  private void end(Down.How how) throws IOException {
    say(new Down.End(how, FIGURES));
  }

  private void say(Down down) throws IOException {
    raw(Down.encode(down));
  }

  private void raw(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  private static void sleep() throws InterruptedException {
    Thread.sleep(600_000);
  }

  private static void spin() {
    while (true) {
      Thread.onSpinWait();
    }
  }
}
