package dev.sallyport.testkit.echo;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A call that says what it is told. Its arguments, all of them texts of JSON and all optional:
 *
 * <ul>
 *   <li>{@code frames}: messages to say before the answer, in which {@code TOKEN} stands for the
 *       progress token. One with an {@code id} is a question: the answer waits for the client's.
 *   <li>{@code input}: what to ask for as {@code inputRequests}, the first time (modern)
 *   <li>{@code error}: the error to answer with
 *   <li>{@code members}: of the result, the default being none
 * </ul>
 *
 * The result has {@code answers}: what the client answered to the questions, as it stood.
 */
final class EchoReplay {

  private static final String STATE = "\"the \\u0073tate\"";

  private final EchoState state;
  private final HttpServerResponse response;
  private final RawJson id;
  private final RawJson frame;
  private final boolean modern;
  private final Context context = Objects.requireNonNull(Vertx.currentContext());
  private final List<String> answers = new ArrayList<>();
  private int missing;

  EchoReplay(
      EchoState state, HttpServerResponse response, RawJson id, RawJson frame, boolean modern) {
    this.state = state;
    this.response = response;
    this.id = id;
    this.frame = frame;
    this.modern = modern;
  }

  void run(RawJson arguments) {
    JsonNode told = tree(arguments);
    RawJson brought = frame.at("params", "inputResponses");
    RawJson returned = frame.at("params", "requestState");
    if (told.has("input") && brought == null) {
      answer(
          "\"result\":{\"resultType\":\"input_required\",\"requestState\":"
              + STATE
              + ",\"inputRequests\":"
              + told.path("input").asText()
              + "}");
      return;
    }
    if (brought != null) {
      answers.add(brought.text());
      answers.add(returned == null ? "null" : returned.text());
    }
    if (told.path("frames").isEmpty()) {
      end(told);
      return;
    }
    EchoCall.startEvents(response);
    RawJson token = frame.at("params", "_meta", "progressToken");
    for (JsonNode one : told.path("frames")) {
      String text = one.asText().replace("TOKEN", token == null ? "0" : token.text());
      RawJson question = RawJson.of(text.getBytes(StandardCharsets.UTF_8)).at("id");
      if (question != null) {
        missing++;
        state.questions.put(
            question.text(), answer -> context.runOnContext(nothing -> answered(answer, told)));
      }
      EchoCall.event(response, Buffer.buffer(text));
    }
    if (missing == 0) {
      end(told);
    }
  }

  private void answered(RawJson answer, JsonNode told) {
    RawJson result = answer.at("result");
    answers.add(result == null ? answer.text() : result.text());
    if (--missing == 0) {
      end(told);
    }
  }

  private void end(JsonNode told) {
    if (told.has("error")) {
      answer("\"error\":" + told.path("error").asText());
      return;
    }
    String members = told.path("members").asText("");
    answer(
        "\"result\":{"
            + (modern ? "\"resultType\":\"complete\"," : "")
            + "\"content\":[],\"answers\":["
            + String.join(",", answers)
            + "]"
            + (members.isEmpty() ? "" : "," + members)
            + "}");
  }

  private void answer(String member) {
    Buffer message = Buffer.buffer("{\"jsonrpc\":\"2.0\",\"id\":" + id.text() + "," + member + "}");
    if (response.headWritten()) {
      EchoCall.event(response, message);
      response.end();
    } else {
      response.putHeader("Content-Type", "application/json").end(message);
    }
  }

  private static JsonNode tree(RawJson arguments) {
    try {
      return Json.MAPPER.readTree(arguments.bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
