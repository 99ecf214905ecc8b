package dev.sallyport.edge.call;

import dev.sallyport.edge.call.CallState.Asked;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What is said of a call that needs an approval: what waits, who decides, and what to do. */
final class ApprovalTexts {

  /** How soon it is of use to look again, as a hint. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(15);

  private ApprovalTexts() {}

  /** For the person at the client. */
  static String question(Asked asked, Approvals.Pending pending) {
    return "The tool "
        + asked.resolved().target().exposedName()
        + " has not run: a person who administers the gateway has to approve this call first"
        + " (approval "
        + pending.id()
        + ", until "
        + moment(pending.expiresAt())
        + "). "
        + reason(asked)
        + "It cannot be approved here. Answer to look whether it has been decided; decline to stop"
        + " waiting.";
  }

  /** For the model, where nobody can be asked. */
  static Failure waits(Asked asked, Approvals.Pending pending) {
    Duration left = Duration.between(Instant.now(), pending.expiresAt());
    return new Failure(
        ErrorCode.APPROVAL_REQUIRED,
        "The call has not run: it waits until "
            + moment(pending.expiresAt())
            + " for a person to approve it (approval "
            + pending.id()
            + "). "
            + reason(asked)
            + "Have it decided by an administrator of the gateway, then call again with the same"
            + " arguments.",
        left.compareTo(LOOK_AGAIN) < 0 && !left.isNegative() ? left : LOOK_AGAIN);
  }

  static Failure denied(Approvals.Denied denied) {
    return Failure.of(
        ErrorCode.FORBIDDEN,
        "The call was denied by "
            + denied.decidedBy()
            + " (approval "
            + denied.id()
            + ")"
            + (denied.comment().isEmpty() ? "." : ": " + denied.comment()));
  }

  static Failure stopped(String approval) {
    return Failure.of(
        ErrorCode.APPROVAL_REQUIRED,
        "The call has not run, and nobody waits for its approval any more (approval "
            + approval
            + "). Once it is approved, call again with the same arguments.");
  }

  static Failure over(Approvals.Over over) {
    return Failure.of(
        ErrorCode.APPROVAL_REQUIRED,
        over.expired()
            ? "The call has not run: nobody approved it in time (approval "
                + over.id()
                + " has expired). Call again to ask anew."
            : "The call has not run: another call has used the approval "
                + over.id()
                + ". Call again to ask anew.");
  }

  static Failure tooLarge() {
    return Failure.of(
        ErrorCode.APPROVAL_REQUIRED,
        "The call needs an approval, and a person approves at most 64 KiB of arguments; make them"
            + " smaller.");
  }

  static Failure notCanonical(String why) {
    return Failure.of(
        ErrorCode.APPROVAL_REQUIRED,
        "The call needs an approval, and its arguments cannot be bound to one. " + why);
  }

  private static String reason(Asked asked) {
    String reason = asked.ask().reason();
    return reason.isEmpty() ? "" : reason + (reason.endsWith(".") ? " " : ". ");
  }

  private static Instant moment(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }
}
