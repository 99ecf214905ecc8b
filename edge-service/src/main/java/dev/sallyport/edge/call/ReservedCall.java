package dev.sallyport.edge.call;

import dev.sallyport.proto.executor.v1.Open;
import io.vertx.core.buffer.Buffer;

/**
 * A call that was decided and reserved: the only thing that can be dispatched. Only {@link
 * ToolCallPipeline} makes one.
 */
public final class ReservedCall {

  private final Open header;
  private final Buffer frame;

  ReservedCall(Open header, Buffer frame) {
    this.header = header;
    this.frame = frame;
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
