package dev.sallyport.edge;

import io.vertx.core.Context;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;

/** Answers come on threads of whoever gives them; whoever asks goes on where it was. */
public final class CallersContext {

  private CallersContext() {}

  /**
   * A promise whose future is completed on the Vert.x context of whoever calls this; where that is
   * on none, on the thread that completes it.
   */
  public static <T> Promise<T> promise() {
    Context caller = Vertx.currentContext();
    return caller == null ? Promise.promise() : ((ContextInternal) caller).promise();
  }
}
