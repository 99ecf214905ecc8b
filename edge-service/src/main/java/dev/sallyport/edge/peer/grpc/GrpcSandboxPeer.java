package dev.sallyport.edge.peer.grpc;

import dev.sallyport.edge.peer.SandboxPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.kit.grpc.PeerChannels;
import dev.sallyport.proto.sandbox.v1.DescribeRequest;
import dev.sallyport.proto.sandbox.v1.DescribeResponse;
import dev.sallyport.proto.sandbox.v1.MutinySandboxGrpc;
import dev.sallyport.proto.sandbox.v1.RunDown;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunUp;
import dev.sallyport.proto.sandbox.v1.SandboxGrpc;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.Stop;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The sandbox over gRPC. Runs are spread over its replicas in turn. */
@DefaultBean
@Singleton
class GrpcSandboxPeer implements SandboxPeer {

  private static final Logger LOG = Logger.getLogger(GrpcSandboxPeer.class);

  private final PeerChannels channels;
  private final AtomicInteger turn = new AtomicInteger();

  GrpcSandboxPeer(PeerChannels channels) {
    this.channels = channels;
  }

  @Override
  public Run open(Start start, Listener listener) {
    Running run = new Running(listener);
    run.start(next(), start);
    return run;
  }

  @Override
  public Uni<DescribeResponse> describe(DescribeRequest request) {
    return GrpcCalls.unary(
        () -> MutinySandboxGrpc.newMutinyStub(next()),
        request.getContext(),
        stub -> stub.describe(request));
  }

  /** The next replica that is not known to be away; any, where all are. */
  private Channel next() {
    List<Channel> replicas = channels.all(Peer.SANDBOX);
    int first = Math.floorMod(turn.getAndIncrement(), replicas.size());
    for (int i = 0; i < replicas.size(); i++) {
      Channel replica = replicas.get((first + i) % replicas.size());
      if (!GrpcExecutorPeer.isAway(replica)) {
        return replica;
      }
    }
    return replicas.get(first);
  }

  private static final class Running implements Run, ClientResponseObserver<RunUp, RunDown> {

    private final Listener listener;

    // Guarded by this: gRPC wants one sender at a time.
    private @Nullable ClientCallStreamObserver<RunUp> up;
    private boolean over;

    // Only touched by gRPC's callbacks, which come one at a time, and by a start that failed.
    private boolean ended;
    private boolean began;

    Running(Listener listener) {
      this.listener = listener;
    }

    void start(Channel channel, Start start) {
      try {
        SandboxGrpc.newStub(channel).run(this);
        send(RunUp.newBuilder().setStart(start).build());
      } catch (RuntimeException e) {
        onError(e);
      }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<RunUp> stream) {
      synchronized (this) {
        up = stream;
      }
    }

    private synchronized void send(RunUp part) {
      if (up != null && !over) {
        up.onNext(part);
      }
    }

    @Override
    public void answer(ToolResult result) {
      send(RunUp.newBuilder().setToolResult(result).build());
    }

    @Override
    public void stop() {
      send(RunUp.newBuilder().setStop(Stop.getDefaultInstance()).build());
    }

    @Override
    public void onNext(RunDown down) {
      if (ended) {
        return;
      }
      began = true;
      switch (down.getPartCase()) {
        case STARTED -> listener.started(down.getStarted());
        case TOOL_CALL -> listener.call(down.getToolCall());
        case OUTPUT -> listener.output(down.getOutput());
        case END -> {
          end(down.getEnd());
          half();
        }
        case PART_NOT_SET -> {
          // Of a newer sandbox: nothing this version could pass on.
        }
      }
    }

    private synchronized void half() {
      if (up != null && !over) {
        over = true;
        up.onCompleted();
      }
    }

    @Override
    public void onError(Throwable error) {
      synchronized (this) {
        over = true;
      }
      if (!ended) {
        LOG.debugf(error, "a run broke");
        Status.Code code = Status.fromThrowable(error).getCode();
        end(
            failed(
                began && code != Status.Code.UNAUTHENTICATED
                    ? ErrorCode.SANDBOX_LOST
                    : ErrorCode.SANDBOX_UNAVAILABLE));
      }
    }

    @Override
    public void onCompleted() {
      synchronized (this) {
        over = true;
      }
      if (!ended) {
        end(failed(ErrorCode.SANDBOX_LOST));
      }
    }

    private void end(RunEnd end) {
      ended = true;
      listener.end(end);
    }

    private static RunEnd failed(ErrorCode code) {
      return RunEnd.newBuilder().setFailed(GrpcErrors.toProto(Failure.of(code))).build();
    }
  }
}
