package dev.sallyport.sandbox.proof;

import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.ScriptFailure;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * What a run came to.
 *
 * @param calls in the order in which they came
 * @param output all that was printed
 * @param took from Start to the end, as the asker saw it
 */
public record Finished(RunEnd end, List<ToolCall> calls, String output, Duration took) {

  public Finished {
    calls = List.copyOf(calls);
  }

  /** The JSON of the result; an error that shows the end where there is none. */
  public String result() {
    if (end.getOutcomeCase() != RunEnd.OutcomeCase.RESULT) {
      throw new AssertionError("no result but " + end);
    }
    return end.getResult().toString(StandardCharsets.UTF_8);
  }

  /** Why the script failed; an error that shows the end where it did not. */
  public ScriptFailure failure() {
    if (end.getOutcomeCase() != RunEnd.OutcomeCase.SCRIPT_FAILED) {
      throw new AssertionError("no failure of the script but " + end);
    }
    return end.getScriptFailed();
  }

  /** The code of the sandbox's own failure; an error that shows the end where there is none. */
  public String code() {
    if (end.getOutcomeCase() != RunEnd.OutcomeCase.FAILED) {
      throw new AssertionError("no failure of the sandbox but " + end);
    }
    return end.getFailed().getCode();
  }
}
