package dev.sallyport.policy;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;

/** Why an operation of policy is refused. Messages name the fix. */
public final class Refusals {

  private Refusals() {}

  public static CallFailed invalid(String message) {
    return new CallFailed(Failure.of(ErrorCode.INVALID_PARAMS, message));
  }

  public static CallFailed conflict(String message) {
    return new CallFailed(Failure.of(ErrorCode.CONFLICT, message));
  }

  public static CallFailed notFound(String message) {
    return new CallFailed(Failure.of(ErrorCode.NOT_FOUND, message));
  }

  /** What a file declares is changed in that file. */
  public static CallFailed readOnly() {
    return new CallFailed(Failure.of(ErrorCode.READ_ONLY));
  }

  /**
   * @param expected 0: whatever is there
   * @throws CallFailed CONFLICT if it is another one
   */
  public static void checkRevision(long expected, long actual) {
    if (expected != 0 && expected != actual) {
      throw new CallFailed(Failure.of(ErrorCode.CONFLICT));
    }
  }
}
