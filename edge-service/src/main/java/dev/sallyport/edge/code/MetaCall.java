package dev.sallyport.edge.code;

import dev.sallyport.codemode.CodeCatalogue;
import dev.sallyport.codemode.MetaTools;
import dev.sallyport.edge.call.OwnTools.Nested;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.proto.executor.v1.End;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * One call of a meta tool, or of what a script has left to be read. It answers by itself or becomes
 * a run; what is said to it before it is one is not lost.
 */
final class MetaCall implements Exchange {

  private static final Logger LOG = Logger.getLogger(MetaCall.class);

  private final CodeMode code;
  private final RunningCall call;
  private final Answers answers;
  private final Nested pipeline;
  private final Context loop;

  private @Nullable Exchange run;
  private @Nullable String cancelled;
  private boolean ended;

  MetaCall(CodeMode code, RunningCall call, Answers answers, Nested pipeline, Context loop) {
    this.code = code;
    this.call = call;
    this.answers = answers;
    this.pipeline = pipeline;
    this.loop = loop;
  }

  // ---- what is asked for

  /** A result that was too long for an answer. */
  void read(ResultUri uri) {
    ToolCall asked = call.call();
    code.results()
        .get(asked.profile().tenant(), asked.profile().keyId(), uri.id())
        .onSuccess(found -> read(uri, found.orElse(null)))
        .onFailure(
            e -> {
              LOG.debugf(e, "results cannot be reached");
              fail(Failure.of(ErrorCode.SANDBOX_UNAVAILABLE));
            });
  }

  private void read(ResultUri uri, byte @Nullable [] json) {
    String name = call.call().name();
    if (json == null) {
      fail(Failure.of(ErrorCode.UNKNOWN_RESOURCE, "Resource not found: " + name));
      return;
    }
    int most = (int) code.settings().maxResult().asLongValue();
    answer(
        new JsonWriter()
            .beginObject()
            .name("contents")
            .beginArray()
            .beginObject()
            .member("uri", name)
            .member("mimeType", "application/json")
            .member("text", uri.of(new String(json, StandardCharsets.UTF_8), most))
            .endObject()
            .endArray()
            .member("ttlMs", 0)
            .member("cacheScope", "private")
            .endObject()
            .toBytes(),
        false);
  }

  /** Goes on on the loop of the call. */
  void start(Scripted scripted) {
    loop.runOnContext(ignored -> answer(scripted));
  }

  private void answer(Scripted scripted) {
    Frame.Request request = call.call().frame();
    JsonObject arguments = JsonObject.at(request.data(), request.params().arguments());
    CodeCatalogue catalogue = scripted.catalogue();
    String name = call.call().name();
    if (name.equals(MetaTools.LIST_TOOL_FILES.name())) {
      String query = text(arguments, "query");
      CodeSettings settings = code.settings();
      text(
          catalogue.listFiles(
              query, query.isBlank() ? settings.listingTokens() : settings.searchTokens()),
          false);
    } else if (name.equals(MetaTools.READ_TOOL_FILE.name())) {
      switch (catalogue.read(
          text(arguments, "fileName"), line(arguments, "startLine"), line(arguments, "endLine"))) {
        case CodeCatalogue.FileText.Found found -> text(found.text(), false);
        case CodeCatalogue.FileText.Missing(String message) -> text(message, true);
      }
    } else if (name.equals(MetaTools.GET_TOOL_DOCS.name())) {
      switch (catalogue.docs(text(arguments, "server"), text(arguments, "tool"))) {
        case CodeCatalogue.Docs.Found(String text) -> text(text, false);
        case CodeCatalogue.Docs.Missing(String message) -> text(message, true);
      }
    } else {
      execute(scripted, arguments);
    }
  }

  private void text(String text, boolean isError) {
    answer(FrameBytes.textResult(text, isError, false), isError);
  }

  /** Empty where it is not said. */
  private static String text(@Nullable JsonObject arguments, String name) {
    String said = arguments == null ? null : arguments.string(name);
    return said == null ? "" : said;
  }

  /** 0 where it is not said. */
  private static int line(@Nullable JsonObject arguments, String name) {
    OptionalLong line = arguments == null ? OptionalLong.empty() : arguments.integer(name);
    return (int) Math.clamp(line.orElse(0), 0, Integer.MAX_VALUE);
  }

  private void execute(Scripted scripted, @Nullable JsonObject arguments) {
    String text = arguments == null ? null : arguments.string("code");
    if (arguments == null || text == null) {
      text("\"code\" is needed: the script, a string.", true);
      return;
    }
    Script script = Script.of(text, arguments.isTrue("dryRun"));
    long most = code.settings().maxScript().asLongValue();
    if (script.text().size() > most) {
      text(
          "The script has " + script.text().size() + " bytes; at most " + most + " are allowed.",
          true);
      return;
    }
    code.journals()
        .of(call, script)
        .onComplete(
            found ->
                loop.runOnContext(
                    ignored -> {
                      if (found.failed()) {
                        fail(RunJournals.refusal(found.cause()));
                      } else {
                        execute(scripted, script, found.result());
                      }
                    }));
  }

  private void execute(Scripted scripted, Script script, RunJournal journal) {
    if (isOver()) {
      // It was cancelled before anything ran.
      journal.release();
    } else {
      ScriptRun now = new ScriptRun(code, call, answers, pipeline, scripted, script, journal, loop);
      become(now);
      now.start();
    }
  }

  // ---- as an exchange

  /** True when it was cancelled, and has ended. */
  private boolean isOver() {
    boolean over;
    synchronized (this) {
      over = cancelled != null || ended;
    }
    if (over) {
      end(OwnEnds.cancelled());
    }
    return over;
  }

  private void become(Exchange opened) {
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
    end(OwnEnds.failed(failure));
  }

  private void answer(byte[] result, boolean isError) {
    if (!isOver()) {
      answers.response(OwnEnds.response(call, result));
      end(OwnEnds.completed(isError));
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
