package dev.sallyport.edge.call;

import dev.sallyport.proto.executor.v1.Open;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * A call that was decided and reserved: the only thing that can be dispatched. Only {@link
 * ToolCallPipeline} makes one.
 */
public final class ReservedCall {

  private final Open header;
  private final Buffer frame;
  private final @Nullable String executor;

  ReservedCall(Open header, Buffer frame, @Nullable String executor) {
    this.header = header;
    this.frame = frame;
    this.executor = executor;
  }

  /** The executor on which the call is parked; null where any may take it. */
  public @Nullable String executor() {
    return executor;
  }

  /** The header block, without the frame. */
  public Open header() {
    return header;
  }

  /** The client's frame, untouched. */
  public Buffer frame() {
    return frame;
  }
}
