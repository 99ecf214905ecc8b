package dev.sallyport.edge.http;

import dev.sallyport.edge.ErrorStatus;
import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.call.Approvals;
import dev.sallyport.edge.call.CallAnswers;
import dev.sallyport.edge.call.CallEnd;
import dev.sallyport.edge.call.CallFrame;
import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.call.ToolCallPipeline;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.dialect.Client;
import dev.sallyport.edge.dialect.Dialect;
import dev.sallyport.edge.http.FirstLook.Refusal;
import dev.sallyport.edge.list.CompiledList;
import dev.sallyport.edge.list.VisibleLists;
import dev.sallyport.edge.modelapi.CallForm;
import dev.sallyport.edge.modelapi.ResultText;
import dev.sallyport.edge.modelapi.ToolForm;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.secret.Secret;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Tools for programs that speak to a model themselves (features D1): {@code GET /v1/mcp/tools}
 * gives what goes into the model request, {@code POST /v1/mcp/tool/execute} runs a call that came
 * out of it. Errors are problem details (RFC 9457).
 */
@Singleton
class ModelApiRoutes {

  private static final String CALL_HEADER = "x-sallyport-call";
  private static final String APPROVAL_HEADER = "x-sallyport-approval";
  private static final String OUTCOME_HEADER = "x-sallyport-outcome";
  private static final String INPUT_REQUIRED = "input_required";

  /** For what was written of lists, of which many callers see the same. */
  private static final long WRITTEN_BYTES = 16L * 1024 * 1024;

  private static final byte[] NO_CAPABILITIES = {'{', '}'};

  private final Gate gate;
  private final FirstLook firstLook;
  private final VisibleLists lists;
  private final ToolCallPipeline pipeline;
  private final Vertx vertx;
  private final Limits limits;
  private final RecentlyUsed<Written, byte[]> written =
      new RecentlyUsed<>(WRITTEN_BYTES, json -> json.length);

  ModelApiRoutes(
      Gate gate,
      FirstLook firstLook,
      VisibleLists lists,
      ToolCallPipeline pipeline,
      Vertx vertx,
      HttpSettings settings) {
    this.gate = gate;
    this.firstLook = firstLook;
    this.lists = lists;
    this.pipeline = pipeline;
    this.vertx = vertx;
    this.limits = settings.limits();
  }

  void init(@Observes Router router) {
    route(router, "/v1/mcp/tools", firstLook::checkGet, this::tools);
    route(router, "/v1/mcp/tool/execute", firstLook::checkMessage, this::execute);
  }

  /** A list in a form; two lists are never equal. */
  private record Written(CompiledList list, ToolForm form) {}

  /** A request that was let in. */
  private record Asked(HttpServerRequest request, HttpReply reply, AccessProfile profile) {}

  private void route(
      Router router,
      String path,
      Function<HttpServerRequest, @Nullable Refusal> look,
      BiConsumer<Asked, String> serve) {
    router.route(path).order(McpRoutes.ORDER).handler(routing -> handle(routing, look, serve));
  }

  private void handle(
      RoutingContext routing,
      Function<HttpServerRequest, @Nullable Refusal> look,
      BiConsumer<Asked, String> serve) {
    HttpServerRequest request = routing.request();
    request.pause();
    HttpReply reply = new HttpReply(request, vertx.getOrCreateContext());
    Refusal refusal = look.apply(request);
    if (refusal != null) {
      refuse(request, reply, refusal);
      return;
    }
    String format = request.getParam("format", "");
    gate.pass(
        request,
        reply,
        new Gate.Behind() {
          @Override
          public void enter(AccessProfile profile, @Nullable Secret key) {
            serve.accept(new Asked(request, reply, profile), format);
          }

          @Override
          public void refuse(Refusal refused) {
            ModelApiRoutes.this.refuse(request, reply, refused);
          }
        });
  }

  private void tools(Asked asked, String format) {
    asked.request().resume();
    Optional<ToolForm> form = format.isEmpty() ? Optional.of(ToolForm.OPENAI) : ToolForm.of(format);
    if (form.isEmpty()) {
      problem(asked.reply(), invalid("\"format\" is openai, anthropic or mcp."));
      return;
    }
    asked
        .reply()
        .guarded(
            () -> {
              CompiledList list =
                  lists.current(ListKind.TOOLS, asked.profile(), null, Dialect.PLAIN);
              Written key = new Written(list, form.get());
              byte[] known = written.get(key);
              if (known == null) {
                known = write(list, form.get());
                written.put(key, known);
              }
              asked.reply().answer(200, HeapBytes.wrap(known));
            });
  }

  private static byte[] write(CompiledList list, ToolForm form) {
    JsonWriter json = new JsonWriter().beginObject().name("tools").beginArray();
    for (int page = 0; page < list.pageCount(); page++) {
      form.write(list.page(page), json);
    }
    return json.endArray().endObject().toBytes();
  }

  private void execute(Asked asked, String format) {
    Optional<CallForm> form = format.isEmpty() ? Optional.of(CallForm.CHAT) : CallForm.of(format);
    if (form.isEmpty()) {
      asked.request().resume();
      problem(asked.reply(), invalid("\"format\" is chat or responses."));
      return;
    }
    BodyReader.read(
        asked.request(),
        limits.maxBytes(),
        body ->
            asked
                .reply()
                .guarded(
                    () -> execute(asked, form.get(), Arrays.copyOf(body.data(), body.length()))),
        () -> refuse(asked.request(), asked.reply(), FirstLook.tooLarge(limits.maxBytes())));
  }

  private void execute(Asked asked, CallForm form, byte[] body) {
    switch (form.read(body)) {
      case CallForm.Wrong(String message) -> problem(asked.reply(), invalid(message));
      case CallForm.Call call -> {
        // A request of 2026-07-28, which it is from here on.
        switch (CallFrame.of(
            ProtocolVersion.LATEST,
            call.tool(),
            call.arguments(),
            NO_CAPABILITIES,
            CallFrame.Brought.NOTHING,
            limits)) {
          case ScanResult.Scanned(Frame.Request request) -> start(asked, form, call, request);
          case ScanResult.Scanned other -> problem(asked.reply(), Failure.of(ErrorCode.INTERNAL));
          case ScanResult.Malformed malformed ->
              problem(asked.reply(), invalid(malformed.message()));
        }
      }
    }
  }

  private void start(Asked asked, CallForm form, CallForm.Call call, Frame.Request frame) {
    HttpServerRequest request = asked.request();
    String agent = request.getHeader("User-Agent");
    RunningCall running =
        pipeline.start(
            new ToolCall(
                asked.profile(),
                ToolCall.Door.EXECUTE,
                null,
                ProtocolVersion.LATEST,
                frame,
                NO_CAPABILITIES,
                agent == null ? Client.UNNAMED : Client.withoutDialect(agent),
                null,
                "",
                null,
                null,
                Map.of(),
                null,
                ToolCall.Check.NONE),
            new Answer(asked.reply(), form, call.id()));
    if (running != null) {
      asked.reply().onGone(() -> running.cancel("the client closed the connection"));
    }
  }

  /** What comes of a call. Only its end is told: these APIs have no place for the rest. */
  private record Answer(HttpReply reply, CallForm form, String id) implements CallAnswers {

    @Override
    public void notification(Buffer frame) {}

    @Override
    public boolean serverRequest(RunningCall call, String serverRequestId, Buffer frame) {
      return false;
    }

    @Override
    public void stillRunning(long nowNanos) {}

    @Override
    public void end(CallEnd end) {
      reply.run(
          () -> {
            reply.header(CALL_HEADER, end.id().toString());
            switch (end) {
              case CallEnd.Answered(CallId call, Frame.Response frame) -> answered(frame);
              case CallEnd.Failed(CallId call, Failure failure) -> problem(reply, failure);
              case CallEnd.Waits(CallId call, Approvals.Pending approval, Failure failure) ->
                  waits(approval, failure);
              case CallEnd.Cancelled(CallId call) ->
                  problem(reply, Failure.of(ErrorCode.CANCELLED));
            }
          });
    }

    /** A tool's failure is the model's to see, as its success is. */
    private void answered(Frame.Response frame) {
      Span result = frame.result();
      if (result == null) {
        JsonObject error = JsonObject.at(frame.data(), frame.error());
        String message = error == null ? null : error.string("message");
        told("protocol_error", "Error " + frame.errorCode() + ": " + message);
      } else if (INPUT_REQUIRED.equals(frame.resultType())) {
        problem(reply, Failure.of(ErrorCode.UPSTREAM_NEEDS_INPUT));
      } else {
        told(frame.resultIsError() ? "tool_error" : "ok", ResultText.of(frame.data(), result));
      }
    }

    /** Refused for now; which approval has to be given is said where a program finds it. */
    private void waits(Approvals.Pending approval, Failure failure) {
      reply.header(APPROVAL_HEADER, approval.id());
      retryAfter(reply, failure);
      problem(
          reply,
          ErrorStatus.of(failure.code()),
          failure.code(),
          failure.message(),
          json ->
              json.member("approvalId", approval.id())
                  .member("expiresAt", approval.expiresAt().toString()));
    }

    private void told(String outcome, String text) {
      reply.header(OUTCOME_HEADER, outcome);
      reply.answer(200, Buffer.buffer(form.answer(id, text)));
    }
  }

  private static Failure invalid(String message) {
    return Failure.of(ErrorCode.INVALID_PARAMS, message);
  }

  private void refuse(HttpServerRequest request, HttpReply reply, Refusal refusal) {
    gate.refuse(
        request,
        reply,
        refusal,
        why -> problem(reply, why.status(), code(why.status()), why.message()));
  }

  private static ErrorCode code(int status) {
    return switch (status) {
      case 401 -> ErrorCode.UNAUTHENTICATED;
      case 403 -> ErrorCode.FORBIDDEN;
      case 405 -> ErrorCode.UNKNOWN_METHOD;
      case 413 -> ErrorCode.FRAME_TOO_LARGE;
      case 503 -> ErrorCode.POLICY_UNAVAILABLE;
      default -> ErrorCode.INVALID_PARAMS;
    };
  }

  private static void problem(HttpReply reply, Failure failure) {
    retryAfter(reply, failure);
    problem(reply, ErrorStatus.of(failure.code()), failure.code(), failure.message());
  }

  private static void retryAfter(HttpReply reply, Failure failure) {
    if (failure.retryAfter() != null) {
      reply.header("Retry-After", ErrorStatus.seconds(failure.retryAfter()));
    }
  }

  private static void problem(HttpReply reply, int status, ErrorCode code, String detail) {
    problem(reply, status, code, detail, json -> json);
  }

  private static void problem(
      HttpReply reply, int status, ErrorCode code, String detail, UnaryOperator<JsonWriter> more) {
    JsonWriter json =
        new JsonWriter()
            .beginObject()
            .member("type", ErrorStatus.type(code))
            .member("title", code.message())
            .member("status", status)
            .member("detail", detail)
            .member("code", code.wireName());
    reply.answer(status, MediaTypes.PROBLEM, Buffer.buffer(more.apply(json).endObject().toBytes()));
  }
}
