package dev.sallyport.processes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What to start and how to end it.
 *
 * @param command program and arguments, passed as they are; a program without a slash is looked up
 *     on the PATH that the child gets
 * @param environment variables of the child; they win over inherited ones
 * @param inherited names of variables that are taken over from this process where it has them
 * @param directory working directory; null: this process's
 * @param signal how to ask it to end
 * @param grace how long it may take to end after that, whole seconds, before it is killed
 * @param output where its standard output goes; {@link ProcessBuilder.Redirect#PIPE} to read it
 * @param error where its standard error goes; with PIPE the last lines are kept and {@code
 *     errorLines} is told
 * @param errorLines told each line of standard error, at most {@link StandardError#LINES_A_SECOND}
 *     a second, on a thread of its own
 */
public record LaunchSpec(
    List<String> command,
    Map<String, String> environment,
    Set<String> inherited,
    @Nullable Path directory,
    Signal signal,
    Duration grace,
    ProcessBuilder.Redirect output,
    ProcessBuilder.Redirect error,
    Consumer<String> errorLines) {

  /** What a child may know of the environment of this process unless told more. */
  public static final Set<String> MINIMAL_ENVIRONMENT =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TZ", "USER", "LOGNAME");

  public LaunchSpec {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
    inherited = Set.copyOf(inherited);
    if (command.isEmpty() || command.getFirst().isEmpty() || command.getFirst().startsWith("-")) {
      throw new IllegalArgumentException("a command needs the name of a program");
    }
  }

  /** Runs {@code command} with pipes, the minimal environment, TERM and a grace of 5 seconds. */
  public static LaunchSpec of(List<String> command) {
    return new LaunchSpec(
        command,
        Map.of(),
        MINIMAL_ENVIRONMENT,
        null,
        Signal.TERM,
        Duration.ofSeconds(5),
        ProcessBuilder.Redirect.PIPE,
        ProcessBuilder.Redirect.PIPE,
        line -> {});
  }

  public LaunchSpec withEnvironment(Map<String, String> variables) {
    return new LaunchSpec(
        command, variables, inherited, directory, signal, grace, output, error, errorLines);
  }

  public LaunchSpec withInherited(Set<String> names) {
    return new LaunchSpec(
        command, environment, names, directory, signal, grace, output, error, errorLines);
  }

  public LaunchSpec withDirectory(Path folder) {
    return new LaunchSpec(
        command, environment, inherited, folder, signal, grace, output, error, errorLines);
  }

  public LaunchSpec withEnding(Signal how, Duration howLong) {
    return new LaunchSpec(
        command, environment, inherited, directory, how, howLong, output, error, errorLines);
  }

  public LaunchSpec withOutput(
      ProcessBuilder.Redirect standardOutput, ProcessBuilder.Redirect standardError) {
    return new LaunchSpec(
        command,
        environment,
        inherited,
        directory,
        signal,
        grace,
        standardOutput,
        standardError,
        errorLines);
  }

  public LaunchSpec withErrorLines(Consumer<String> consumer) {
    return new LaunchSpec(
        command, environment, inherited, directory, signal, grace, output, error, consumer);
  }
}
