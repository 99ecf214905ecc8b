package dev.sallyport.kit.grpc;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * The gRPC wire of the error model: a {@link Failure} travels whole in the trailers, beside a
 * status that generic tools understand.
 */
public final class GrpcErrors {

  private static final Logger LOG = Logger.getLogger(GrpcErrors.class);
  private static final Metadata.Key<byte[]> FAILURE =
      Metadata.Key.of("sallyport-failure-bin", Metadata.BINARY_BYTE_MARSHALLER);

  private GrpcErrors() {}

  /**
   * What a server answers for {@code error}: an unexpected one is logged here and tells the peer
   * nothing.
   */
  public static StatusRuntimeException toStatus(Throwable error) {
    if (error instanceof StatusRuntimeException status) {
      return status;
    }
    Failure failure;
    if (error instanceof CallFailed expected) {
      failure = expected.failure();
    } else {
      LOG.error("unexpected failure in a gRPC method", error);
      failure = Failure.of(ErrorCode.INTERNAL);
    }
    Metadata trailers = new Metadata();
    trailers.put(FAILURE, toProto(failure).toByteArray());
    return status(failure.code()).withDescription(failure.message()).asRuntimeException(trailers);
  }

  /** What a client makes of a failed call: a peer that is away or broken is PEER_UNAVAILABLE. */
  public static CallFailed fromStatus(Throwable error) {
    if (error instanceof CallFailed expected) {
      return expected;
    }
    Metadata trailers = Status.trailersFromThrowable(error);
    byte[] bytes = trailers == null ? null : trailers.get(FAILURE);
    if (bytes != null) {
      try {
        return new CallFailed(
            fromProto(dev.sallyport.proto.common.v1.Failure.parseFrom(bytes)), error);
      } catch (InvalidProtocolBufferException e) {
        return new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE), e);
      }
    }
    return switch (Status.fromThrowable(error).getCode()) {
      case CANCELLED -> new CallFailed(Failure.of(ErrorCode.CANCELLED), error);
      default -> new CallFailed(Failure.of(ErrorCode.PEER_UNAVAILABLE), error);
    };
  }

  public static dev.sallyport.proto.common.v1.Failure toProto(Failure failure) {
    var proto =
        dev.sallyport.proto.common.v1.Failure.newBuilder()
            .setCode(failure.code().wireName())
            .setMessage(failure.message());
    if (failure.retryAfter() != null) {
      proto.setRetryAfterMillis(failure.retryAfter().toMillis());
    }
    return proto.build();
  }

  /** A code that this version does not know becomes INTERNAL with the peer's message. */
  public static Failure fromProto(dev.sallyport.proto.common.v1.Failure proto) {
    return new Failure(
        ErrorCode.ofWireName(proto.getCode()).orElse(ErrorCode.INTERNAL),
        proto.getMessage(),
        proto.getRetryAfterMillis() == 0 ? null : Duration.ofMillis(proto.getRetryAfterMillis()));
  }

  private static Status status(ErrorCode code) {
    return switch (code) {
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      case NOT_FOUND,
          UNKNOWN_TOOL,
          UNKNOWN_PROMPT,
          UNKNOWN_RESOURCE,
          UNKNOWN_SERVER,
          UNKNOWN_SESSION ->
          Status.NOT_FOUND;
      case CONFLICT, IDEMPOTENCY_RUNNING -> Status.ABORTED;
      case CANCELLED -> Status.CANCELLED;
      case UNKNOWN_METHOD -> Status.UNIMPLEMENTED;
      case MALFORMED_FRAME,
          FRAME_TOO_LARGE,
          HEADER_MISMATCH,
          UNSUPPORTED_VERSION,
          INVALID_PARAMS,
          MISSING_CAPABILITY ->
          Status.INVALID_ARGUMENT;
      case FORBIDDEN, RULE_DENIED -> Status.PERMISSION_DENIED;
      case READ_ONLY, IDEMPOTENCY_MISMATCH, APPROVAL_REQUIRED, LOGIN_REQUIRED, SCRIPT_FAILED ->
          Status.FAILED_PRECONDITION;
      case THROTTLED, OVER_BUDGET, TOO_MANY_IN_FLIGHT -> Status.RESOURCE_EXHAUSTED;
      case UPSTREAM_TIMEOUT -> Status.DEADLINE_EXCEEDED;
      case POLICY_UNAVAILABLE,
          PEER_UNAVAILABLE,
          EVIDENCE_FULL,
          UPSTREAM_DOWN,
          SANDBOX_UNAVAILABLE ->
          Status.UNAVAILABLE;
      case UPSTREAM_GARBAGE,
          UPSTREAM_LOST,
          UPSTREAM_REFUSED,
          UPSTREAM_TOO_LARGE,
          UPSTREAM_NEEDS_INPUT,
          SANDBOX_LOST,
          INTERNAL ->
          Status.INTERNAL;
    };
  }
}
