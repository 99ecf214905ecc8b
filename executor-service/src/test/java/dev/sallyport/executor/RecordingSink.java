package dev.sallyport.executor;

import dev.sallyport.executor.exchange.Sink;
import dev.sallyport.proto.executor.v1.End;
import dev.sallyport.proto.executor.v1.Parked;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Keeps what an exchange said, and fails a test in which it said it in the wrong order. */
public final class RecordingSink implements Sink {

  private final List<String> notifications = new CopyOnWriteArrayList<>();
  private final CompletableFuture<End> end = new CompletableFuture<>();
  private final List<String> questions = new CopyOnWriteArrayList<>();
  private volatile @Nullable Parked parked;
  private final AtomicInteger responses = new AtomicInteger();
  private volatile String response = "";
  private volatile String broken = "";

  @Override
  public void notification(Buffer frame) {
    if (end.isDone() || responses.get() > 0) {
      broken = "a notification after the response";
    }
    notifications.add(frame.toString());
  }

  @Override
  public void serverRequest(String id, Buffer frame) {
    if (end.isDone()) {
      broken = "a question after the end";
    }
    questions.add(id + " " + frame.toString());
  }

  @Override
  public void parked(Parked how) {
    if (end.isDone() || parked != null) {
      broken = "parked after the end, or twice";
    }
    parked = how;
  }

  /** What the upstream asked, each after the id by which it is answered. */
  public List<String> questions() {
    return questions;
  }

  /** How the call was parked; fails if it was not. */
  public Parked parked() {
    return java.util.Objects.requireNonNull(parked, "the call was not parked");
  }

  @Override
  public void response(Buffer frame) {
    if (end.isDone() || responses.incrementAndGet() > 1) {
      broken = "more than one response, or one after the end";
    }
    response = frame.toString();
  }

  @Override
  public void end(End how) {
    if (!end.complete(how)) {
      broken = "ended twice";
    }
  }

  /** Waits for the end, at most 60 seconds. */
  public End awaitEnd() {
    try {
      End how = end.get(60, TimeUnit.SECONDS);
      if (!broken.isEmpty()) {
        throw new AssertionError(broken);
      }
      return how;
    } catch (Exception e) {
      throw new AssertionError("the exchange did not end", e);
    }
  }

  public boolean hasEnded() {
    return end.isDone();
  }

  public List<String> notifications() {
    return notifications;
  }

  public String response() {
    return response;
  }
}
