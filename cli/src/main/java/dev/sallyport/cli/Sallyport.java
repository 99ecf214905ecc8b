package dev.sallyport.cli;

import dev.sallyport.cli.admin.Access;
import dev.sallyport.cli.admin.AdminFailed;
import dev.sallyport.cli.admin.Administrators;
import dev.sallyport.cli.admin.Approvals;
import dev.sallyport.cli.admin.Calls;
import dev.sallyport.cli.admin.Groups;
import dev.sallyport.cli.admin.Keys;
import dev.sallyport.cli.admin.Limits;
import dev.sallyport.cli.admin.Owners;
import dev.sallyport.cli.admin.Roles;
import dev.sallyport.cli.admin.Rules;
import dev.sallyport.cli.admin.Servers;
import dev.sallyport.cli.admin.Tools;
import dev.sallyport.cli.admin.Usage;
import dev.sallyport.cli.doctor.Doctor;
import dev.sallyport.cli.prove.Prove;
import dev.sallyport.cli.script.RunScript;
import dev.sallyport.cli.split.Up;
import dev.sallyport.cli.starlark.RunStarlark;
import dev.sallyport.cli.stdio.Stdio;
import dev.sallyport.host.StartFailed;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./sallyport COMMAND}, for everything but {@code up} in one process. */
@Command(
    name = "sallyport",
    description = "An MCP gateway: one governed endpoint between AI agents and MCP servers.",
    mixinStandardHelpOptions = true,
    version = "sallyport 0.1.0-SNAPSHOT",
    subcommands = {
      Up.class,
      Doctor.class,
      Prove.class,
      Keys.class,
      Limits.class,
      Groups.class,
      Owners.class,
      Rules.class,
      Roles.class,
      Administrators.class,
      Approvals.class,
      Servers.class,
      Tools.class,
      Access.class,
      Calls.class,
      Usage.class,
      Stdio.class,
      RunStarlark.class,
      RunScript.class
    })
public final class Sallyport implements Runnable {

  public static void main(String[] arguments) {
    Optional<Integer> ended = Optional.empty();
    if (arguments.length > 0 && arguments[0].equals("stdio")) {
      ended = Stdio.plain(List.of(arguments).subList(1, arguments.length));
    }
    System.exit(ended.orElseGet(() -> commandLine().execute(arguments)));
  }

  /** The command line with all its commands; an expected failure is one sentence and status 1. */
  public static CommandLine commandLine() {
    return new CommandLine(new Sallyport())
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> {
              if (failure instanceof StartFailed) {
                command.getErr().println("sallyport: " + failure.getMessage());
                return 1;
              }
              if (failure instanceof AdminFailed refused) {
                command.getErr().println("sallyport: " + refused.getMessage());
                return refused.status();
              }
              throw failure;
            });
  }

  @Override
  public void run() {
    CommandLine.usage(this, System.out);
  }
}
