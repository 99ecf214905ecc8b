package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import java.time.Duration;
import java.util.Optional;

/** What a person may say with a decision about an approval. */
public final class ApprovalFields {

  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final int LONGEST_COMMENT = 1_000;

  private ApprovalFields() {}

  /** Empty when there is none. */
  public static String comment(Fields fields) {
    String comment = fields.text("comment").orElse("");
    if (comment.length() > LONGEST_COMMENT) {
      fields
          .report()
          .add(
              fields.at("comment"),
              fields.path("comment"),
              "has at most " + LONGEST_COMMENT + " characters");
    }
    return comment;
  }

  /** How long a call may take the approval; zero when the member is not there. */
  public static Duration validFor(Fields fields) {
    if (!fields.has("validFor")) {
      return Duration.ZERO;
    }
    Optional<Duration> validFor =
        fields
            .text("validFor")
            .flatMap(Durations::parse)
            .filter(length -> length.compareTo(SHORTEST) >= 0 && length.compareTo(LONGEST) <= 0);
    if (validFor.isEmpty()) {
      fields
          .report()
          .add(
              fields.at("validFor"),
              fields.path("validFor"),
              "must be a duration with its unit, 1s to 7d, such as 30m");
    }
    return validFor.orElse(Duration.ZERO);
  }
}
