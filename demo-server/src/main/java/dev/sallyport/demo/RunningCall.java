package dev.sallyport.demo;

import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.Methods;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A call from its request to its response. Once cancelled or answered it sends nothing more. */
final class RunningCall {

  private final byte[] id;
  private final byte @Nullable [] progressToken;
  private final boolean modern;
  private final Outlet outlet;
  private boolean over;
  private @Nullable Thread thread;

  RunningCall(byte[] id, byte @Nullable [] progressToken, boolean modern, Outlet outlet) {
    this.id = id;
    this.progressToken = progressToken;
    this.modern = modern;
    this.outlet = outlet;
  }

  /** Runs the work on a thread of its own; {@code ended} is called before the response is sent. */
  void start(Supplier<ToolResult> work, Runnable ended) {
    Thread started =
        Thread.ofVirtual()
            .unstarted(
                () -> {
                  ToolResult result = null;
                  try {
                    result = work.get();
                  } catch (RuntimeException e) {
                    // Told below.
                  } finally {
                    ended.run();
                  }
                  if (result == null) {
                    fail();
                  } else {
                    finish(result);
                  }
                });
    synchronized (this) {
      thread = started;
    }
    started.start();
  }

  /** Tells how far the call is, where the client asked to be told. */
  synchronized void progress(long done, long total, String message) {
    if (over || progressToken == null) {
      return;
    }
    outlet.send(
        FrameBytes.notification(
            Methods.PROGRESS,
            new JsonWriter()
                .beginObject()
                .member("progressToken", progressToken)
                .member("progress", done)
                .member("total", total)
                .member("message", message)
                .endObject()
                .toBytes()));
  }

  synchronized void finish(ToolResult result) {
    if (!over) {
      over = true;
      outlet.send(FrameBytes.result(id, result.toBytes(modern)));
    }
  }

  private synchronized void fail() {
    if (!over) {
      over = true;
      outlet.send(FrameBytes.error(id, JsonRpcError.INTERNAL_ERROR, "The demo server failed."));
    }
  }

  synchronized void cancel() {
    over = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
    }
  }
}
