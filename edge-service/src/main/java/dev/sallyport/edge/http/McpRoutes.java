package dev.sallyport.edge.http;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.AttachedGroup;
import dev.sallyport.edge.http.FirstLook.Refusal;
import dev.sallyport.edge.list.VisibleLists;
import dev.sallyport.edge.mcp.EraSelector;
import dev.sallyport.edge.mcp.ErrorAnswer;
import dev.sallyport.edge.mcp.McpRequest;
import dev.sallyport.edge.mcp.ResponseFrame;
import dev.sallyport.edge.mcp.legacy.SseConnections;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.secret.Secret;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.McpHeaders;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@code /mcp}, {@code /mcp/servers/{name}} and {@code /mcp/groups/{slug}}. */
@Singleton
class McpRoutes {

  /** Before Quarkus' own body limit, after its access log and CORS. */
  static final int ORDER = -50;

  private final Gate gate;
  private final EraSelector eras;
  private final SseConnections connections;
  private final VisibleLists tools;
  private final FirstLook firstLook;
  private final Vertx vertx;
  private final Limits limits;

  McpRoutes(
      Gate gate,
      EraSelector eras,
      SseConnections connections,
      VisibleLists tools,
      FirstLook firstLook,
      Vertx vertx,
      HttpSettings settings) {
    this.gate = gate;
    this.eras = eras;
    this.connections = connections;
    this.tools = tools;
    this.firstLook = firstLook;
    this.vertx = vertx;
    this.limits = settings.limits();
  }

  void init(@Observes Router router) {
    gate.check();
    route(router, "/mcp", Wire.STREAMABLE);
    route(router, "/mcp/servers/:server", Wire.STREAMABLE);
    route(router, "/mcp/groups/:group", Wire.STREAMABLE);
    route(router, "/sse", Wire.SSE_STREAM);
    route(router, "/sse/message", Wire.SSE_MESSAGE);
    route(router, "/sse/servers/:server", Wire.SSE_STREAM);
    route(router, "/sse/servers/:server/message", Wire.SSE_MESSAGE);
    route(router, "/sse/groups/:group", Wire.SSE_STREAM);
    route(router, "/sse/groups/:group/message", Wire.SSE_MESSAGE);
  }

  private void route(Router router, String path, Wire wire) {
    router
        .route(path)
        .order(ORDER)
        .handler(
            routing ->
                handle(
                    routing,
                    new Place(wire, routing.pathParam("server"), routing.pathParam("group"))));
  }

  /** How messages travel at an endpoint. */
  private enum Wire {
    /** Streamable HTTP, both eras. */
    STREAMABLE,
    /** HTTP+SSE of 2024-11-05: the stream. */
    SSE_STREAM,
    /** HTTP+SSE: where its messages are sent to. */
    SSE_MESSAGE
  }

  /**
   * An endpoint.
   *
   * @param server null for the aggregate one and those of groups
   * @param group null for the others
   */
  private record Place(Wire wire, @Nullable String server, @Nullable String group) {}

  private void handle(RoutingContext routing, Place place) {
    HttpServerRequest request = routing.request();
    request.pause();
    HttpReply reply = new HttpReply(request, vertx.getOrCreateContext());
    Refusal refusal =
        switch (place.wire()) {
          case STREAMABLE -> firstLook.check(request);
          case SSE_STREAM -> firstLook.checkStream(request);
          case SSE_MESSAGE -> firstLook.checkMessage(request);
        };
    if (refusal != null) {
      refuse(request, reply, refusal);
      return;
    }
    gate.pass(
        request,
        reply,
        new Gate.Behind() {
          @Override
          public void enter(AccessProfile profile, @Nullable Secret key) {
            AccessProfile here = at(place, profile);
            if (here == null) {
              refuse(
                  new Refusal(
                      404, ErrorAnswer.UNKNOWN_ENDPOINT, ErrorCode.UNKNOWN_SERVER.message(), null));
            } else {
              proceed(request, reply, here, key, place);
            }
          }

          @Override
          public void refuse(Refusal refused) {
            McpRoutes.this.refuse(request, reply, refused);
          }
        });
  }

  /**
   * What a caller may use at an endpoint; null when there is no such endpoint for it. Unknown and
   * not allowed are the same.
   */
  private @Nullable AccessProfile at(Place place, AccessProfile profile) {
    if (place.group() != null) {
      AttachedGroup group = profile.group(place.group());
      return group == null ? null : profile.narrowed(group);
    }
    return place.server() == null || tools.isVisible(profile, place.server()) ? profile : null;
  }

  private void proceed(
      HttpServerRequest request,
      HttpReply reply,
      AccessProfile profile,
      @Nullable Secret key,
      Place place) {
    McpRequest mcp =
        new McpRequest(
            profile,
            key,
            place.server(),
            name -> request.headers().getAll(name),
            paramHeaders(request),
            reply);
    switch (place.wire()) {
      case STREAMABLE -> streamable(request, reply, mcp);
      case SSE_STREAM -> {
        request.resume();
        reply.guarded(() -> connections.open(mcp, request.path() + "/message"));
      }
      case SSE_MESSAGE ->
          BodyReader.read(
              request,
              limits.maxBytes(),
              body -> reply.guarded(() -> post(request, mcp, body)),
              () -> refuse(request, reply, FirstLook.tooLarge(limits.maxBytes())));
    }
  }

  /** HTTP+SSE: the answer to what is posted comes on the stream. */
  private void post(HttpServerRequest request, McpRequest mcp, BodyReader.Body body) {
    connections
        .post(mcp, request.getParam("connection"), Arrays.copyOf(body.data(), body.length()))
        .onComplete(
            done ->
                mcp.reply().run(() -> mcp.reply().empty(done.succeeded() ? done.result() : 503)));
  }

  private void streamable(HttpServerRequest request, HttpReply reply, McpRequest mcp) {
    HttpMethod method = request.method();
    if (method.equals(HttpMethod.POST)) {
      BodyReader.read(
          request,
          limits.maxBytes(),
          body -> reply.guarded(() -> scan(mcp, body)),
          () -> refuse(request, reply, FirstLook.tooLarge(limits.maxBytes())));
      return;
    }
    request.resume();
    if (method.equals(HttpMethod.GET)) {
      reply.guarded(() -> eras.listen(mcp));
    } else {
      reply.guarded(() -> eras.end(mcp));
    }
  }

  private static Map<String, String> paramHeaders(HttpServerRequest request) {
    Map<String, String> found = null;
    for (Map.Entry<String, String> header : request.headers()) {
      String name = header.getKey();
      if (name.regionMatches(
          true, 0, McpHeaders.PARAM_PREFIX, 0, McpHeaders.PARAM_PREFIX.length())) {
        found = found == null ? new HashMap<>() : found;
        found.put(name.toLowerCase(Locale.ROOT), header.getValue());
      }
    }
    return found == null ? Map.of() : found;
  }

  private void scan(McpRequest request, BodyReader.Body body) {
    switch (FrameScanner.scan(body.data(), 0, body.length(), limits)) {
      case ScanResult.Scanned scanned -> eras.handle(request, scanned.frame());
      case ScanResult.Malformed malformed -> {
        Span id = malformed.id();
        request
            .reply()
            .answer(
                malformed.reason() == ScanResult.Reason.TOO_LARGE ? 413 : 400,
                ResponseFrame.error(
                    id == null ? null : id.bytes(body.data()),
                    malformed.code(),
                    malformed.message(),
                    null));
      }
    }
  }

  private void refuse(HttpServerRequest request, HttpReply reply, Refusal refusal) {
    gate.refuse(
        request,
        reply,
        refusal,
        why ->
            reply.answer(
                why.status(), ResponseFrame.error((byte[]) null, why.code(), why.message(), null)));
  }
}
