package dev.sallyport.sandbox.grpc;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.sandbox.v1.MutinySandboxGrpc;
import dev.sallyport.proto.sandbox.v1.RunDown;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunUp;
import dev.sallyport.sandbox.run.Runs;
import io.quarkus.grpc.GrpcService;
import io.smallrye.mutiny.Multi;
import jakarta.inject.Singleton;

@GrpcService
@Singleton
class SandboxGrpcService extends MutinySandboxGrpc.SandboxImplBase {

  private final Runs runs;

  SandboxGrpcService(Runs runs) {
    this.runs = runs;
  }

  @Override
  public Multi<RunDown> run(Multi<RunUp> parts) {
    return parts
        .select()
        .first()
        .map(
            part -> {
              if (!part.hasStart()) {
                throw new CallFailed(
                    Failure.of(ErrorCode.INVALID_PARAMS, "A run begins with Start."));
              }
              CallContext context = CallContexts.of(part.getStart().getContext());
              return RunDown.newBuilder()
                  .setEnd(RunEnd.newBuilder().setFailed(GrpcErrors.toProto(runs.start(context))))
                  .build();
            })
        .onFailure()
        .transform(GrpcErrors::toStatus);
  }
}
