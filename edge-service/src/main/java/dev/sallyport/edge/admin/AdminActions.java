package dev.sallyport.edge.admin;

import dev.sallyport.edge.caller.Callers;
import dev.sallyport.edge.evidence.Contents;
import dev.sallyport.edge.evidence.Evidence;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.proto.audit.v1.RecordKind;
import io.grpc.StatusRuntimeException;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * Runs admin actions: decided, recorded, done, and recorded again with the outcome under the same
 * id (sequence 0 and 1).
 */
@Singleton
class AdminActions {

  private final Evidence evidence;
  private final Callers callers;
  private final Duration timeout;

  AdminActions(Evidence evidence, Callers callers, AdminConfig config) {
    this.evidence = evidence;
    this.callers = callers;
    this.timeout = config.timeout();
  }

  Duration timeout() {
    return timeout;
  }

  /**
   * Fails with {@link NotPermitted} when {@code who} may not do it, with {@link CallFailed}
   * EVIDENCE_FULL when it cannot be recorded.
   */
  <T> Uni<T> run(AdminIdentity who, AdminAction action, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .deferred(
            () -> {
              String id = CallId.next().toString();
              long started = System.nanoTime();
              Decision decision = allowed(who, action);
              AuditRecord.Builder intent =
                  record(who, action, id, 0)
                      .setDecision(decision.missing().isEmpty() ? "allow" : "deny")
                      .setRule(decision.rule());
              if (!action.detail().isEmpty()) {
                byte[] detail = action.detail().getBytes(StandardCharsets.UTF_8);
                intent.setArguments(Contents.keep(detail, 0, detail.length));
              }
              if (evidence.append(intent) == Evidence.Appended.REFUSED) {
                return Uni.createFrom()
                    .failure(new CallFailed(Failure.of(ErrorCode.EVIDENCE_FULL)));
              }
              Uni<T> done =
                  decision
                      .missing()
                      .map(missing -> Uni.createFrom().<T>failure(new NotPermitted(who, missing)))
                      .orElseGet(() -> work.get().ifNoItem().after(timeout).fail());
              AtomicBoolean ended = new AtomicBoolean();
              return done.onTermination()
                  .invoke(
                      (item, failure, cancelled) -> {
                        if (ended.compareAndSet(false, true)) {
                          evidence.append(
                              outcome(record(who, action, id, 1), failure, cancelled)
                                  .setLatencyMicros((System.nanoTime() - started) / 1_000));
                        }
                      });
            });
  }

  /**
   * Answers when the change is in force on this edge too: whoever made it finds it made.
   *
   * @param sequence of the change
   */
  <T> Uni<T> inForce(Uni<T> change, ToLongFunction<T> sequence) {
    return change.call(
        response ->
            Uni.createFrom()
                .completionStage(
                    () -> callers.caughtUp(sequence.applyAsLong(response)).toCompletionStage()));
  }

  /**
   * The one place where it is decided what an admin may do.
   *
   * @param missing empty: it is allowed
   * @param rule the role and the permission that decided, for the record
   */
  private record Decision(Optional<Permission> missing, String rule) {}

  private static Decision allowed(AdminIdentity who, AdminAction action) {
    Optional<Permission> missing = who.missing(action);
    Permission decisive = missing.orElse(action.needs().getLast());
    return new Decision(missing, "admin:" + who.role() + "/" + decisive.wireName());
  }

  private static AuditRecord.Builder record(
      AdminIdentity who, AdminAction action, String id, int sequence) {
    return AuditRecord.newBuilder()
        .setTenant(who.tenant())
        .setCallId(id)
        .setSequence(sequence)
        .setKind(RecordKind.RECORD_KIND_ADMIN)
        .setCaller(who.getName())
        .setDoor("admin")
        .setMethod(action.method())
        .setServer(action.server())
        .setKeyName(action.key());
  }

  private static AuditRecord.Builder outcome(
      AuditRecord.Builder record, Throwable failure, boolean cancelled) {
    if (cancelled) {
      return record.setOutcome(Outcome.OUTCOME_CANCELLED);
    }
    if (failure == null) {
      return record.setOutcome(Outcome.OUTCOME_OK);
    }
    ErrorCode code =
        switch (failure) {
          case CallFailed failed -> failed.failure().code();
          case StatusRuntimeException status -> GrpcErrors.fromStatus(status).failure().code();
          case TimeoutException _ -> ErrorCode.PEER_UNAVAILABLE;
          case BodyRefused _ -> ErrorCode.INVALID_PARAMS;
          case NotPermitted _ -> ErrorCode.FORBIDDEN;
          default -> ErrorCode.INTERNAL;
        };
    return record
        .setErrorCode(code.wireName())
        .setOutcome(
            switch (code.kind()) {
              case CALLER, POLICY, LIMIT -> Outcome.OUTCOME_REFUSED;
              case UPSTREAM, INTERNAL -> Outcome.OUTCOME_INTERNAL;
            });
  }
}
