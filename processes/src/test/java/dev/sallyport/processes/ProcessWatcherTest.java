package dev.sallyport.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes; on Linux, because /proc tells which of them are left. */
@EnabledOnOs(OS.LINUX)
class ProcessWatcherTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path runFolder;

  private final String mark = UUID.randomUUID().toString();
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endWhatATestLeft() throws IOException {
    started.forEach(Process::destroyForcibly);
    for (long pid : marked()) {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }
    // Watchers of the ended owners write here until they are done.
    await().atMost(SOON).untilAsserted(() -> assertThat(runFolder).isEmptyDirectory());
  }

  @Test
  void killMinusNineOfTheOwnerLeavesNothing() throws Exception {
    Process victim = victim("wait");
    assertThat(marked()).as("children and grandchildren").hasSizeGreaterThanOrEqualTo(5);

    victim.destroyForcibly();

    await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
    await().atMost(SOON).untilAsserted(() -> assertThat(runFolder).isEmptyDirectory());
  }

  @ParameterizedTest
  @ValueSource(strings = {"return", "exit", "close"})
  void everyOrderlyWayOutLeavesNothing(String way) throws Exception {
    Process victim = victim(way);

    if (way.equals("close")) {
      await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
      victim.destroy();
    }
    await().atMost(SOON).until(() -> !victim.isAlive());

    await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
    await().atMost(SOON).untilAsserted(() -> assertThat(runFolder).isEmptyDirectory());
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 17, 40, 90, 150})
  void noMomentBetweenForkAndRecordLeaksAChild(int launches) throws Exception {
    Process victim = victim("launch-without-end");
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(SOON)
        .until(() -> records() >= launches);

    victim.destroyForcibly();

    await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
    await().atMost(SOON).untilAsserted(() -> assertThat(runFolder).isEmptyDirectory());
    assertThat(marked()).isEmpty();
  }

  @Test
  void aRecordedProcessThatDetachedItselfIsEnded() throws Exception {
    Process victim = victim("detached");
    // It is recorded by its id; the program that carries the mark takes its place a moment later.
    await().atMost(SOON).untilAsserted(() -> assertThat(marked()).hasSize(1));

    victim.destroyForcibly();

    await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
  }

  @Test
  void theWatcherSurvivesTheSignalsOfATerminal() throws Exception {
    try (ProcessWatcher watcher = ProcessWatcher.start(runFolder)) {
      ProcessHandle handle = ProcessHandle.of(watcher.pid()).orElseThrow();
      for (String signal : List.of("INT", "TERM", "HUP", "QUIT")) {
        new ProcessBuilder("kill", "-s", signal, "" + watcher.pid()).start().waitFor();
      }
      ChildProcess child = watcher.launch(Victim.Family.quick(mark));

      assertThat(handle.isAlive()).isTrue();
      assertThat(child.isAlive()).isTrue();
    }
    assertThat(marked()).isEmpty();
  }

  @Test
  void aKilledWatcherIsStartedAgainAndStillGuards() throws Exception {
    Process victim = victim("wait");
    ProcessHandle watcher =
        victim
            .children()
            .filter(p -> commandLine(p.pid()).contains("watch.sh"))
            .findFirst()
            .orElseThrow();

    watcher.destroyForcibly();
    await()
        .atMost(SOON)
        .until(
            () ->
                victim
                    .children()
                    .anyMatch(
                        p ->
                            p.pid() != watcher.pid() && commandLine(p.pid()).contains("watch.sh")));
    victim.destroyForcibly();

    await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
  }

  @Test
  void leftoversOfALostWatcherAreEndedByTheNextStart() throws Exception {
    Process victim = victim("wait");
    ProcessHandle watcher =
        victim
            .children()
            .filter(p -> commandLine(p.pid()).contains("watch.sh"))
            .findFirst()
            .orElseThrow();
    // Stopped, the owner cannot start another watcher.
    new ProcessBuilder("kill", "-s", "STOP", "" + victim.pid()).start().waitFor();
    watcher.destroyForcibly();
    victim.destroyForcibly();
    await().atMost(SOON).until(() -> !victim.isAlive());
    // One group has lost its leader in the meantime.
    long leader = marked().getFirst();
    ProcessHandle.of(leader).orElseThrow().destroyForcibly();
    assertThat(marked()).isNotEmpty();

    try (ProcessWatcher next = ProcessWatcher.start(runFolder)) {
      await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
      assertThat(next.pid()).isPositive();
    }
  }

  @Test
  void aRecycledProcessIdIsNeverHit() throws Exception {
    Process bystander = new ProcessBuilder(Session.leading(Victim.Family.sleeper(mark))).start();
    started.add(bystander);
    // A folder of an owner that is gone, with records of another birth under the bystander's id.
    Path left = Files.createDirectory(runFolder.resolve("1.1.x"));
    for (String script : List.of("process.sh", "launch.sh", "watch.sh")) {
      try (var in = ProcessWatcher.class.getResourceAsStream(script)) {
        Files.copy(in, left.resolve(script));
      }
    }
    Files.createFile(left.resolve(bystander.pid() + ".1.group.TERM.0"));
    Files.createFile(left.resolve(bystander.pid() + ".1.one.KILL.0"));

    try (ProcessWatcher next = ProcessWatcher.start(runFolder)) {
      assertThat(left).doesNotExist();
      assertThat(bystander.isAlive()).isTrue();
      assertThat(next.pid()).isPositive();
    }
    assertThat(bystander.isAlive()).isTrue();
  }

  @Test
  void theFolderOfALiveOwnerIsLeftAlone() throws Exception {
    Process victim = victim("wait");
    List<Long> before = marked();

    ProcessWatcher.start(runFolder).close();

    assertThat(victim.isAlive()).isTrue();
    // The family may still have been growing.
    assertThat(marked()).containsAll(before);
  }

  @Test
  void argumentsReachTheProgramUninterpretedAndTheEnvironmentIsOnlyWhatWasNamed() throws Exception {
    try (ProcessWatcher watcher = ProcessWatcher.start(runFolder)) {
      List<String> arguments =
          List.of("$HOME", "`id`", "a b", "'\"", ";exit 1", "*", "-n", "\\n", "");
      List<String> command =
          new ArrayList<>(List.of("sh", "-c", "env >&2; printf '%s|' \"$@\"", "sh"));
      command.addAll(arguments);
      ChildProcess child =
          watcher.launch(
              LaunchSpec.of(command)
                  .withInherited(java.util.Set.of("PATH"))
                  .withEnvironment(Map.of("GIVEN", "x y")));

      String said = new String(child.stdout().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(child.ended().get()).isZero();

      assertThat(said).isEqualTo(String.join("|", arguments) + "|");
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(child.standardError().lastLines())
                      .map(line -> line.split("=", 2)[0])
                      .contains("GIVEN", "PATH")
                      .isSubsetOf("GIVEN", "PATH", "SALLYPORT_RUN", "PWD", "OLDPWD", "SHLVL", "_"));
    }
  }

  @Test
  void aMissingProgramIsNamedAndItsArgumentsAreNot() throws Exception {
    try (ProcessWatcher watcher = ProcessWatcher.start(runFolder)) {
      assertThatThrownBy(() -> watcher.launch(LaunchSpec.of(List.of("no-such-program", "s3cret"))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("no-such-program")
          .hasMessageNotContaining("s3cret");
    }
  }

  @Test
  void stoppingGoesFromClosedInputOverTheSignalToKill() throws Exception {
    try (ProcessWatcher watcher = ProcessWatcher.start(runFolder)) {
      ChildProcess atEndOfInput = watcher.launch(LaunchSpec.of(List.of("cat")));
      ChildProcess atSignal =
          watcher.launch(
              LaunchSpec.of(
                  List.of("sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.05; done")));
      ChildProcess atKill = watcher.launch(Victim.Family.stubborn(mark));
      await().atMost(SOON).until(() -> marked().size() >= 3);

      assertThat(atEndOfInput.stop(Duration.ofSeconds(10)).get()).isZero();
      assertThat(atSignal.stop(Duration.ofMillis(300)).get()).isEqualTo(7);
      assertThat(atKill.stop(Duration.ZERO).get()).isEqualTo(137);
      await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
      assertThat(records()).isZero();
    }
  }

  @Test
  void grandchildrenGoWhenTheirParentCrashes() throws Exception {
    try (ProcessWatcher watcher = ProcessWatcher.start(runFolder)) {
      ChildProcess child = watcher.launch(Victim.Family.polite(mark));
      await().atMost(SOON).until(() -> marked().size() == 3);

      ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();

      assertThat(child.ended().get()).isEqualTo(137);
      await().atMost(SOON).untilAsserted(() -> assertThat(marked()).isEmpty());
    }
  }

  @Test
  void aFloodOnStandardErrorNeitherBlocksTheChildNorFillsTheLog() throws Exception {
    List<String> told = java.util.Collections.synchronizedList(new ArrayList<>());
    try (ProcessWatcher watcher = ProcessWatcher.start(runFolder)) {
      ChildProcess child =
          watcher.launch(
              LaunchSpec.of(List.of("sh", "-c", "seq 1 200000 >&2; head -c 300000 /dev/zero >&2"))
                  .withErrorLines(told::add));

      assertThat(child.ended().get()).isZero();
    }
    assertThat(told).hasSizeBetween(1, 40 * StandardError.LINES_A_SECOND);
  }

  private Process victim(String way) throws IOException {
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx48m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                runFolder.toString(),
                way,
                mark)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    started.add(victim);
    BufferedReader said = victim.inputReader();
    assertThat(said.readLine()).isEqualTo("ready");
    if (!way.equals("launch-without-end") && !way.equals("detached")) {
      await().atMost(SOON).until(() -> !way.equals("wait") || marked().size() >= 5);
    }
    return victim;
  }

  private long records() throws IOException {
    try (Stream<Path> files = Files.walk(runFolder)) {
      return files.filter(file -> file.getFileName().toString().contains(".group.")).count();
    }
  }

  private static String commandLine(long pid) {
    try {
      return Files.readString(Path.of("/proc", "" + pid, "cmdline")).replace('\0', ' ');
    } catch (IOException e) {
      return "";
    }
  }

  /** Processes, not zombies, whose environment carries this test's mark; oldest first. */
  private List<Long> marked() throws IOException {
    List<Long> found = new ArrayList<>();
    try (Stream<Path> entries = Files.list(Path.of("/proc"))) {
      for (Path entry :
          entries.filter(e -> e.getFileName().toString().matches("[0-9]+")).toList()) {
        try {
          byte[] environment = Files.readAllBytes(entry.resolve("environ"));
          if (new String(environment, StandardCharsets.ISO_8859_1).contains("VICTIM=" + mark)) {
            found.add(Long.parseLong(entry.getFileName().toString()));
          }
        } catch (IOException e) {
          // It ended while we looked.
        }
      }
    }
    found.sort(null);
    return found;
  }
}
