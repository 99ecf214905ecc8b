package dev.sallyport.executor.exchange;

import dev.sallyport.proto.executor.v1.End;

/** What is counted about calls. */
public interface CallMeters {

  CallMeters NONE =
      new CallMeters() {
        @Override
        public void began() {}

        @Override
        public void ended(End end, boolean hadBegun) {}
      };

  /** A call was taken on; {@link #ended} follows. */
  void began();

  /**
   * @param hadBegun false for a call that was refused before it was taken on
   */
  void ended(End end, boolean hadBegun);
}
