package dev.sallyport.testkit.echo;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import org.jspecify.annotations.Nullable;

/** A call that is under way on one response. Runs on the event loop of its connection. */
final class EchoCall {

  private final Vertx vertx;
  private final HttpServerResponse response;
  private final byte[] id;
  private final @Nullable RawJson progressToken;
  private final String resultHead;
  private long timer = -1;
  private boolean finished;

  EchoCall(
      Vertx vertx,
      HttpServerResponse response,
      RawJson id,
      @Nullable RawJson progressToken,
      boolean modern) {
    this.vertx = vertx;
    this.response = response;
    this.id = id.bytes();
    this.progressToken = progressToken;
    this.resultHead = modern ? ",\"result\":{\"resultType\":\"complete\"," : ",\"result\":{";
  }

  void run(EchoReply reply, Runnable whenDone) {
    switch (reply) {
      case EchoReply.Result result -> {
        json(200, answer(id, result.members()));
        whenDone.run();
      }
      case EchoReply.ErrorAnswer error -> {
        json(200, error(id, error.code(), error.message()));
        whenDone.run();
      }
      case EchoReply.Garbage garbage -> {
        json(200, Buffer.buffer(garbage.body()));
        whenDone.run();
      }
      case EchoReply.WrongId wrong -> {
        json(
            200,
            answer(
                "987654321".getBytes(java.nio.charset.StandardCharsets.US_ASCII), wrong.members()));
        whenDone.run();
      }
      case EchoReply.Drop drop -> {
        response.reset();
        whenDone.run();
      }
      case EchoReply.Silence silence -> {}
      case EchoReply.Replay replay -> whenDone.run();
      case EchoReply.Later later -> later(later, whenDone);
    }
  }

  /** Stops without an answer. Any thread. */
  void cancel() {
    finished = true;
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
    if (!response.ended() && !response.closed()) {
      response.reset();
    }
  }

  private void later(EchoReply.Later later, Runnable whenDone) {
    if (later.steps() == 0 || progressToken == null) {
      timer =
          vertx.setTimer(
              Math.max(1, later.delay().toMillis()),
              fired -> {
                if (!finished) {
                  finished = true;
                  json(200, answer(id, later.members()));
                  whenDone.run();
                }
              });
      return;
    }
    startEvents(response);
    step(later, 1, progressToken, whenDone);
  }

  private void step(EchoReply.Later later, int step, RawJson token, Runnable whenDone) {
    timer =
        vertx.setTimer(
            Math.max(1, later.delay().toMillis() / later.steps()),
            fired -> {
              if (finished) {
                return;
              }
              event(
                  response,
                  Buffer.buffer(
                      "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\",\"params\":{\"progressToken\":"
                          + token.text()
                          + ",\"progress\":"
                          + step
                          + ",\"total\":"
                          + later.steps()
                          + "}}"));
              if (step < later.steps()) {
                step(later, step + 1, token, whenDone);
              } else {
                finished = true;
                event(response, answer(id, later.members()));
                response.end();
                whenDone.run();
              }
            });
  }

  private void json(int status, Buffer body) {
    if (!response.closed()) {
      response.setStatusCode(status).putHeader("Content-Type", "application/json").end(body);
    }
  }

  private Buffer answer(byte[] forId, byte[] members) {
    return Buffer.buffer(members.length + 96)
        .appendString("{\"jsonrpc\":\"2.0\",\"id\":")
        .appendBytes(forId)
        .appendString(resultHead)
        .appendBytes(members)
        .appendString("}}");
  }

  static Buffer error(byte[] id, int code, String message) {
    return Buffer.buffer("{\"jsonrpc\":\"2.0\",\"id\":")
        .appendBytes(id)
        .appendString(
            ",\"error\":{\"code\":" + code + ",\"message\":" + Json.quote(message) + "}}");
  }

  static void startEvents(HttpServerResponse response) {
    response
        .setChunked(true)
        .putHeader("Content-Type", "text/event-stream")
        .putHeader("Cache-Control", "no-cache");
    response.writeHead();
  }

  static void event(HttpServerResponse response, Buffer message) {
    if (!response.closed()) {
      response.write(
          Buffer.buffer("event: message\ndata: ").appendBuffer(message).appendString("\n\n"));
    }
  }
}
