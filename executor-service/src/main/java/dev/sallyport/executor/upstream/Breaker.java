package dev.sallyport.executor.upstream;

import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Decides whether an upstream is asked at all, from how its calls ended lately. */
public interface Breaker {

  /** Lets every call through. */
  Breaker CLOSED =
      (dispatch, whenOpen) -> {
        CompletionStage<Void> ignored = dispatch.get();
      };

  /**
   * Dispatches a call, or does not.
   *
   * @param dispatch starts the call at once; its stage fails with {@link Unwell} when the call
   *     ended in a way that speaks against the upstream
   * @param whenOpen called instead while the upstream is given a rest
   */
  void guard(Supplier<CompletionStage<Void>> dispatch, Runnable whenOpen);

  /** The upstream broke a call off or answered with garbage. */
  final class Unwell extends Exception {

    private static final long serialVersionUID = 1L;

    public Unwell() {
      super("the upstream is not well", null, false, false);
    }
  }
}
