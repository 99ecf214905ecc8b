package dev.sallyport.sandbox.worker;

import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.Up;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The run's way to the sandbox. */
interface Line {

  /** Sends a message; it is on its way when this returns. */
  void send(Down message) throws IOException;

  /** The next answer to a call; null when the run was stopped, which its meter then says. */
  Up.@Nullable Answer answer() throws IOException, InterruptedException;
}
