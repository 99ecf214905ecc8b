package dev.sallyport.sandbox.run;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.sandbox.v1.Isolation;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunFigures;
import dev.sallyport.proto.sandbox.v1.RunStarted;
import dev.sallyport.proto.sandbox.v1.ScriptFailureKind;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import dev.sallyport.sandbox.pool.EndReason;
import dev.sallyport.sandbox.pool.WorkerPool;
import dev.sallyport.sandbox.pool.WorkerProcess;
import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.MalformedFrame;
import dev.sallyport.sandbox.worker.wire.Up;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One run: it waits for a worker, has it, and has ended. */
final class RunningScript implements Run, WorkerPool.Waiter, WorkerProcess.User {

  private static final System.Logger LOG = System.getLogger(RunningScript.class.getName());

  private final Up.Start start;
  private final RunCeilings ceilings;
  private final Isolation isolation;
  private final WorkerPool pool;
  private final ScheduledExecutorService timers;
  private final RunMeters meters;
  private final Sink sink;
  private final long began = System.nanoTime();

  // What the sink is told, in order; whoever finds nobody telling tells.
  private final Queue<Consumer<Sink>> told = new ConcurrentLinkedQueue<>();
  private final AtomicInteger telling = new AtomicInteger();

  // Under this.
  private final Conversation conversation;
  private State state = State.WAITS;
  private WorkerPool.@Nullable Ticket ticket;
  private @Nullable WorkerProcess worker;
  private @Nullable ScheduledFuture<?> deadline;
  private boolean stopping;

  private enum State {
    WAITS,
    RUNS,
    ENDED
  }

  RunningScript(
      Start asked,
      Up.Start start,
      RunCeilings ceilings,
      Isolation isolation,
      WorkerPool pool,
      ScheduledExecutorService timers,
      RunMeters meters,
      Sink sink) {
    this.start = start;
    this.ceilings = ceilings;
    this.isolation = isolation;
    this.pool = pool;
    this.timers = timers;
    this.meters = meters;
    this.sink = sink;
    this.conversation =
        new Conversation(asked.toBuilder().clearScript().build(), start, ceilings.answerBytes());
  }

  /**
   * Asks for a worker.
   *
   * @param wall after which the run is over, whatever it does
   */
  RunningScript begin(String tenant, Duration wall) {
    synchronized (this) {
      deadline = timers.schedule(() -> overdue(wall), wall.toNanos(), TimeUnit.NANOSECONDS);
    }
    WorkerPool.Ticket place = pool.acquire(tenant, ceilings.patience(), this);
    boolean over;
    synchronized (this) {
      ticket = place;
      over = state == State.ENDED;
    }
    if (over) {
      var ignored = place.cancel();
    }
    return this;
  }

  // ---- the pool

  @Override
  public void granted(WorkerProcess granted) {
    boolean late;
    synchronized (this) {
      late = state == State.ENDED;
      if (!late) {
        state = State.RUNS;
        worker = granted;
        tell(sink -> sink.started(RunStarted.newBuilder().setIsolation(isolation).build()));
      }
    }
    if (late) {
      pool.giveBack(granted, null);
      return;
    }
    meters.began(Duration.ofNanos(System.nanoTime() - began));
    granted.use(this);
    granted.send(start);
    flush();
  }

  @Override
  public void refused(Failure why) {
    finish(Ends.failed(why), null, null);
  }

  // ---- the worker

  @Override
  public void said(Down message) {
    try {
      switch (message) {
        case Down.Call call -> called(call);
        case Down.Output(byte[] text) -> printed(text);
        case Down.End end -> ended(end);
        case Down.Ready _ -> throw new MalformedFrame("a worker is ready twice");
      }
    } catch (MalformedFrame e) {
      LOG.log(System.Logger.Level.WARNING, "A worker is ended: {0}", e.getMessage());
      lost(EndReason.PROTOCOL);
    }
    flush();
  }

  private synchronized void called(Down.Call call) throws MalformedFrame {
    if (state == State.RUNS) {
      ToolCall asked = conversation.call(call);
      tell(sink -> sink.toolCall(asked));
    }
  }

  private synchronized void printed(byte[] text) throws MalformedFrame {
    if (state == State.RUNS) {
      conversation.output(text);
      tell(sink -> sink.output(ByteString.copyFrom(text)));
    }
  }

  private void ended(Down.End end) throws MalformedFrame {
    RunEnd how;
    synchronized (this) {
      if (state != State.RUNS) {
        return;
      }
      how = Ends.of(end.how(), conversation.end(end.how()));
    }
    boolean limit = how.getScriptFailed().getKind() == ScriptFailureKind.SCRIPT_FAILURE_KIND_LIMIT;
    finish(how, end.figures(), limit ? EndReason.LIMIT : null);
  }

  @Override
  public void gone(EndReason reason) {
    lost(reason);
    flush();
  }

  private void lost(EndReason reason) {
    finish(Ends.failed(Failure.of(ErrorCode.SANDBOX_LOST)), null, reason);
  }

  // ---- edge

  @Override
  public void answer(ToolResult result) {
    synchronized (this) {
      WorkerProcess mine = worker;
      if (state == State.RUNS && mine != null) {
        Up.Answer answer = conversation.answer(result);
        if (answer != null) {
          mine.send(answer);
        }
      }
    }
  }

  @Override
  public void stop() {
    finish(Ends.failed(Failure.of(ErrorCode.CANCELLED)), null, EndReason.CANCELLED);
    flush();
  }

  // ---- time

  private void overdue(Duration wall) {
    synchronized (this) {
      WorkerProcess mine = worker;
      if (state == State.RUNS && mine != null && !stopping) {
        // It says where it was, if it still can.
        stopping = true;
        mine.send(new Up.Stop("it takes longer than " + wall.toMillis() + " ms"));
        deadline =
            timers.schedule(() -> overdue(wall), ceilings.grace().toNanos(), TimeUnit.NANOSECONDS);
        return;
      }
    }
    finish(
        Ends.limit(
            "the script was stopped: it takes longer than " + wall.toMillis() + " ms",
            "make calls that do not need each other by parallel([...])"),
        null,
        EndReason.OVERRUN);
    flush();
  }

  // ---- the end

  /**
   * @param end why the worker may run nothing more; null: it may
   */
  private void finish(RunEnd how, Down.@Nullable Figures figures, @Nullable EndReason end) {
    WorkerProcess mine;
    WorkerPool.Ticket place;
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    synchronized (this) {
      if (state == State.ENDED) {
        return;
      }
      state = State.ENDED;
      mine = worker;
      worker = null;
      place = ticket;
      ScheduledFuture<?> timer = deadline;
      if (timer != null) {
        timer.cancel(false);
      }
      RunFigures.Builder used =
          RunFigures.newBuilder()
              .setCalls(conversation.calls())
              .setMicros(TimeUnit.NANOSECONDS.toMicros(took.toNanos()));
      if (figures != null) {
        used.setSteps(figures.steps())
            .setAllocatedBytes(figures.bytes())
            .setDroppedOutputBytes(figures.droppedOutput());
      }
      RunEnd whole = how.toBuilder().setFigures(used).build();
      tell(sink -> sink.end(whole));
    }
    meters.ended(Ends.outcome(how), took);
    if (place != null) {
      var ignored = place.cancel();
    }
    if (mine != null) {
      // Before the next run of the same caller can ask.
      pool.giveBack(mine, end);
    }
    flush();
  }

  private void tell(Consumer<Sink> event) {
    told.add(event);
  }

  /** Never with a lock held. */
  private void flush() {
    if (telling.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (Consumer<Sink> event = told.poll(); event != null; event = told.poll()) {
        try {
          event.accept(sink);
        } catch (RuntimeException e) {
          LOG.log(System.Logger.Level.ERROR, "A sink of a run failed.", e);
        }
      }
      seen = telling.addAndGet(-seen);
    } while (seen != 0);
  }
}
