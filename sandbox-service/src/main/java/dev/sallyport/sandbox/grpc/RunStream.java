package dev.sallyport.sandbox.grpc;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.sandbox.v1.RunDown;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunStarted;
import dev.sallyport.proto.sandbox.v1.RunUp;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.sandbox.run.Run;
import dev.sallyport.sandbox.run.SandboxOperations;
import dev.sallyport.sandbox.run.Sink;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One run as a stream: sends only as fast as the peer reads; what waits is bounded by the limits of
 * the run. The end of the stream by the peer, before the run has ended, stops the run.
 */
final class RunStream implements StreamObserver<RunUp>, Sink {

  private final SandboxOperations operations;
  private final ServerCallStreamObserver<RunDown> down;

  // Touched by gRPC's calls only, which come one at a time.
  private boolean started;
  private volatile @Nullable Run run;

  // Guarded by this.
  private final Deque<RunDown> queue = new ArrayDeque<>();
  private boolean closed;
  private boolean ended;
  private boolean endSent;
  private boolean peerHasFinished;

  private RunStream(SandboxOperations operations, ServerCallStreamObserver<RunDown> down) {
    this.operations = operations;
    this.down = down;
  }

  static RunStream open(SandboxOperations operations, ServerCallStreamObserver<RunDown> down) {
    RunStream stream = new RunStream(operations, down);
    down.setOnReadyHandler(stream::drain);
    down.setOnCancelHandler(stream::gone);
    return stream;
  }

  @Override
  public void onNext(RunUp up) {
    Run running = run;
    switch (up.getPartCase()) {
      case START -> start(up.getStart());
      case TOOL_RESULT -> {
        if (running == null) {
          refuse(Failure.of(ErrorCode.INVALID_PARAMS, "A run begins with Start."));
        } else {
          running.answer(up.getToolResult());
        }
      }
      case STOP -> {
        if (running == null) {
          refuse(Failure.of(ErrorCode.CANCELLED));
        } else {
          running.stop();
        }
      }
      case PART_NOT_SET -> {}
    }
  }

  private void start(Start start) {
    if (started) {
      Run running = run;
      if (running != null) {
        running.stop();
      }
      return;
    }
    started = true;
    CallContext context;
    try {
      context = CallContexts.of(start.getContext());
    } catch (CallFailed e) {
      refuse(e.failure());
      return;
    }
    Run running = operations.open(context, start, this);
    run = running;
    if (down.isCancelled()) {
      running.stop();
    }
  }

  @Override
  public void onError(Throwable failure) {
    gone();
  }

  @Override
  public void onCompleted() {
    Run running = run;
    if (running == null) {
      refuse(Failure.of(ErrorCode.INVALID_PARAMS, "A run begins with Start."));
    }
    boolean over;
    boolean complete;
    synchronized (this) {
      over = ended;
      complete = endSent && !peerHasFinished;
      peerHasFinished = true;
    }
    if (!over && running != null) {
      // Nobody is there to answer the calls of the script.
      running.stop();
    }
    if (complete) {
      down.onCompleted();
    }
  }

  private void gone() {
    synchronized (this) {
      closed = true;
      queue.clear();
    }
    Run running = run;
    if (running != null) {
      running.stop();
    }
  }

  private void refuse(Failure failure) {
    end(RunEnd.newBuilder().setFailed(GrpcErrors.toProto(failure)).build());
  }

  // ---- down

  @Override
  public void started(RunStarted begun) {
    add(RunDown.newBuilder().setStarted(begun).build());
  }

  @Override
  public void toolCall(ToolCall call) {
    add(RunDown.newBuilder().setToolCall(call).build());
  }

  @Override
  public void output(ByteString text) {
    add(RunDown.newBuilder().setOutput(text).build());
  }

  @Override
  public void end(RunEnd end) {
    synchronized (this) {
      if (ended) {
        return;
      }
      ended = true;
      queue.addLast(RunDown.newBuilder().setEnd(end).build());
    }
    drain();
  }

  private void add(RunDown message) {
    synchronized (this) {
      queue.addLast(message);
    }
    drain();
  }

  /** Sends what the peer has room for. Called again by gRPC when it has more. */
  private synchronized void drain() {
    while (!closed && down.isReady()) {
      RunDown next = queue.pollFirst();
      if (next == null) {
        return;
      }
      down.onNext(next);
      if (next.hasEnd()) {
        closed = true;
        endSent = true;
        // A stream that ends before the peer has closed its side is reset by the peer, and a
        // connection with many resets is given up (HTTP/2 rapid reset). The peer closes on End.
        if (peerHasFinished) {
          down.onCompleted();
        }
      }
    }
  }
}
