package dev.sallyport.executor.grpc;

import dev.sallyport.executor.exchange.Exchanges;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.executor.v1.CallerEnded;
import dev.sallyport.proto.executor.v1.CallerEndedAck;
import dev.sallyport.proto.executor.v1.ExchangeDown;
import dev.sallyport.proto.executor.v1.ExchangeUp;
import dev.sallyport.proto.executor.v1.ExecutorGrpc;
import dev.sallyport.proto.executor.v1.SessionNotice;
import dev.sallyport.proto.executor.v1.SessionNoticeAck;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Singleton;

/** One bidirectional stream for each call. */
@GrpcService
@Singleton
class ExecutorGrpcService extends ExecutorGrpc.ExecutorImplBase {

  private final Exchanges exchanges;

  ExecutorGrpcService(Exchanges exchanges) {
    this.exchanges = exchanges;
  }

  @Override
  public StreamObserver<ExchangeUp> exchange(StreamObserver<ExchangeDown> down) {
    return ExchangeStream.open(exchanges, (ServerCallStreamObserver<ExchangeDown>) down);
  }

  @Override
  public void tellSession(SessionNotice notice, StreamObserver<SessionNoticeAck> answer) {
    try {
      int connections = exchanges.tell(CallContexts.of(notice.getContext()), notice);
      answer.onNext(SessionNoticeAck.newBuilder().setConnections(connections).build());
      answer.onCompleted();
    } catch (CallFailed e) {
      answer.onError(GrpcErrors.toStatus(e));
    }
  }

  @Override
  public void endCaller(CallerEnded ended, StreamObserver<CallerEndedAck> answer) {
    try {
      int calls = exchanges.endCaller(CallContexts.of(ended.getContext()), ended.getCaller());
      answer.onNext(CallerEndedAck.newBuilder().setCalls(calls).build());
      answer.onCompleted();
    } catch (CallFailed e) {
      answer.onError(GrpcErrors.toStatus(e));
    }
  }
}
