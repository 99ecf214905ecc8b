package dev.sallyport.standalone.peer;

import dev.sallyport.edge.call.ReservedCall;
import dev.sallyport.edge.peer.ExecutorPeer;
import dev.sallyport.executor.exchange.Exchanges;
import dev.sallyport.executor.exchange.Sink;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Parked;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;

/** The executor, asked by edge: the frame is handed over as it is, not copied. */
@Singleton
final class LocalExecutorPeer implements ExecutorPeer {

  private final Exchanges exchanges;

  LocalExecutorPeer(Exchanges exchanges) {
    this.exchanges = exchanges;
  }

  @Override
  public Exchange open(ReservedCall call, Answers answers) {
    try {
      return new Running(
          exchanges.open(
              CallContexts.of(call.header().getContext(), Peer.EDGE),
              call.header(),
              call.frame(),
              new Back(answers)));
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
      answers.parked(parked);
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
