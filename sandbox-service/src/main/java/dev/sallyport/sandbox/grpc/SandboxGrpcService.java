package dev.sallyport.sandbox.grpc;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.sandbox.v1.DescribeRequest;
import dev.sallyport.proto.sandbox.v1.DescribeResponse;
import dev.sallyport.proto.sandbox.v1.RunDown;
import dev.sallyport.proto.sandbox.v1.RunUp;
import dev.sallyport.proto.sandbox.v1.SandboxGrpc;
import dev.sallyport.sandbox.run.SandboxOperations;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Singleton;

/** One bidirectional stream for each run. */
@GrpcService
@Singleton
class SandboxGrpcService extends SandboxGrpc.SandboxImplBase {

  private final SandboxOperations operations;

  SandboxGrpcService(SandboxOperations operations) {
    this.operations = operations;
  }

  @Override
  public StreamObserver<RunUp> run(StreamObserver<RunDown> down) {
    return RunStream.open(operations, (ServerCallStreamObserver<RunDown>) down);
  }

  @Override
  public void describe(DescribeRequest request, StreamObserver<DescribeResponse> answer) {
    try {
      answer.onNext(operations.describe(CallContexts.of(request.getContext())));
      answer.onCompleted();
    } catch (CallFailed e) {
      answer.onError(GrpcErrors.toStatus(e));
    }
  }
}
