package dev.sallyport.executor.exchange;

import dev.sallyport.executor.upstream.ClientSide;
import dev.sallyport.executor.upstream.Dialect;
import dev.sallyport.executor.upstream.Outgoing;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.frame.Subject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.ParamHeaders;
import dev.sallyport.proto.common.v1.Era;
import dev.sallyport.proto.executor.v1.Open;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The declared edits of a request on its way to an upstream: id, name, progress token, {@code
 * _meta}. Everything else is the client's, byte for byte.
 */
final class RequestSplice {

  /** Never taken from a caller: they are the connection's own or belong to one hop. */
  private static final Set<String> NEVER_FORWARDED =
      Set.of(
          "accept",
          "accept-encoding",
          "authorization",
          "connection",
          "content-length",
          "content-type",
          "cookie",
          "expect",
          "host",
          "keep-alive",
          "last-event-id",
          "mcp-method",
          "mcp-name",
          "mcp-protocol-version",
          "mcp-session-id",
          "origin",
          "proxy-authorization",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "x-api-key",
          "x-sallyport-key",
          "x-sallyport-admin-key");

  private RequestSplice() {}

  /**
   * What a further attempt brings that the client's frame does not have (2026-07-28 patterns/mrtr):
   * answers to questions that a legacy client was asked one by one.
   *
   * @param inputResponses JSON object; null where there were no questions
   * @param requestState as the upstream gave it, a JSON string; null for none
   */
  record Input(byte @Nullable [] inputResponses, byte @Nullable [] requestState) {}

  static Outgoing of(
      Frame.Request request,
      Open header,
      long id,
      Dialect dialect,
      ParamHeaders mirrored,
      @Nullable Input input,
      @Nullable String traceparent,
      @Nullable String tracestate) {
    byte[] number = Long.toString(id).getBytes(StandardCharsets.US_ASCII);
    FrameEdit edit = FrameEdit.of(request).replace(request.id(), number);
    Span name = Subject.of(request);
    String upstreamName =
        name == null || !Subject.isMirrored(request.method()) ? null : header.getUpstreamName();
    if (name != null && !header.getUpstreamName().equals(header.getFrameName())) {
      edit.replace(name, JsonText.quote(header.getUpstreamName()));
    }
    Span token = request.params().meta().progressToken();
    if (token != null) {
      edit.replace(token, number);
    }
    state(edit, request, header, input);
    dialect.adapt(
        edit, request, header.getLogLevel(), capabilities(header), traceparent, tracestate);
    return new Outgoing(
        edit.apply(),
        request.method(),
        upstreamName,
        headers(request, header.getForwardedHeadersMap(), mirrored));
  }

  /** A modern client's own; of a legacy one only what a modern server can ask for. */
  private static byte[] capabilities(Open header) {
    byte[] declared = header.getClientCapabilities().toByteArray();
    return header.getClientEra() == Era.ERA_MODERN ? declared : ClientSide.relayed(declared);
  }

  /** The upstream's own request state goes where the client's sealed one stands, or comes off. */
  private static void state(
      FrameEdit edit, Frame.Request request, Open header, @Nullable Input input) {
    Span params = request.params().span();
    if (params == null) {
      return;
    }
    Span state = request.params().requestState();
    if (input != null) {
      if (input.inputResponses() != null) {
        edit.setMember(params, "inputResponses", input.inputResponses());
      }
      if (input.requestState() != null) {
        edit.setMember(params, "requestState", input.requestState());
      }
    } else if (state != null && !header.getRequestState().isEmpty()) {
      edit.replace(state, header.getRequestState().toByteArray());
    } else if (state != null) {
      edit.removeMember(params, "requestState");
    }
  }

  /** What is mirrored here counts; what the client mirrored for another name does not. */
  private static Map<String, String> headers(
      Frame.Request request, Map<String, String> fromClient, ParamHeaders mirrored) {
    Map<String, String> forwarded = forwarded(fromClient);
    if (mirrored.isEmpty()) {
      return forwarded;
    }
    Map<String, String> all = new HashMap<>(forwarded);
    all.putAll(mirrored.headers(request.data(), request.params().arguments()));
    return all;
  }

  private static Map<String, String> forwarded(Map<String, String> headers) {
    if (headers.isEmpty()) {
      return Map.of();
    }
    Map<String, String> kept = new HashMap<>();
    headers.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          boolean clean = value.chars().allMatch(c -> c >= 0x20 && c < 0x7f || c == '\t');
          if (!NEVER_FORWARDED.contains(lower) && clean && lower.matches("[a-z0-9_.-]{1,128}")) {
            kept.put(lower, value);
          }
        });
    return kept;
  }
}
