package dev.sallyport.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The official suite, {@code @modelcontextprotocol/conformance}. A scenario passes when none of its
 * checks is a {@code FAILURE} and at least one came to a verdict: the suite itself lets a client
 * pass {@code initialize} that never spoke. It bounds each scenario at 30 s. One run at a time is
 * fastest; several do not disturb each other when their output folders differ.
 */
public final class ConformanceSuite {

  /** What the suite printed, beside its results. */
  private static final String LOG = "suite.log";

  private static final int LOG_TAIL = 2000;

  private static final String AUTHORIZATION = "auth/";

  private final ConformancePackages packages;

  private ConformanceSuite(ConformancePackages packages) {
    this.packages = packages;
  }

  /**
   * The pinned suite, installed if this machine does not have it yet (some 15 s).
   *
   * @throws IllegalStateException when npm or a fitting Node is missing, or npm fails
   */
  public static ConformanceSuite install() {
    return new ConformanceSuite(ConformancePackages.install());
  }

  /**
   * Runs the required server scenarios, one after the other, against a server.
   *
   * @param url the server's endpoint on this machine; it must need no credential
   * @param output where the suite leaves its results and what it printed; made, must be empty
   * @param limit for the whole run; what has no result by then failed
   * @throws IllegalArgumentException when {@code output} is not empty
   */
  public SuiteReport server(URI url, RequirementSet requirements, Path output, Duration limit)
      throws InterruptedException {
    return run(Role.SERVER, "--url", url.toString(), requirements, output, limit);
  }

  /**
   * Runs the required client scenarios, all at the same time, each with a client of its own.
   *
   * @param command run by the shell, with the URL of the suite's server as its last argument and
   *     {@code MCP_CONFORMANCE_SCENARIO}, {@code MCP_CONFORMANCE_PROTOCOL_VERSION} and, for some,
   *     {@code MCP_CONFORMANCE_CONTEXT} (JSON) in its environment. A line on its standard output
   *     that begins with {@code "not so: "} fails the scenario
   * @param output where the suite leaves its results and what it printed; made, must be empty
   * @param limit for the whole run; what has no result by then failed
   * @throws IllegalArgumentException when {@code output} is not empty
   */
  public SuiteReport client(
      String command, RequirementSet requirements, Path output, Duration limit)
      throws InterruptedException {
    return run(Role.CLIENT, "--command", command, requirements, output, limit);
  }

  /**
   * Runs the required client scenarios that are not about authorization, with a gateway as the
   * client: each of the suite's servers is registered with it, and agents of both eras call them
   * there.
   *
   * @param readyFile of the gateway, which must let agents see servers that are registered later
   * @param output as for {@link #client}
   * @param limit as for {@link #client}
   */
  public SuiteReport gatewayAsClient(
      Path readyFile, RequirementSet requirements, Path output, Duration limit)
      throws InterruptedException {
    Path script = packages.folder().place(ConformanceSuite.class, "client-scenario.mjs");
    String command =
        Stream.of(packages.node(), script.toString(), readyFile.toAbsolutePath().toString())
            .map(ConformanceSuite::quoted)
            .collect(Collectors.joining(" "));
    return client(command, requirements, output, limit).without(AUTHORIZATION);
  }

  /** For a POSIX shell. */
  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  private SuiteReport run(
      Role role,
      String option,
      String subject,
      RequirementSet requirements,
      Path output,
      Duration limit)
      throws InterruptedException {
    List<String> scored = requirements.scored(packages.suite(), role);
    List<String> command =
        packages
            .folder()
            .withParent(
                packages.node(),
                packages.suite().resolve("dist/index.js"),
                role.name().toLowerCase(Locale.ROOT),
                option,
                subject,
                "--requirements",
                requirements.revision(),
                "-o",
                output.toAbsolutePath().toString());
    long begun = System.nanoTime();
    String absent = finish(start(command, output), output.resolve(LOG), limit);
    return new SuiteReport(
        requirements,
        role,
        SuiteResults.read(output, role, scored, absent),
        Duration.ofNanos(System.nanoTime() - begun));
  }

  private static Process start(List<String> command, Path output) {
    try {
      Files.createDirectories(output);
      try (Stream<Path> files = Files.list(output)) {
        if (files.findAny().isPresent()) {
          throw new IllegalArgumentException(output + " is not empty");
        }
      }
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(output.resolve(LOG).toFile())
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the conformance suite", e);
    }
  }

  /** Waits for the end; gives why a scenario may have left no result. */
  private static String finish(Process process, Path log, Duration limit)
      throws InterruptedException {
    try {
      if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        return "The suite ended with status " + process.exitValue() + ". It printed:\n" + tail(log);
      }
      return "The suite was ended after " + limit.toSeconds() + " s. It printed:\n" + tail(log);
    } finally {
      List<ProcessHandle> started = process.descendants().toList();
      process.destroyForcibly();
      started.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log);
      return text.substring(Math.max(0, text.length() - LOG_TAIL));
    } catch (IOException e) {
      return "(" + e.getMessage() + ")";
    }
  }
}
