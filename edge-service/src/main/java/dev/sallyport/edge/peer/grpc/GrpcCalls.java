package dev.sallyport.edge.peer.grpc;

import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.common.v1.CallContext;
import io.grpc.stub.AbstractStub;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** What all calls to peers have in common: a deadline, and failures in the error model. */
final class GrpcCalls {

  private static final Duration DEFAULT_DEADLINE = Duration.ofSeconds(10);

  private GrpcCalls() {}

  /** One answer, within what is left of the deadline in the context. */
  static <S extends AbstractStub<S>, A> Uni<A> unary(
      Supplier<S> stub, CallContext context, Function<S, Uni<A>> call) {
    long millis =
        context.getRemainingMillis() == 0
            ? DEFAULT_DEADLINE.toMillis()
            : Integer.toUnsignedLong(context.getRemainingMillis());
    return Uni.createFrom()
        .<A>deferred(() -> call.apply(stub.get().withDeadlineAfter(millis, TimeUnit.MILLISECONDS)))
        .onFailure()
        .transform(GrpcErrors::fromStatus);
  }

  /** A stream without a deadline; it ends when it is cancelled or breaks. */
  static <S extends AbstractStub<S>, A> Multi<A> stream(
      Supplier<S> stub, Function<S, Multi<A>> call) {
    return Multi.createFrom()
        .<A>deferred(() -> call.apply(stub.get()))
        .onFailure()
        .transform(GrpcErrors::fromStatus);
  }
}
