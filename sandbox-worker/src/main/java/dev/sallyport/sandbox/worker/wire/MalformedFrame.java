package dev.sallyport.sandbox.worker.wire;

import java.io.IOException;

/** The other side does not keep to the protocol; its stream cannot be read any further. */
public final class MalformedFrame extends IOException {
  private static final long serialVersionUID = 1L;

  public MalformedFrame(String message) {
    super(message);
  }
}
