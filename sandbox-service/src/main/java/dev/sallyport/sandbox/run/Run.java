package dev.sallyport.sandbox.run;

import dev.sallyport.proto.sandbox.v1.ToolResult;

/** A run that goes on. Usable from any thread; does nothing once it has ended. */
public interface Run {

  /** Answers a call. An answer to a step that is not waited for is passed over. */
  void answer(ToolResult result);

  /** Stops the run at once and ends its worker. {@link Sink#end} still follows. */
  void stop();
}
