package dev.sallyport.edge.rule;

/**
 * A verdict and how it came about.
 *
 * @param failure why the rule that decided could not be evaluated, for records; empty where it
 *     could
 */
public record Looked(Verdict verdict, String failure) {

  /** No rule holds, so that the call is allowed. */
  public static final Looked NONE = new Looked(new Verdict.Allow(""), "");

  /** The rule as records name it; empty where none held. */
  public String rule() {
    String name =
        switch (verdict) {
          case Verdict.Allow allow -> allow.rule();
          case Verdict.Deny deny -> deny.rule();
          case Verdict.Ask ask -> ask.rule();
        };
    if (name.isEmpty()) {
      return "";
    }
    return failure.isEmpty() ? "rule:" + name : "rule:" + name + " (" + failure + ")";
  }
}
