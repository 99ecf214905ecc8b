package dev.sallyport.sandbox.proof;

import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunLimits;
import dev.sallyport.sandbox.pool.EndReason;
import java.util.ArrayList;
import java.util.List;

/** Messages forged on the pipe, by a worker that a script would have taken over. */
final class HostileWorkers {

  private static final String GROUP = "forged messages";

  private HostileWorkers() {}

  static List<Attempt> all() {
    List<Attempt> all = new ArrayList<>();
    for (String mode :
        List.of(
            "garbage",
            "huge-length",
            "negative-length",
            "empty-frame",
            "unknown-type",
            "cut-off",
            "length-inside",
            "long-inside",
            "other-space",
            "other-function",
            "negative-space",
            "step-twice",
            "no-step",
            "long-step",
            "arguments-no-json",
            "arguments-no-object",
            "arguments-too-long",
            "floods-calls",
            "floods-output",
            "output-no-text",
            "result-no-json",
            "result-too-long",
            "result-and-waits",
            "waits-for-nothing",
            "waits-for-none",
            "no-failed-call",
            "dry-where-none",
            "ready-twice")) {
      all.add(new Attempt(GROUP, mode, stand -> lost(stand, mode, EndReason.PROTOCOL)));
    }
    for (String mode : List.of("exits", "closes-output", "leaves-processes")) {
      all.add(new Attempt(GROUP, mode, stand -> lost(stand, mode, EndReason.LOST)));
    }
    for (String mode : List.of("half-a-frame", "never-ends", "never-reads")) {
      all.add(new Attempt(GROUP, mode, stand -> overrun(stand, mode)));
    }
    for (String mode : List.of("speaks-after-end", "ends-twice")) {
      all.add(new Attempt(GROUP, mode, stand -> oneEnd(stand, mode, EndReason.PROTOCOL)));
    }
    all.add(new Attempt(GROUP, "floods-errors", stand -> oneEnd(stand, "floods-errors", null)));
    for (String mode : List.of("never-ready", "exits-at-start")) {
      all.add(new Attempt(GROUP, mode, stand -> another(stand, mode, EndReason.NOT_STARTED)));
    }
    for (String mode : List.of("other-version", "speaks-unasked")) {
      all.add(new Attempt(GROUP, mode, stand -> another(stand, mode, EndReason.PROTOCOL)));
    }
    return all;
  }

  /** The run fails as lost, and nothing that was not declared arrives. */
  private static void lost(Stand stand, String mode, EndReason reason) throws Exception {
    try (SandboxDriver sandbox = stand.hostile(mode)) {
      Finished finished = sandbox.run(Script.of("result = 1").of(ToolStandIn.SILENT));
      Stand.onlyDeclared(finished);
      Stand.require(
          finished.end().getFailed().getCode().equals("sandbox_lost"),
          "the run did not end as lost but " + finished.end());
      Stand.require(finished.calls().size() <= 200, "more calls arrived than a run may make");
      Stand.require(finished.output().length() <= 64 << 10, "more output arrived than may");
      Stand.ended(sandbox, reason);
      stand.isAsBefore(sandbox);
    }
  }

  /** The run is over in time, and so is the worker. */
  private static void overrun(Stand stand, String mode) throws Exception {
    try (SandboxDriver sandbox = stand.hostile(mode)) {
      // The wall counts from Start, and this machine may be slow to start the first worker.
      Stand.eventually(() -> sandbox.workers().pool().idle() > 0, "no worker is there");
      Finished finished =
          sandbox.run(Script.of("result = 1").within(RunLimits.newBuilder().setWallMillis(400)));
      Stand.require(
          finished.end().getOutcomeCase() == RunEnd.OutcomeCase.SCRIPT_FAILED,
          "the run did not end in time but " + finished.end());
      Stand.require(finished.took().toMillis() < 5_000, "the run took " + finished.took());
      Stand.ended(sandbox, EndReason.OVERRUN);
      stand.isAsBefore(sandbox);
    }
  }

  /** The first end counts; what is said after it ends the worker. */
  private static void oneEnd(
      Stand stand, String mode, @org.jspecify.annotations.Nullable EndReason reason)
      throws Exception {
    try (SandboxDriver sandbox = stand.hostile(mode)) {
      Finished finished = sandbox.run(Script.of("result = 1"));
      Stand.require(
          finished.end().getResult().toStringUtf8().equals("{}"),
          "the first end did not count but " + finished.end());
      if (reason != null) {
        Stand.ended(sandbox, reason);
      } else {
        // It never speaks again.
        for (long pid : sandbox.workers().pool().pids()) {
          ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
        Stand.ended(sandbox, EndReason.LOST);
      }
      stand.isAsBefore(sandbox);
    }
  }

  /** A worker that does not begin as one is replaced. */
  private static void another(Stand stand, String mode, EndReason reason) throws Exception {
    try (SandboxDriver sandbox = stand.hostile(mode)) {
      Stand.ended(sandbox, reason);
      stand.isAsBefore(sandbox);
    }
  }
}
