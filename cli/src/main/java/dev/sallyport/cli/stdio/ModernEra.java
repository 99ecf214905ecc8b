package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.HeaderRules;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.McpHeaders;
import dev.sallyport.mcp.protocol.Methods;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/**
 * 2026-07-28: every request by itself, its headers made from its body, cancelled by closing its
 * answer. Told by the thread that reads standard input; works on others.
 */
final class ModernEra {

  private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

  private final GatewayLink link;
  private final Delivery delivery;
  private final ToolSchemas tools;
  private final Work work;
  private final Notes notes;
  private final Map<String, InFlight> inFlight = new ConcurrentHashMap<>();
  private volatile boolean used;

  ModernEra(GatewayLink link, Delivery delivery, Work work, Notes notes) {
    this.link = link;
    this.delivery = delivery;
    this.work = work;
    this.notes = notes;
    this.tools = new ToolSchemas(link, notes);
  }

  static boolean speaks(Frame.Request request) {
    return request.params().meta().protocolVersionSpan() != null
        || request.method().equals(Methods.DISCOVER)
        || request.method().equals(Methods.SUBSCRIPTIONS_LISTEN);
  }

  /** Whether the client has spoken it. */
  boolean isUsed() {
    return used;
  }

  void request(Frame.Request request) {
    used = true;
    InFlight asked = new InFlight(request);
    inFlight.put(asked.key(), asked);
    Runnable task = delivery.answering(asked, () -> ask(asked));
    if (request.method().equals(Methods.SUBSCRIPTIONS_LISTEN)) {
      // It lasts as long as the client; nobody waits for its answer.
      work.beside(task);
    } else {
      work.after(NOW, task);
    }
  }

  /**
   * Cancels what {@code notifications/cancelled} names, as HTTP does it in this era.
   *
   * @return false if no request of this era has that id
   */
  boolean cancel(Frame.Notification notification) {
    Span id = notification.params().requestId();
    InFlight target = id == null ? null : inFlight.get(InFlight.key(notification.data(), id));
    if (target == null) {
      return false;
    }
    target.cancelled();
    target.ticket.cancel();
    return true;
  }

  /** Of no use over HTTP in this revision, but for the gateway to say. */
  void notification(Frame.Notification notification) {
    Map<String, String> headers = new LinkedHashMap<>();
    String version = notification.params().meta().protocolVersion();
    headers.put(McpHeaders.PROTOCOL_VERSION, version == null ? "" : version);
    headers.put(McpHeaders.METHOD, notification.method());
    byte[] message = notification.whole().bytes(notification.data());
    work.after(
        NOW,
        () -> {
          if (link.post(new Ticket(), message, headers, Sessions.PATIENCE)
              instanceof GatewayLink.Answered answered) {
            answered.close();
          } else {
            notes.say("a message did not reach the gateway.");
          }
        });
  }

  private void ask(InFlight asked) {
    try {
      Frame.Request request = asked.request;
      boolean calls = request.method().equals(Methods.TOOLS_CALL);
      Attempt attempt = new Attempt(calls);
      post(asked, calls ? tools.headers(request) : Map.of(), attempt);
      if (attempt.refused) {
        asked.again();
        post(asked, tools.freshHeaders(request), new Attempt(false));
      }
    } finally {
      inFlight.remove(asked.key(), asked);
    }
  }

  private void post(InFlight asked, Map<String, String> paramHeaders, Attempt attempt) {
    Map<String, String> headers = new LinkedHashMap<>(HeaderRules.of(asked.request));
    headers.putAll(paramHeaders);
    delivery.deliver(
        asked, link.post(asked.ticket, asked.bytes(), headers, Duration.ZERO), attempt, null);
  }

  /** Learns from what comes by, and keeps back a refusal that another attempt may mend. */
  private final class Attempt implements Delivery.Eye {

    private final boolean mayBeRepeated;
    private boolean refused;

    Attempt(boolean mayBeRepeated) {
      this.mayBeRepeated = mayBeRepeated;
    }

    @Override
    public boolean passes(Frame frame) {
      switch (frame) {
        case Frame.Response response -> {
          refused = mayBeRepeated && response.errorCode() == JsonRpcError.HEADER_MISMATCH;
          if (response.tools() != null) {
            tools.learn(response);
          }
        }
        case Frame.Notification notification -> {
          if (notification.method().equals(Methods.TOOLS_LIST_CHANGED)) {
            tools.forget();
          }
        }
        case Frame.Request ignored -> {}
      }
      return !refused;
    }
  }
}
