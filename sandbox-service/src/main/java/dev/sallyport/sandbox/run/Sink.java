package dev.sallyport.sandbox.run;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunStarted;
import dev.sallyport.proto.sandbox.v1.ToolCall;

/**
 * What comes of a run. Called one at a time, on any thread; must not block. {@link #end} is called
 * exactly once and last. What may be waiting at a time is bounded: calls by the run's limit of
 * calls side by side (in a dry run, of calls), output by its limit of output.
 */
public interface Sink {

  /** A worker has the script. */
  void started(RunStarted started);

  /** To be answered by {@link Run#answer}, but in a dry run. */
  void toolCall(ToolCall call);

  /** UTF-8, whole characters. */
  void output(ByteString text);

  void end(RunEnd end);
}
