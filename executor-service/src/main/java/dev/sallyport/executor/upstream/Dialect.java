package dev.sallyport.executor.upstream;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import org.jspecify.annotations.Nullable;

/** How one era wants its messages. */
public interface Dialect {

  ProtocolVersion version();

  /**
   * Declares the changes to {@code params._meta} that bring a client's request into this era.
   *
   * @param logLevel what the client asked for; empty for none
   * @param capabilities what the client can do for this request, a JSON object; empty for nothing
   */
  void adapt(
      FrameEdit edit,
      Frame.Request request,
      String logLevel,
      byte[] capabilities,
      @Nullable String traceparent,
      @Nullable String tracestate);

  /** Params of a request of our own, from its members without braces ({@code "cursor":"x"}). */
  byte[] params(String members);

  /** A harmless request that any server of the era answers. */
  String heartbeat();

  /** Whether requests from the server are answered; modern servers send none. */
  boolean answersRequests();
}
