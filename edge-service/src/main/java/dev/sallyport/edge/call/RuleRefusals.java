package dev.sallyport.edge.call;

import dev.sallyport.edge.rule.Verdict;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;

/** What the caller of a tool is told where a rule stands in the way. */
final class RuleRefusals {

  private RuleRefusals() {}

  static Failure denied(Verdict.Deny denied) {
    return denied.rule().isEmpty()
        ? Failure.of(ErrorCode.INVALID_PARAMS, denied.reason())
        : Failure.of(
            ErrorCode.RULE_DENIED,
            with("The rule \"" + denied.rule() + "\" refuses this call.", denied.reason()));
  }

  private static String with(String sentence, String reason) {
    return reason.isEmpty() ? sentence : sentence + " " + reason;
  }
}
