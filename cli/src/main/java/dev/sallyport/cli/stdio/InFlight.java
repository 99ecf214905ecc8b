package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonText;
import org.jspecify.annotations.Nullable;

/** A request of the client that has no answer yet. */
final class InFlight {

  final Frame.Request request;
  final Ticket ticket = new Ticket();
  private volatile boolean answered;
  private volatile boolean cancelled;

  InFlight(Frame.Request request) {
    this.request = request;
  }

  /** Two ids are the same when these are. */
  static String key(byte[] data, Span id) {
    String text = JsonText.string(data, id);
    return text == null ? id.text(data) : '"' + text;
  }

  String key() {
    return key(request.data(), request.id());
  }

  byte[] id() {
    return request.id().bytes(request.data());
  }

  /** The request as the client wrote it. */
  byte[] bytes() {
    Span whole = request.whole();
    return whole.length() == request.data().length ? request.data() : whole.bytes(request.data());
  }

  /** Whether the response is the one to this request. */
  boolean isAnsweredBy(Frame.Response response) {
    @Nullable Span id = response.id();
    return id != null && key(response.data(), id).equals(key());
  }

  void answered() {
    answered = true;
  }

  /** The answer was kept from the client; there will be another. */
  void again() {
    answered = false;
  }

  void cancelled() {
    cancelled = true;
  }

  /** Whether the client still waits for an answer. */
  boolean isOpen() {
    return !answered && !cancelled;
  }
}
