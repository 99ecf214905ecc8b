package dev.sallyport.testkit.npm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The TypeScript SDK client as an agent, in one Node process that can hold many connections. Any
 * thread.
 */
public final class SdkAgent implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long ANSWER_SECONDS = 90;

  /** Which revision family the client negotiates. */
  public enum Era {
    LEGACY,
    MODERN,
    AUTO
  }

  /** The client answered with an error: what {@code catch} in TypeScript saw. */
  public static final class AgentError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient JsonNode error;

    AgentError(JsonNode error) {
      super(
          error.path("name").asText()
              + " "
              + error.path("code")
              + ": "
              + error.path("message").asText());
      this.error = error;
    }

    /** The JSON-RPC code as text, or the SDK's own code, or {@code null}. */
    public String code() {
      return error.path("code").asText();
    }

    /** The message of the error alone. */
    public String text() {
      return error.path("message").asText();
    }
  }

  private final Process process;
  private final Writer commands;
  private final AtomicInteger ids = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();
  private final List<JsonNode> events = new CopyOnWriteArrayList<>();
  private final Object changed = new Object();

  private SdkAgent(Process process) {
    this.process = process;
    this.commands = process.outputWriter(StandardCharsets.UTF_8);
  }

  static SdkAgent start(NpmPackages packages) {
    try {
      SdkAgent agent =
          new SdkAgent(
              new ProcessBuilder(packages.node(), packages.script("agent.mjs").toString())
                  .redirectError(ProcessBuilder.Redirect.INHERIT)
                  .start());
      Thread.ofVirtual().name("sdk-agent").start(agent::read);
      return agent;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the SDK client", e);
    }
  }

  /** Connects {@code client} to {@code url}; {@code key} is sent as a bearer token. */
  public JsonNode connect(String client, String url, @Nullable String key, Era era, boolean watch) {
    ObjectNode command = JSON.createObjectNode();
    command.put("client", client).put("url", url).put("watch", watch);
    command.put("era", era.name().toLowerCase(java.util.Locale.ROOT));
    ObjectNode headers = command.putObject("headers");
    if (key != null) {
      headers.put("Authorization", "Bearer " + key);
    }
    return await(send("connect", command));
  }

  /**
   * Connects {@code client} to a program that speaks MCP on its standard input and output. What it
   * prints on standard error comes as events {@code stderr} with a {@code text}.
   *
   * @param command program and arguments
   * @param environment added to the few variables that the SDK passes on, such as {@code PATH}
   * @return what was negotiated, and the program's {@code pid}
   */
  public JsonNode connectStdio(
      String client,
      List<String> command,
      Map<String, String> environment,
      Era era,
      boolean watch) {
    ObjectNode asked = JSON.createObjectNode();
    asked.put("client", client).put("watch", watch);
    asked.put("era", era.name().toLowerCase(java.util.Locale.ROOT));
    command.forEach(asked.putArray("command")::add);
    environment.forEach(asked.putObject("env")::put);
    return await(send("connectStdio", asked));
  }

  /** All tools that {@code client} sees, fetched anew. */
  public JsonNode list(String client) {
    return await(send("list", JSON.createObjectNode().put("client", client)));
  }

  /** Names of {@link #list}. */
  public List<String> names(String client) {
    List<String> names = new ArrayList<>();
    list(client).path("tools").forEach(tool -> names.add(tool.path("name").asText()));
    return names;
  }

  /** Calls a tool and waits for its result. */
  public JsonNode call(String client, String tool, JsonNode arguments) {
    return await(start(client, tool, arguments, null));
  }

  /** Starts a call that reports progress events under {@code ref} and can be cancelled by it. */
  public CompletableFuture<JsonNode> start(
      String client, String tool, JsonNode arguments, @Nullable String ref) {
    ObjectNode command = JSON.createObjectNode();
    command.put("client", client).put("name", tool).set("arguments", arguments);
    if (ref != null) {
      command.put("ref", ref);
    }
    return send("call", command);
  }

  public void cancel(String ref) {
    await(send("cancel", JSON.createObjectNode().put("ref", ref)));
  }

  public void ping(String client) {
    await(send("ping", JSON.createObjectNode().put("client", client)));
  }

  public void disconnect(String client) {
    await(send("close", JSON.createObjectNode().put("client", client)));
  }

  /** What the client reported beside its answers so far: progress, changed tools, errors. */
  public List<JsonNode> events() {
    return List.copyOf(events);
  }

  /** Waits for an event. */
  public JsonNode awaitEvent(Predicate<JsonNode> wanted, long seconds) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    synchronized (changed) {
      while (true) {
        for (JsonNode event : events) {
          if (wanted.test(event)) {
            return event;
          }
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw new IllegalStateException("no such event within " + seconds + " s: " + events);
        }
        try {
          TimeUnit.NANOSECONDS.timedWait(changed, left);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted", e);
        }
      }
    }
  }

  /** Waits for an answer of {@link #start}; an error answer is thrown as {@link AgentError}. */
  public static JsonNode await(CompletableFuture<JsonNode> answer) {
    try {
      return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof AgentError error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the SDK client gave no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }

  private CompletableFuture<JsonNode> send(String operation, ObjectNode command) {
    int id = ids.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(id, answer);
    command.put("id", id).put("op", operation);
    synchronized (commands) {
      try {
        commands.write(command + "\n");
        commands.flush();
      } catch (IOException e) {
        throw new UncheckedIOException("the SDK client is gone", e);
      }
    }
    return answer;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        accept(JSON.readTree(line));
      }
    } catch (IOException ended) {
      // The process was closed.
    }
    waiting
        .values()
        .forEach(
            answer ->
                answer.completeExceptionally(new IllegalStateException("the SDK client ended")));
  }

  private void accept(JsonNode message) {
    if (message.has("event")) {
      synchronized (changed) {
        events.add(message);
        changed.notifyAll();
      }
      return;
    }
    CompletableFuture<JsonNode> answer = waiting.remove(message.path("id").asInt());
    if (answer == null) {
      return;
    }
    if (message.has("error")) {
      answer.completeExceptionally(new AgentError(message.get("error")));
    } else {
      answer.complete(message.path("value"));
    }
  }
}
