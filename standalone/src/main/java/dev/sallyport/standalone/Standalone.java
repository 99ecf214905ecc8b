package dev.sallyport.standalone;

import dev.sallyport.host.StartFailed;
import io.quarkus.runtime.annotations.QuarkusMain;
import picocli.CommandLine;

/** {@code ./sallyport up} in one process. */
@QuarkusMain
public final class Standalone {

  private Standalone() {}

  public static void main(String[] arguments) {
    CommandLine line =
        new CommandLine(new Up())
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                  if (failure instanceof StartFailed) {
                    command.getErr().println("sallyport: " + failure.getMessage());
                    return 1;
                  }
                  throw failure;
                });
    int status = line.execute(arguments);
    if (status != 0 || line.isUsageHelpRequested() || line.isVersionHelpRequested()) {
      System.exit(status);
    }
  }
}
