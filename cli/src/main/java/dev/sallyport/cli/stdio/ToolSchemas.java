package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ListedTool;
import dev.sallyport.mcp.frame.Meta;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.frame.ToolListScanner;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.HeaderRules;
import dev.sallyport.mcp.protocol.MetaKeys;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ParamHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which arguments of which tool are mirrored in headers (2026-07-28 streamable-http, "Custom
 * Headers from Tool Parameters"), learned from every list that comes by, and from lists of the
 * bridge's own where a call comes first. Any thread.
 */
final class ToolSchemas {

  private static final int MOST_PAGES = 1_000;

  private final GatewayLink link;
  private final Notes notes;
  private final ReentrantLock listing = new ReentrantLock();
  private final AtomicLong ids = new AtomicLong();

  /** A new map for each change, so that reading needs no lock. */
  private volatile Map<String, ParamHeaders> known = Map.of();

  ToolSchemas(GatewayLink link, Notes notes) {
    this.link = link;
    this.notes = notes;
  }

  /** The headers that the call's arguments give; asks for the tools if it must. */
  Map<String, String> headers(Frame.Request call) {
    String name = call.params().name();
    if (name == null) {
      return Map.of();
    }
    ParamHeaders headers = known.get(name);
    if (headers == null) {
      listing.lock();
      try {
        // Somebody else may have asked in the meantime.
        headers = known.get(name);
        if (headers == null) {
          list(call);
          headers = known.get(name);
        }
      } finally {
        listing.unlock();
      }
    }
    // A tool that is not listed is called all the same: to refuse it is for the gateway.
    return headers == null ? Map.of() : headers.headers(call.data(), call.params().arguments());
  }

  /** The same, after the gateway said that what is known is outdated. */
  Map<String, String> freshHeaders(Frame.Request call) {
    forget();
    return headers(call);
  }

  /** What is known holds no longer. */
  void forget() {
    known = Map.of();
  }

  /** Learns from a page of tools; returns where the next begins, null at the end. */
  @Nullable Span learn(Frame.Response response) {
    Span result = response.result();
    ToolListScanner.Page page =
        result == null ? null : ToolListScanner.scan(response.data(), result);
    if (page == null) {
      return null;
    }
    synchronized (this) {
      Map<String, ParamHeaders> all = new HashMap<>(known);
      for (ListedTool.Valid tool : page.valid()) {
        all.put(tool.name(), headers(response.data(), tool));
      }
      known = all;
    }
    return page.nextCursor();
  }

  private ParamHeaders headers(byte[] data, ListedTool.Valid tool) {
    return switch (ParamHeaders.of(data, tool.definition())) {
      case ParamHeaders.Usable(ParamHeaders headers) -> headers;
      case ParamHeaders.Invalid(String reason) -> {
        notes.say(
            "the tool " + tool.nameSpan().text(data) + " is called without headers. " + reason);
        yield ParamHeaders.NONE;
      }
    };
  }

  private void list(Frame.Request call) {
    byte[] cursor = null;
    for (int page = 0; page < MOST_PAGES; page++) {
      byte[] message = question(call, cursor);
      if (!(FrameScanner.scan(message) instanceof ScanResult.Scanned(Frame.Request request))
          || !(Delivery.own(
                  link.post(new Ticket(), message, HeaderRules.of(request), Sessions.PATIENCE))
              instanceof OwnAnswer.Result answer)) {
        return;
      }
      Span next = learn(answer.response());
      if (next == null) {
        return;
      }
      cursor = next.bytes(answer.response().data());
    }
  }

  /** A {@code tools/list} in the name of the client, with what the call says of it. */
  private byte[] question(Frame.Request call, byte @Nullable [] cursor) {
    Meta meta = call.params().meta();
    JsonWriter params = new JsonWriter().beginObject();
    if (cursor != null) {
      params.member("cursor", cursor);
    }
    params.name("_meta").beginObject();
    copy(params, MetaKeys.PROTOCOL_VERSION, call.data(), meta.protocolVersionSpan());
    copy(params, MetaKeys.CLIENT_INFO, call.data(), meta.clientInfo());
    copy(params, MetaKeys.CLIENT_CAPABILITIES, call.data(), meta.clientCapabilities());
    return FrameBytes.request(
        JsonText.quote("sallyport-stdio-" + ids.incrementAndGet()),
        Methods.TOOLS_LIST,
        params.endObject().endObject().toBytes());
  }

  private static void copy(JsonWriter into, String name, byte[] data, @Nullable Span value) {
    if (value != null) {
      into.name(name).raw(data, value);
    }
  }
}
