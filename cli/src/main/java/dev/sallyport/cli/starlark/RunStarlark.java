package dev.sallyport.cli.starlark;

import dev.sallyport.starlark.Dialect;
import dev.sallyport.starlark.Environment;
import dev.sallyport.starlark.Limits;
import dev.sallyport.starlark.StarlarkFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport starlark FILE}: exit status 1 and the place of the error where there is one. */
@Command(
    name = "starlark",
    description =
        "Runs a Starlark file with the bare interpreter, without tools and without a gateway.",
    mixinStandardHelpOptions = true)
public final class RunStarlark implements Callable<Integer> {

  @Parameters(paramLabel = "FILE", description = "The file.")
  private Path file = Path.of("");

  @Option(
      names = "--code-mode",
      description = "What scripts of agents may use: --top-level-control and --reassign.")
  private boolean codeMode;

  @Option(names = "--top-level-control", description = "Allows if and for outside functions.")
  private boolean topLevelControl;

  @Option(names = "--while", description = "Allows while.")
  private boolean whileLoops;

  @Option(names = "--recursion", description = "Allows functions that call themselves.")
  private boolean recursion;

  @Option(names = "--sets", description = "Allows the built-in set.")
  private boolean sets;

  @Option(names = "--reassign", description = "Allows global names that are bound more than once.")
  private boolean reassign;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description = "Steps that the run may take (default: ${DEFAULT-VALUE}).")
  private long steps = Limits.DEFAULT.steps();

  @Option(
      names = "--bytes",
      paramLabel = "N",
      description = "Bytes that its values may take (default: ${DEFAULT-VALUE}).")
  private long bytes = Limits.DEFAULT.bytes();

  private final PrintStream out;
  private final PrintStream err;

  public RunStarlark() {
    this(System.out, System.err);
  }

  RunStarlark(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    Dialect dialect =
        new Dialect(codeMode || topLevelControl, whileLoops, recursion, sets, codeMode || reassign);
    Limits limits = Limits.DEFAULT.withSteps(Math.max(0, steps)).withBytes(Math.max(0, bytes));
    int status = new StarlarkFile(dialect, limits, Environment.of(Map.of())).run(file, out, err);
    out.flush();
    err.flush();
    return status;
  }
}
