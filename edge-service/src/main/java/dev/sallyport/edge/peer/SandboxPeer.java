package dev.sallyport.edge.peer;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.sandbox.v1.DescribeRequest;
import dev.sallyport.proto.sandbox.v1.DescribeResponse;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunStarted;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import io.smallrye.mutiny.Uni;

/** The sandbox as edge uses it: scripts go there, and their calls of tools come back. */
public interface SandboxPeer {

  /**
   * Starts a run. Never throws and never blocks; everything that goes wrong ends in {@link
   * Listener#end}.
   */
  Run open(Start start, Listener listener);

  /** How one of its replicas isolates runs. Fails where none can be asked. */
  Uni<DescribeResponse> describe(DescribeRequest request);

  /** There may be runs soon. For a sandbox that starts on demand; never blocks. */
  default void prepare() {}

  /** The running script. Both do nothing once it has ended; usable from any thread. */
  interface Run {

    /** Answers a call of the script. */
    void answer(ToolResult result);

    /** Ends the run at once. {@link Listener#end} still follows. */
    void stop();
  }

  /** What comes back, one at a time, on any thread. {@link #end} exactly once and last. */
  interface Listener {

    void started(RunStarted started);

    void call(ToolCall call);

    /** UTF-8, cut anywhere. */
    void output(ByteString printed);

    void end(RunEnd end);
  }
}
