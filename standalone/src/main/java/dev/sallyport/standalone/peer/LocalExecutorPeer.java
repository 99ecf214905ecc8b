package dev.sallyport.standalone.peer;

import dev.sallyport.edge.call.ReservedCall;
import dev.sallyport.edge.peer.ExecutorPeer;
import dev.sallyport.executor.exchange.Exchanges;
import dev.sallyport.executor.exchange.Sink;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.executor.v1.CallerEnded;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Open;
import dev.sallyport.proto.executor.v1.Parked;
import dev.sallyport.proto.executor.v1.SessionNotice;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;

/** The executor, asked by edge: the frame is handed over as it is, not copied. */
@Singleton
final class LocalExecutorPeer implements ExecutorPeer {

  /** The one executor of this process. */
  private static final String ONLY = "local";

  private final Exchanges exchanges;

  LocalExecutorPeer(Exchanges exchanges) {
    this.exchanges = exchanges;
  }

  @Override
  public Exchange open(ReservedCall call, Answers answers) {
    return open(call.header(), call.frame(), answers);
  }

  @Override
  public Exchange listen(Open header, Buffer frame, Answers answers) {
    return open(header, frame, answers);
  }

  @Override
  public void tell(SessionNotice notice) {
    int ignored = exchanges.tell(CallContexts.of(notice.getContext(), Peer.EDGE), notice);
  }

  @Override
  public void end(CallerEnded caller) {
    int ignored =
        exchanges.endCaller(CallContexts.of(caller.getContext(), Peer.EDGE), caller.getCaller());
  }

  private Exchange open(Open header, Buffer frame, Answers answers) {
    try {
      return new Running(
          exchanges.open(
              CallContexts.of(header.getContext(), Peer.EDGE), header, frame, new Back(answers)));
    } catch (CallFailed e) {
      answers.end(
          End.newBuilder()
              .setFailed(GrpcErrors.toProto(e.failure()))
              .setNotDelivered(true)
              .build());
      return Ended.INSTANCE;
    }
  }

  private record Running(dev.sallyport.executor.exchange.Exchange exchange) implements Exchange {

    @Override
    public void respond(String serverRequestId, Buffer frame) {
      exchange.respond(serverRequestId, frame);
    }

    @Override
    public void cancel(String reason) {
      exchange.cancel(reason);
    }
  }

  private enum Ended implements Exchange {
    INSTANCE;

    @Override
    public void respond(String serverRequestId, Buffer frame) {}

    @Override
    public void cancel(String reason) {}
  }

  private record Back(Answers answers) implements Sink {

    @Override
    public void notification(Buffer frame) {
      answers.notification(frame);
    }

    @Override
    public void serverRequest(String id, Buffer frame) {
      answers.serverRequest(id, frame);
    }

    @Override
    public void parked(Parked parked) {
      answers.parked(parked, ONLY);
    }

    @Override
    public void response(Buffer frame) {
      answers.response(frame);
    }

    @Override
    public void end(End end) {
      answers.end(end);
    }
  }
}
