package dev.sallyport.executor.grpc;

import dev.sallyport.executor.exchange.Exchanges;
import dev.sallyport.proto.executor.v1.ExchangeDown;
import dev.sallyport.proto.executor.v1.ExchangeUp;
import dev.sallyport.proto.executor.v1.ExecutorGrpc;
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
}
