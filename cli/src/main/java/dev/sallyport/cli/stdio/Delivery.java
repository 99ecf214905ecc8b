package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.protocol.JsonRpcError;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings to the client what the gateway sends, and an error where it sends no answer. */
final class Delivery {

  /** What comes back may be nested as deeply as a scanner goes; the gateway has its own limit. */
  private static final Limits DEEP = new Limits(Limits.DEFAULT.maxBytes(), 512);

  /** Sees every message before the client does. */
  @FunctionalInterface
  interface Eye {

    /** Passes everything. */
    Eye CLOSED = frame -> true;

    /** Whether the client may have it. A response that it may not have counts as the answer. */
    boolean passes(Frame frame);
  }

  /**
   * A stream that ended before the answer, and may be taken up again.
   *
   * @param lastEventId never empty
   */
  record Cut(String lastEventId, Optional<Duration> retry) {}

  private final MessageWriter out;
  private final Notes notes;

  Delivery(MessageWriter out, Notes notes) {
    this.out = out;
    this.notes = notes;
  }

  /**
   * Brings everything that comes for a request.
   *
   * @param lastEventId where a stream without event ids is taken up again, empty if nowhere; null
   *     where no stream is
   * @return where to take it up; null when the request has had its answer
   */
  @Nullable Cut deliver(
      InFlight asked, GatewayLink.Reply reply, Eye eye, @Nullable String lastEventId) {
    return switch (reply) {
      case GatewayLink.Aborted aborted -> null;
      case GatewayLink.Failed(BridgeError error) -> {
        fail(asked, error);
        yield null;
      }
      case GatewayLink.Answered answered -> {
        try (answered) {
          yield deliver(asked, answered, eye, lastEventId);
        }
      }
    };
  }

  private @Nullable Cut deliver(
      InFlight asked, GatewayLink.Answered answered, Eye eye, @Nullable String lastEventId) {
    switch (Answers.read(answered.answer(), message -> message(message, asked, eye))) {
      case Answers.Read.Events(String last, Optional<Duration> retry) -> {
        String from = last.isEmpty() && lastEventId != null ? lastEventId : last;
        if (asked.isOpen() && lastEventId != null && !from.isEmpty()) {
          return new Cut(from, retry);
        }
        brokenOff(asked, answered);
      }
      case Answers.Read.Whole(byte[] body) -> {
        if (answered.status() == 401 || !isAnswer(body, asked, eye)) {
          fail(asked, BridgeError.of(answered.from(), answered.status(), body));
        }
      }
      case Answers.Read.Broken broken -> brokenOff(asked, answered);
      case Answers.Read.TooLarge tooLarge -> fail(asked, BridgeError.tooLarge());
    }
    return null;
  }

  /** What the bridge itself broke off has no answer, wherever that hit it. */
  private void brokenOff(InFlight asked, GatewayLink.Answered answered) {
    if (!answered.exchange().isAborted()) {
      fail(asked, BridgeError.broken());
    }
  }

  /** Whether the body is the answer and was brought as such. */
  private boolean isAnswer(byte[] body, InFlight asked, Eye eye) {
    if (scan(body) instanceof Frame.Response response && asked.isAnsweredBy(response)) {
      pass(response, asked, eye);
      return true;
    }
    return false;
  }

  /** Brings one message of a stream; with {@code asked}, it may be the answer to that. */
  void message(byte[] message, @Nullable InFlight asked, Eye eye) {
    Frame frame = scan(message);
    if (frame == null) {
      notes.say("the gateway sent something that is no message; it is dropped.");
    } else {
      pass(frame, asked, eye);
    }
  }

  private void pass(Frame frame, @Nullable InFlight asked, Eye eye) {
    boolean passes = eye.passes(frame);
    if (asked != null && frame instanceof Frame.Response response && asked.isAnsweredBy(response)) {
      asked.answered();
    }
    if (passes) {
      out.write(frame.data(), frame.whole());
    }
  }

  /** A task that leaves its request with an answer, whatever happens. */
  Runnable answering(InFlight asked, Runnable task) {
    return () -> {
      try {
        task.run();
      } catch (RuntimeException e) {
        fail(
            asked, new BridgeError(JsonRpcError.INTERNAL_ERROR, "The bridge failed; see its log."));
        throw e;
      }
    };
  }

  /** Answers with an error, if the client still waits. */
  void fail(InFlight asked, BridgeError error) {
    if (asked.isOpen()) {
      asked.answered();
      out.write(FrameBytes.error(asked.id(), error.code(), error.message()));
    }
  }

  /** What a request of the bridge's own came to; nothing of it reaches the client. */
  static OwnAnswer own(GatewayLink.Reply reply) {
    return switch (reply) {
      case GatewayLink.Aborted aborted -> new OwnAnswer.Failed(BridgeError.broken());
      case GatewayLink.Failed(BridgeError error) -> new OwnAnswer.Failed(error);
      case GatewayLink.Answered answered -> {
        try (answered) {
          yield own(answered);
        }
      }
    };
  }

  private static OwnAnswer own(GatewayLink.Answered answered) {
    Frame.Response[] found = new Frame.Response[1];
    Consumer<byte[]> look =
        message -> {
          if (scan(message) instanceof Frame.Response response) {
            found[0] = response;
          }
        };
    Answers.Read read = Answers.read(answered.answer(), look);
    byte[] body = read instanceof Answers.Read.Whole(byte[] whole) ? whole : new byte[0];
    look.accept(body);
    Frame.Response response = found[0];
    return response != null && response.result() != null
        ? new OwnAnswer.Result(response, answered.answer())
        : new OwnAnswer.Failed(BridgeError.of(answered.from(), answered.status(), body));
  }

  private static @Nullable Frame scan(byte[] message) {
    return FrameScanner.scan(message, 0, message.length, DEEP)
            instanceof ScanResult.Scanned(Frame frame)
        ? frame
        : null;
  }
}
