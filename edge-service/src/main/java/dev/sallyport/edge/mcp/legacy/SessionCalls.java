package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.RunningCalls;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.call.ToolCallPipeline;
import dev.sallyport.edge.mcp.CallReply;
import dev.sallyport.edge.mcp.McpSettings;
import dev.sallyport.edge.mcp.Reply;
import dev.sallyport.edge.session.EdgeMail;
import dev.sallyport.edge.session.EventLog;
import dev.sallyport.edge.session.Session;
import dev.sallyport.edge.session.Sessions;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.Era;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The running calls of sessions, by the ids of their clients, so that a cancellation reaches
 * exactly its call; and the questions that upstreams have asked of clients. A call runs on the edge
 * that got it: a cancellation or an answer that lands on another edge is sent there.
 */
@Singleton
class SessionCalls {

  private static final String QUESTION = "sp-";

  private final RunningCalls running;
  private final Sessions sessions;
  private final McpSettings settings;
  private final EventLog log;
  private final EdgeMail mail;
  private final Map<RequestKey, RunningCall> calls = new ConcurrentHashMap<>();
  private final Map<RequestKey, Question> questions = new ConcurrentHashMap<>();
  private final AtomicLong nextQuestion = new AtomicLong();

  SessionCalls(
      RunningCalls running, Sessions sessions, McpSettings settings, EventLog log, EdgeMail mail) {
    this.running = running;
    this.sessions = sessions;
    this.settings = settings;
    this.log = log;
    this.mail = mail;
  }

  void start(@Observes StartupEvent event) {
    sessions.onEnded(
        session -> {
          String id = session.toString();
          running.cancel(call -> id.equals(call.session()), "the session has ended");
        });
    mail.onLetter(
        letter -> {
          switch (letter) {
            case EdgeMail.Cancel cancel ->
                cancelHere(new RequestKey(cancel.session(), cancel.requestId()));
            case EdgeMail.Post post -> {
              // For a connection, not for a call.
            }
            case EdgeMail.Answer answer -> {
              Question question =
                  questions.remove(new RequestKey(answer.session(), answer.question()));
              if (question != null) {
                question.call().respond(question.serverRequest(), HeapBytes.wrap(answer.frame()));
              }
            }
          }
        });
  }

  void start(ToolCallPipeline pipeline, Session session, ToolCall call, Reply reply) {
    Frame.Request message = call.frame();
    RequestKey key = new RequestKey(session.id(), message.id().text(message.data()));
    CallReply answers =
        new CallReply(
            new RecordedReply(reply, session, log, settings.retry()),
            message,
            Era.LEGACY,
            settings,
            (asking, question, frame) -> ask(session, asking, question, frame));
    RunningCall started = pipeline.start(call, answers);
    if (started == null) {
      return;
    }
    // A client that reuses an id in flight has only its newest call cancelled by it.
    calls.put(key, started);
    started.onEnd(
        () -> {
          calls.remove(key, started);
          questions.values().removeIf(question -> question.call() == started);
        });
  }

  /** Cancels the call that {@code notifications/cancelled} names, wherever it runs. */
  void cancel(Session session, Frame.Notification message) {
    Span id = message.params().requestId();
    if (id == null) {
      return;
    }
    String text = id.text(message.data());
    if (!cancelHere(new RequestKey(session.id(), text))) {
      mail.broadcast(new EdgeMail.Cancel(session.tenant(), session.id(), text));
    }
  }

  private boolean cancelHere(RequestKey key) {
    RunningCall call = calls.get(key);
    if (call != null) {
      call.cancel("the client cancelled the request");
    }
    return call != null;
  }

  /**
   * Brings a client's answer to the upstream that asked.
   *
   * @return fails when it cannot be brought to the edge where the call runs
   */
  Future<Void> answer(Session session, Frame.Response message) {
    Span id = message.id();
    String text = id == null ? null : JsonText.string(message.data(), id);
    if (text == null) {
      return Future.succeededFuture();
    }
    Span whole = message.whole();
    Question question = questions.remove(new RequestKey(session.id(), text));
    if (question != null) {
      question
          .call()
          .respond(
              question.serverRequest(),
              HeapBytes.wrap(message.data(), whole.start(), whole.length()));
      return Future.succeededFuture();
    }
    String edge = edgeOf(text);
    return edge == null || edge.equals(mail.self())
        ? Future.succeededFuture()
        : mail.send(
                edge,
                new EdgeMail.Answer(
                    session.tenant(), session.id(), text, whole.bytes(message.data())))
            .mapEmpty();
  }

  /** Which edge asked; null for an id that is none of ours. */
  private static @Nullable String edgeOf(String question) {
    int cut = question.lastIndexOf('.');
    return question.startsWith(QUESTION) && cut > QUESTION.length()
        ? question.substring(QUESTION.length(), cut)
        : null;
  }

  private byte @Nullable [] ask(
      Session session, RunningCall call, String serverRequest, HeapBytes frame) {
    ScanResult scanned =
        FrameScanner.scan(frame.array(), frame.offset(), frame.length(), Limits.DEFAULT);
    if (!(scanned instanceof ScanResult.Scanned(Frame.Request question))) {
      return null;
    }
    String id = QUESTION + mail.self() + '.' + nextQuestion.incrementAndGet();
    questions.put(new RequestKey(session.id(), id), new Question(call, serverRequest));
    return FrameEdit.of(question).replace(question.id(), JsonText.quote(id)).apply();
  }

  private record RequestKey(UUID session, String id) {}

  private record Question(RunningCall call, String serverRequest) {}
}
