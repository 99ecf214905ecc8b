package dev.sallyport.executor.upstream.http;

import dev.sallyport.executor.upstream.Outgoing;
import io.vertx.core.MultiMap;

/** What the eras do differently in Streamable HTTP. Used from several event loops. */
public interface HttpEra {

  /** Adds the headers that a POST of this message must have. */
  void mark(Outgoing message, MultiMap headers);

  /** Adds the headers of a GET or DELETE. */
  void mark(MultiMap headers);

  /** Looks at the headers of a successful answer. */
  void answered(Outgoing message, MultiMap headers);

  /** Whether this status says that the session is gone and the message was not looked at. */
  boolean isSessionLost(int status);

  /** Whether a session is open that should be ended with DELETE. */
  boolean hasSession();

  /** Whether a response stream that broke off may be taken up again with GET and Last-Event-ID. */
  boolean resumes();

  /** Whether closing a response stream cancels its request. */
  boolean cancelsByClosing();
}
