package dev.sallyport.executor.exchange;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Methods;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an upstream has asked the client of one call and has not been told yet, in its order.
 * Guarded by the call.
 */
final class Questions {

  private static final int DEEP_ENOUGH = 512;

  /** Far more than anybody asks at once. */
  private static final int MOST = 64;

  /**
   * A question.
   *
   * @param key how the upstream names it: its JSON-RPC id as it stands (legacy), or its key in
   *     {@code inputRequests} (modern)
   * @param request the question as a modern client is asked: {@code {"method":…,"params":…}}
   */
  record Question(byte[] key, String method, byte[] request) {}

  private final Map<String, Question> open = new LinkedHashMap<>();
  private int next = 1;

  boolean isEmpty() {
    return open.isEmpty();
  }

  /** A question of a legacy upstream; null if there are too many already. */
  @Nullable String add(Frame.Request request) {
    byte[] id = AnswerSplice.copy(request.data(), request.id());
    JsonWriter json = new JsonWriter().beginObject().member("method", request.method());
    Span params = request.params().span();
    if (params != null) {
      json.name("params").raw(request.data(), params);
    } else {
      json.name("params").beginObject().endObject();
    }
    return add(new Question(id, request.method(), json.endObject().toBytes()));
  }

  private @Nullable String add(Question question) {
    if (open.size() >= MOST) {
      return null;
    }
    String name = "input-" + next++;
    open.put(name, question);
    return name;
  }

  @Nullable Question take(String name) {
    return open.remove(name);
  }

  /** All that are open, as {@code inputRequests}. */
  byte[] inputRequests() {
    JsonWriter json = new JsonWriter().beginObject();
    open.forEach((name, question) -> json.member(name, question.request()));
    return json.endObject().toBytes();
  }

  /**
   * Takes the questions of a modern upstream.
   *
   * @param inputRequests of its {@code input_required} result
   * @return their names here; null where it is not an object of requests
   */
  @Nullable List<String> addAll(JsonObject inputRequests) {
    List<String> names = new ArrayList<>();
    byte[] data = inputRequests.data();
    Span span = inputRequests.span();
    JsonReader reader = new JsonReader(data, span.start(), span.end(), DEEP_ENOUGH);
    reader.enterObject();
    while (reader.nextMember()) {
      String key = JsonText.content(data, reader.nameStart(), reader.nameEnd());
      int start = reader.skipValue();
      JsonObject request = JsonObject.at(data, new Span(start, reader.position()));
      String method = request == null ? null : request.string("method");
      if (key == null || request == null || method == null || !isInput(method)) {
        return null;
      }
      String name = add(new Question(JsonText.quote(key), method, request.bytes()));
      if (name == null) {
        return null;
      }
      names.add(name);
    }
    return names;
  }

  /** Of all that are open, in their order. */
  List<String> names() {
    return List.copyOf(open.keySet());
  }

  @Nullable Question get(String name) {
    return open.get(name);
  }

  /** The requests that a server may make of a client while it works on a call. */
  static boolean isInput(String method) {
    return method.equals(Methods.ELICIT)
        || method.equals(Methods.CREATE_MESSAGE)
        || method.equals(Methods.ROOTS_LIST);
  }

  /** The client capability that a question needs. */
  static String capability(String method) {
    return switch (method) {
      case Methods.ELICIT -> "elicitation";
      case Methods.CREATE_MESSAGE -> "sampling";
      default -> "roots";
    };
  }
}
