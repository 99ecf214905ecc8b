package dev.sallyport.sandbox.run;

import java.time.Duration;

/** Told how runs go. */
public interface RunMeters {

  /** Tells nobody. */
  RunMeters NONE =
      new RunMeters() {
        @Override
        public void began(Duration waited) {}

        @Override
        public void ended(String outcome, Duration took) {}
      };

  /** A run has its worker. */
  void began(Duration waited);

  /**
   * A run has ended.
   *
   * @param outcome one of a few words
   * @param took from Start
   */
  void ended(String outcome, Duration took);
}
