package dev.sallyport.sandbox.worker;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The process: frames on standard input and output, diagnostics on standard error. With {@code
 * probe} it tells instead what it can reach, see {@link Probe}; with {@code train} it runs one
 * script of its own and ends, so that the Java machine can record what it loads.
 */
public final class WorkerMain {

  /** Stack of the thread that runs scripts; the interpreter promises to do with a megabyte. */
  private static final long STACK = 2 << 20;

  private WorkerMain() {}

  public static void main(String[] arguments) {
    InputStream in = new FileInputStream(FileDescriptor.in);
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    PrintStream err = System.err;
    // Nothing but frames goes out: not what a library prints, and nothing is read by anybody else.
    System.setIn(InputStream.nullInputStream());
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    String mode = arguments.length == 0 ? "serve" : arguments[0];
    switch (mode) {
      case "probe" -> tell(Probe.of(arguments), out);
      case "train" -> {
        var ignored = new ScriptRun(WarmUp.START, new WarmUp()).run();
      }
      default -> {
        Worker worker = new Worker(in, out);
        Thread.ofPlatform()
            .name("run")
            .stackSize(STACK)
            .start(() -> worker.serve(new Ending(out, err)));
      }
    }
  }

  private static void tell(String seen, OutputStream out) {
    try {
      out.write(seen.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      Runtime.getRuntime().halt(1);
    }
  }

  /** Ends the process at once: there is nothing to put in order. */
  private record Ending(OutputStream out, PrintStream err) implements Worker.Exit {

    @Override
    public void with(int status, @Nullable Throwable why) {
      if (why != null) {
        why.printStackTrace(err);
      }
      Runtime.getRuntime().halt(status);
    }

    @Override
    public void outOfMemory() {
      try {
        out.write(Worker.outOfMemory());
      } catch (IOException | OutOfMemoryError e) {
        // The status says it.
      }
      Runtime.getRuntime().halt(3);
    }
  }
}
