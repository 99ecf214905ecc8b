package dev.sallyport.executor.exchange;

import dev.sallyport.executor.upstream.TransportFailure;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.proto.executor.v1.Cancelled;
import dev.sallyport.proto.executor.v1.Completed;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.OutcomeUnknown;
import dev.sallyport.proto.executor.v1.Waiting;

/** The ends that an exchange can come to. */
final class Ends {

  private Ends() {}

  static End completed(boolean isError, int jsonRpcErrorCode, String version, long micros) {
    return End.newBuilder()
        .setCompleted(
            Completed.newBuilder()
                .setResultIsError(isError)
                .setJsonRpcErrorCode(jsonRpcErrorCode)
                .setUpstreamProtocolVersion(version))
        .setUpstreamMicros(micros)
        .build();
  }

  /** The call waits for input; a response frame goes before it, or Parked. */
  static End waiting(long micros) {
    return End.newBuilder()
        .setWaiting(Waiting.getDefaultInstance())
        .setUpstreamMicros(micros)
        .build();
  }

  /** Failed before anything was sent. */
  static End refused(Failure failure) {
    return End.newBuilder().setFailed(GrpcErrors.toProto(failure)).setNotDelivered(true).build();
  }

  static End failed(ErrorCode code, String message, boolean notDelivered, long micros) {
    return End.newBuilder()
        .setFailed(GrpcErrors.toProto(Failure.of(code, message)))
        .setNotDelivered(notDelivered)
        .setUpstreamMicros(micros)
        .build();
  }

  static End cancelled(boolean notDelivered, long micros) {
    return End.newBuilder()
        .setCancelled(Cancelled.getDefaultInstance())
        .setNotDelivered(notDelivered)
        .setUpstreamMicros(micros)
        .build();
  }

  static End of(TransportFailure failure, long micros) {
    return switch (failure.delivery()) {
      case NOT_DELIVERED -> failed(failure, true, 0);
      case REFUSED, ANSWERED -> failed(failure, false, micros);
      case UNKNOWN ->
          End.newBuilder()
              .setOutcomeUnknown(OutcomeUnknown.newBuilder().setMessage(failure.message()))
              .setUpstreamMicros(micros)
              .build();
    };
  }

  private static End failed(TransportFailure failure, boolean notDelivered, long micros) {
    return End.newBuilder()
        .setFailed(
            GrpcErrors.toProto(
                new Failure(failure.code(), failure.message(), failure.retryAfter())))
        .setNotDelivered(notDelivered)
        .setUpstreamMicros(micros)
        .build();
  }
}
