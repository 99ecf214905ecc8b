package dev.sallyport.sandbox.proof;

/**
 * One way to try to break out of the sandbox, or to bring it down.
 *
 * @param group what it is about
 * @param name what is tried
 */
public record Attempt(String group, String name, Trial trial) {

  /** Throws, with a sentence, when the sandbox did not hold. */
  @FunctionalInterface
  public interface Trial {
    void make(Stand stand) throws Exception;
  }

  /** The name by which it is reported. */
  public String fullName() {
    return group + ": " + name;
  }
}
