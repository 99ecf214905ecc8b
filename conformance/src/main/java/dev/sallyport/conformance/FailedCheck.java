package dev.sallyport.conformance;

/**
 * One check that did not hold.
 *
 * @param id the suite's, such as {@code wire-schema-valid}
 * @param description what should have held
 * @param message what was seen instead; empty when the suite said no more
 */
public record FailedCheck(String id, String description, String message) {

  @Override
  public String toString() {
    return id + ": " + (message.isEmpty() ? description : message);
  }
}
