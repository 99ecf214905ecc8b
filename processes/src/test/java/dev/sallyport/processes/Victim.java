package dev.sallyport.processes;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A process to be ended in every way: starts a watcher and children with grandchildren, says
 * "ready", then does what its second argument says.
 */
final class Victim {

  private Victim() {}

  public static void main(String[] args) throws Exception {
    ProcessWatcher watcher = ProcessWatcher.start(Path.of(args[0]));
    String mark = args[2];
    switch (args[1]) {
      case "launch-without-end" -> {
        say("ready");
        while (true) {
          watcher.launch(Family.quick(mark));
        }
      }
      case "detached" -> {
        Process detached = new ProcessBuilder(Session.leading(Family.sleeper(mark))).start();
        watcher.record(detached.pid(), Signal.INT, Duration.ofSeconds(1));
      }
      default -> {
        watcher.launch(Family.polite(mark));
        watcher.launch(Family.stubborn(mark));
      }
    }
    say("ready");
    switch (args[1]) {
      case "return" -> {}
      case "exit" -> System.exit(3);
      case "close" -> watcher.close();
      default -> Thread.sleep(Duration.ofMinutes(5));
    }
  }

  private static void say(String text) {
    System.out.println(text);
    System.out.flush();
  }

  /** Children that start children. Each carries a mark in its environment, by which it is found. */
  static final class Family {

    private Family() {}

    static LaunchSpec polite(String mark) {
      return spec("sleep 600 & sleep 600 & wait", mark);
    }

    static LaunchSpec stubborn(String mark) {
      return spec("trap '' TERM INT HUP; (trap '' TERM; sleep 600; sleep 600) & sleep 600", mark);
    }

    static LaunchSpec quick(String mark) {
      return spec("exec sleep 600", mark);
    }

    static List<String> sleeper(String mark) {
      return List.of("/usr/bin/env", "VICTIM=" + mark, "sleep", "600");
    }

    private static LaunchSpec spec(String script, String mark) {
      return LaunchSpec.of(List.of("sh", "-c", script))
          .withEnvironment(Map.of("VICTIM", mark))
          .withEnding(Signal.TERM, Duration.ofSeconds(1))
          .withOutput(ProcessBuilder.Redirect.DISCARD, ProcessBuilder.Redirect.DISCARD);
    }
  }
}
