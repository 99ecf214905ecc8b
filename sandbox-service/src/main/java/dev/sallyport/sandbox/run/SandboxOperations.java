package dev.sallyport.sandbox.run;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.sandbox.v1.DescribeResponse;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import dev.sallyport.sandbox.pool.StartingWorkers;
import dev.sallyport.sandbox.pool.Workers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;

/** The operations of the sandbox. Only edge may ask. */
public final class SandboxOperations {

  private static final Run OVER =
      new Run() {
        @Override
        public void answer(ToolResult result) {}

        @Override
        public void stop() {}
      };

  private final Supplier<Optional<Workers>> available;
  private final RunCeilings ceilings;
  private final ScheduledExecutorService timers;
  private final RunMeters meters;

  /**
   * @param available empty while the sandbox is being started; asked for each run, and begins the
   *     start where that waits until it is needed
   * @param timers of one thread; nothing that waits runs on it
   */
  public SandboxOperations(
      Supplier<Optional<Workers>> available,
      RunCeilings ceilings,
      ScheduledExecutorService timers,
      RunMeters meters) {
    this.available = available;
    this.ceilings = ceilings;
    this.timers = timers;
    this.meters = meters;
  }

  /**
   * Starts a run. Never throws and never blocks.
   *
   * @param context its peer must be edge; its deadline is the run's as well
   * @param start the context in it is not looked at
   */
  public Run open(CallContext context, Start start, Sink sink) {
    if (context.peer() != Peer.EDGE) {
      return over(Ends.failed(Failure.of(ErrorCode.FORBIDDEN)), sink);
    }
    Workers workers = available.get().orElse(null);
    Failure refusal = workers == null ? StartingWorkers.NOT_YET : workers.refusal();
    if (workers == null || refusal != null) {
      return over(Ends.failed(refusal == null ? StartingWorkers.NOT_YET : refusal), sink);
    }
    return switch (Admission.of(start, ceilings)) {
      case Admission.Refused(RunEnd end) -> over(end, sink);
      case Admission.Admitted(var admitted) -> {
        workers.ran();
        Duration wall = ceilings.wall(start.getLimits());
        Duration left = context.remaining();
        yield new RunningScript(
                start,
                admitted,
                ceilings,
                workers.isolation(),
                workers.pool(),
                timers,
                meters,
                sink)
            .begin(context.tenant(), left.compareTo(wall) < 0 ? left : wall);
      }
    };
  }

  private Run over(RunEnd end, Sink sink) {
    meters.ended(Ends.outcome(end), Duration.ZERO);
    sink.end(end);
    return OVER;
  }

  /** There may be runs soon: what starts on demand starts now. Never blocks. */
  public void prepare() {
    var ignored = available.get();
  }

  /**
   * How runs are isolated, and how many workers there are.
   *
   * @throws CallFailed FORBIDDEN for any peer but edge, SANDBOX_UNAVAILABLE while it is being
   *     started
   */
  public DescribeResponse describe(CallContext context) {
    if (context.peer() != Peer.EDGE) {
      throw new CallFailed(Failure.of(ErrorCode.FORBIDDEN));
    }
    return available
        .get()
        .map(Workers::describe)
        .orElseThrow(() -> new CallFailed(StartingWorkers.NOT_YET));
  }
}
