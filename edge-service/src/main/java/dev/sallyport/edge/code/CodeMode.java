package dev.sallyport.edge.code;

import dev.sallyport.codemode.CodeCatalogue;
import dev.sallyport.codemode.MetaTools;
import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.OwnTools;
import dev.sallyport.edge.call.RequestStates;
import dev.sallyport.edge.call.Resumption;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.Target;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.CodeTools;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.http.HttpSettings;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import dev.sallyport.edge.peer.SandboxPeer;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.proto.executor.v1.Cancelled;
import dev.sallyport.proto.executor.v1.Completed;
import dev.sallyport.proto.executor.v1.End;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The four meta tools (features E1). */
@Singleton
class CodeMode implements OwnTools {

  private static final Logger LOG = Logger.getLogger(CodeMode.class);

  /** A run that was taken is free again so long after it must have ended. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final ScriptedTools tools;
  private final Catalogues catalogues;
  private final SandboxPeer sandbox;
  private final Journals journals;
  private final Results results;
  private final RequestStates states;
  private final CodeSettings settings;
  private final Limits frameLimits;
  private final Vertx vertx;
  private final ServerEntry server;

  CodeMode(
      ScriptedTools tools,
      Catalogues catalogues,
      SandboxPeer sandbox,
      Journals journals,
      Results results,
      RequestStates states,
      CodeSettings settings,
      HttpSettings http,
      Vertx vertx) {
    this.tools = tools;
    this.catalogues = catalogues;
    this.sandbox = sandbox;
    this.journals = journals;
    this.results = results;
    this.states = states;
    this.settings = settings;
    this.frameLimits = http.limits();
    this.vertx = vertx;
    this.server = CodeTools.server(settings.maxTime());
  }

  @Override
  public @Nullable Target find(ToolCall call) {
    if (call.server() != null) {
      return null;
    }
    if (call.isToolCall()) {
      ToolEntry tool = CodeTools.entry(call.name());
      return tool != null && tools.any(call.profile()) ? Target.of(tool) : null;
    }
    return call.frame().method().equals(Methods.RESOURCES_READ)
            && ResultUri.parse(call.name()) != null
            && tools.any(call.profile())
        ? Target.ofServer(CodeTools.SERVER, call.name(), call.name())
        : null;
  }

  @Override
  public ServerEntry server() {
    return server;
  }

  SandboxPeer sandbox() {
    return sandbox;
  }

  CodeSettings settings() {
    return settings;
  }

  Results results() {
    return results;
  }

  RequestStates states() {
    return states;
  }

  Limits frameLimits() {
    return frameLimits;
  }

  /** Whether a call of the tool may be made again that may have been made. */
  boolean isRepeatable(AccessProfile profile, String serverName, String toolName) {
    ServerEntry of = catalogues.current(profile.tenant()).server(serverName);
    ToolEntry tool = of == null ? null : of.tool(toolName);
    return tool != null && tool.repeatable();
  }

  @Override
  public Exchange open(RunningCall call, Answers answers, Nested pipeline) {
    Opened opened = new Opened(answers);
    Context loop = vertx.getOrCreateContext();
    ResultUri uri = call.call().isToolCall() ? null : ResultUri.parse(call.call().name());
    if (uri != null) {
      read(call.call(), uri, opened);
      return opened;
    }
    Scripted known = tools.made(call.call().profile());
    if (known != null) {
      loop.runOnContext(ignored -> run(call, answers, pipeline, known, opened, loop));
      return opened;
    }
    // Whoever is the first to see these tools waits until their texts are made.
    Future<Scripted> scripted = vertx.executeBlocking(() -> tools.of(call.call().profile()), false);
    scripted.onComplete(
        made ->
            loop.runOnContext(
                ignored -> {
                  if (made.failed()) {
                    LOG.errorf(made.cause(), "what scripts can call could not be listed");
                    opened.fail(Failure.of(ErrorCode.INTERNAL));
                  } else {
                    run(call, answers, pipeline, made.result(), opened, loop);
                  }
                }));
    return opened;
  }

  /** A result that was too long for an answer. */
  private void read(ToolCall call, ResultUri uri, Opened opened) {
    results
        .get(call.profile().tenant(), call.profile().keyId(), uri.id())
        .onComplete(
            found -> {
              if (found.failed()) {
                LOG.debugf(found.cause(), "results cannot be reached");
                opened.fail(Failure.of(ErrorCode.SANDBOX_UNAVAILABLE));
              } else if (found.result().isEmpty()) {
                opened.fail(
                    Failure.of(ErrorCode.UNKNOWN_RESOURCE, "Resource not found: " + call.name()));
              } else {
                String whole = new String(found.result().get(), StandardCharsets.UTF_8);
                int most = (int) settings.maxResult().asLongValue();
                opened.answer(
                    call.frame(),
                    new JsonWriter()
                        .beginObject()
                        .name("contents")
                        .beginArray()
                        .beginObject()
                        .member("uri", call.name())
                        .member("mimeType", "application/json")
                        .member("text", uri.of(whole, most))
                        .endObject()
                        .endArray()
                        .member("ttlMs", 0)
                        .member("cacheScope", "private")
                        .endObject()
                        .toBytes(),
                    false);
              }
            });
  }

  /** What is being opened: what is said to it meanwhile is not lost. */
  private static final class Opened implements Exchange {

    private final Answers answers;
    private @Nullable Exchange run;
    private @Nullable String cancelled;
    private boolean ended;

    Opened(Answers answers) {
      this.answers = answers;
    }

    /** False when it was cancelled, and has ended. */
    boolean begin() {
      boolean over;
      synchronized (this) {
        over = cancelled != null || ended;
      }
      if (over) {
        end(End.newBuilder().setCancelled(Cancelled.getDefaultInstance()).build());
      }
      return !over;
    }

    void is(Exchange opened) {
      String reason;
      synchronized (this) {
        run = opened;
        reason = cancelled;
      }
      if (reason != null) {
        opened.cancel(reason);
      }
    }

    void fail(Failure failure) {
      end(End.newBuilder().setFailed(GrpcErrors.toProto(failure)).build());
    }

    void answer(Frame.Request request, byte[] result, boolean isError) {
      if (begin()) {
        answers.response(
            HeapBytes.wrap(FrameBytes.result(request.id().bytes(request.data()), result)));
        end(
            End.newBuilder()
                .setCompleted(Completed.newBuilder().setResultIsError(isError))
                .build());
      }
    }

    private void end(End end) {
      synchronized (this) {
        if (ended) {
          return;
        }
        ended = true;
      }
      answers.end(end);
    }

    @Override
    public void respond(String serverRequestId, Buffer frame) {
      Exchange open;
      synchronized (this) {
        open = run;
      }
      if (open != null) {
        open.respond(serverRequestId, frame);
      }
    }

    @Override
    public void cancel(String reason) {
      Exchange open;
      synchronized (this) {
        cancelled = reason;
        open = run;
      }
      if (open != null) {
        open.cancel(reason);
      }
    }
  }

  private void run(
      RunningCall call,
      Answers answers,
      Nested pipeline,
      Scripted scripted,
      Opened opened,
      Context loop) {
    Frame.Request request = call.call().frame();
    JsonObject arguments = JsonObject.at(request.data(), request.params().arguments());
    CodeCatalogue catalogue = scripted.catalogue();
    String name = call.call().name();
    if (name.equals(MetaTools.LIST_TOOL_FILES.name())) {
      String query = text(arguments, "query");
      boolean all = query == null || query.isBlank();
      int most = all ? settings.listingTokens() : settings.searchTokens();
      text(opened, request, catalogue.listFiles(query, most), false);
    } else if (name.equals(MetaTools.READ_TOOL_FILE.name())) {
      String file = text(arguments, "fileName");
      switch (catalogue.read(
          file == null ? "" : file, line(arguments, "startLine"), line(arguments, "endLine"))) {
        case CodeCatalogue.FileText.Found found -> text(opened, request, found.text(), false);
        case CodeCatalogue.FileText.Missing(String message) -> text(opened, request, message, true);
      }
    } else if (name.equals(MetaTools.GET_TOOL_DOCS.name())) {
      String of = text(arguments, "server");
      String tool = text(arguments, "tool");
      switch (catalogue.docs(of == null ? "" : of, tool == null ? "" : tool)) {
        case CodeCatalogue.Docs.Found(String text) -> text(opened, request, text, false);
        case CodeCatalogue.Docs.Missing(String message) -> text(opened, request, message, true);
      }
    } else {
      String script = text(arguments, "code");
      boolean dry = arguments != null && arguments.isTrue("dryRun");
      if (script == null) {
        text(opened, request, "\"code\" is needed: the script, a string.", true);
      } else {
        execute(call, answers, pipeline, scripted, Script.of(script, dry), opened, loop);
      }
    }
  }

  private static void text(Opened opened, Frame.Request request, String text, boolean isError) {
    opened.answer(request, FrameBytes.textResult(text, isError, false), isError);
  }

  private static @Nullable String text(@Nullable JsonObject arguments, String name) {
    return arguments == null ? null : arguments.string(name);
  }

  /** 0 where it is not said. */
  private static int line(@Nullable JsonObject arguments, String name) {
    OptionalLong line = arguments == null ? OptionalLong.empty() : arguments.integer(name);
    return (int) Math.clamp(line.orElse(0), 0, Integer.MAX_VALUE);
  }

  private void execute(
      RunningCall call,
      Answers answers,
      Nested pipeline,
      Scripted scripted,
      Script script,
      Opened opened,
      Context loop) {
    Frame.Request request = call.call().frame();
    if (script.text().size() > settings.maxScript().asLongValue()) {
      text(
          opened,
          request,
          "The script has "
              + script.text().size()
              + " bytes; at most "
              + settings.maxScript().asLongValue()
              + " are allowed.",
          true);
      return;
    }
    String tenant = call.call().profile().tenant();
    String caller = call.call().profile().keyId();
    Future<Optional<String>> waits =
        script.dry()
            ? Future.succeededFuture(Optional.empty())
            : call.call().resumption() instanceof Resumption.Stateless(var id, int legs, var state)
                ? Future.succeededFuture(
                    Optional.ofNullable(
                        JsonText.string(state.toByteArray(), new Span(0, state.size()))))
                : journals.waiting(
                    tenant, caller, HexFormat.of().formatHex(script.digest().toByteArray()));
    waits
        .compose(run -> journal(new Journals.Of(tenant, caller, run.orElse("")), script, call))
        .onComplete(
            found ->
                loop.runOnContext(
                    ignored -> {
                      if (found.failed()) {
                        opened.fail(notTaken(found.cause()));
                      } else if (opened.begin()) {
                        ScriptRun run =
                            new ScriptRun(
                                this,
                                call,
                                answers,
                                pipeline,
                                scripted,
                                script,
                                found.result(),
                                loop);
                        opened.is(run);
                        run.start();
                      }
                    }));
  }

  /** The journal of the run that waits, or of a new one where none does. */
  private Future<RunJournal> journal(Journals.Of of, Script script, RunningCall call) {
    boolean goesOn = call.call().resumption() != null;
    if (of.run().isEmpty()) {
      return goesOn
          ? Future.failedFuture(new Over())
          : Future.succeededFuture(fresh(of, script, call));
    }
    return journals
        .take(of, settings.maxTime().plus(MARGIN))
        .compose(
            kept -> {
              if (kept.isPresent() && kept.get().head().getScriptDigest().equals(script.digest())) {
                return Future.succeededFuture(RunJournal.taken(journals, settings, of, kept.get()));
              }
              return goesOn
                  ? Future.failedFuture(new Over())
                  : Future.succeededFuture(fresh(of, script, call));
            });
  }

  private RunJournal fresh(Journals.Of of, Script script, RunningCall call) {
    return RunJournal.fresh(
        journals,
        settings,
        new Journals.Of(of.tenant(), of.caller(), call.id().toString()),
        script,
        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
  }

  private static Failure notTaken(Throwable cause) {
    return switch (cause) {
      case Over over ->
          Failure.of(
              ErrorCode.SCRIPT_FAILED,
              "The run that this would go on with has ended or waited too long; run the script"
                  + " again from the start.");
      case Journals.StillRuns still ->
          new Failure(
              ErrorCode.CONFLICT,
              "The run goes on already; ask again when it has ended.",
              Duration.ofSeconds(5));
      default -> {
        LOG.debugf(cause, "journals cannot be reached");
        yield Failure.of(ErrorCode.SANDBOX_UNAVAILABLE);
      }
    };
  }

  /** There is no such run any more. */
  private static final class Over extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Over() {
      super("the run is over", null, false, false);
    }
  }
}
