package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.call.RunningCalls;
import dev.sallyport.edge.call.ToolCall;
import dev.sallyport.edge.call.ToolCallPipeline;
import dev.sallyport.edge.mcp.CallReply;
import dev.sallyport.edge.mcp.McpSettings;
import dev.sallyport.edge.mcp.Reply;
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
 * that got it: a cancellation that lands on another edge finds nothing there, which the protocol
 * allows.
 */
@Singleton
class SessionCalls {

  private final RunningCalls running;
  private final Sessions sessions;
  private final McpSettings settings;
  private final Map<RequestKey, RunningCall> calls = new ConcurrentHashMap<>();
  private final Map<RequestKey, Question> questions = new ConcurrentHashMap<>();
  private final AtomicLong nextQuestion = new AtomicLong();

  SessionCalls(RunningCalls running, Sessions sessions, McpSettings settings) {
    this.running = running;
    this.sessions = sessions;
    this.settings = settings;
  }

  void start(@Observes StartupEvent event) {
    sessions.onEnded(
        session -> {
          String id = session.toString();
          running.cancel(call -> id.equals(call.session()), "the session has ended");
        });
  }

  void start(ToolCallPipeline pipeline, Session session, ToolCall call, Reply reply) {
    Frame.Request message = call.frame();
    RequestKey key = new RequestKey(session.id(), message.id().text(message.data()));
    CallReply answers =
        new CallReply(
            reply,
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

  /** Cancels the call that {@code notifications/cancelled} names, if it runs here. */
  void cancel(Session session, Frame.Notification message) {
    Span id = message.params().requestId();
    if (id == null) {
      return;
    }
    RunningCall call = calls.get(new RequestKey(session.id(), id.text(message.data())));
    if (call != null) {
      call.cancel("the client cancelled the request");
    }
  }

  /** Brings a client's answer to the upstream that asked. */
  void answer(Session session, Frame.Response message) {
    Span id = message.id();
    if (id == null) {
      return;
    }
    String text = JsonText.string(message.data(), id);
    Question question = text == null ? null : questions.remove(new RequestKey(session.id(), text));
    if (question != null) {
      Span whole = message.whole();
      question
          .call()
          .respond(
              question.serverRequest(),
              HeapBytes.wrap(message.data(), whole.start(), whole.length()));
    }
  }

  private byte @Nullable [] ask(
      Session session, RunningCall call, String serverRequest, HeapBytes frame) {
    ScanResult scanned =
        FrameScanner.scan(frame.array(), frame.offset(), frame.length(), Limits.DEFAULT);
    if (!(scanned instanceof ScanResult.Scanned(Frame.Request question))) {
      return null;
    }
    String id = "sp-" + nextQuestion.incrementAndGet();
    questions.put(new RequestKey(session.id(), id), new Question(call, serverRequest));
    return FrameEdit.of(question).replace(question.id(), JsonText.quote(id)).apply();
  }

  private record RequestKey(UUID session, String id) {}

  private record Question(RunningCall call, String serverRequest) {}
}
