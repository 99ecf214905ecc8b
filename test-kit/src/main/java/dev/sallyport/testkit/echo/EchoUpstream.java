package dev.sallyport.testkit.echo;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Streamable HTTP MCP server for tests. Its tools: {@code echo}, {@code write} (structuredContent
 * is the arguments' bytes), {@code slow} (millis, steps), {@code big} (bytes), {@code fail}, {@code
 * error}, {@code hang}, {@code garbage}, {@code die}, {@code wrong_id}, {@code pretty}, and what
 * {@link #addTool} adds. {@code resources/read} of {@code bytes:///N} answers N bytes of text
 * (modern).
 */
public final class EchoUpstream implements AutoCloseable {

  /** Which revisions the server speaks. */
  public enum Era {
    LEGACY,
    MODERN,
    BOTH
  }

  /**
   * One execution of a tool.
   *
   * @param arguments the bytes of {@code params.arguments}; empty when absent
   * @param headers lower-case names, the last value of each
   */
  public record Execution(
      String tool, byte[] arguments, Map<String, String> headers, boolean modern) {}

  private final Vertx vertx;
  private final EchoState state;
  private final int eventLoops;
  private final List<HttpServer> servers = new CopyOnWriteArrayList<>();
  private final int port;

  private EchoUpstream(Vertx vertx, EchoState state, int eventLoops) {
    this.vertx = vertx;
    this.state = state;
    this.eventLoops = eventLoops;
    this.port = listen(0);
  }

  /** Starts a server of {@code era} on a free loopback port, recording every execution. */
  public static EchoUpstream start(Era era) {
    return start(era, 1, true);
  }

  /**
   * Starts a server.
   *
   * @param eventLoops threads that serve
   * @param recording whether {@link #executions()} keeps arguments and headers
   */
  public static EchoUpstream start(Era era, int eventLoops, boolean recording) {
    Vertx vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(eventLoops)
                .setWorkerPoolSize(1)
                .setUseDaemonThread(true));
    return new EchoUpstream(vertx, new EchoState(era, recording), eventLoops);
  }

  public String url() {
    return "http://127.0.0.1:" + port + "/mcp";
  }

  public int port() {
    return port;
  }

  /** How many calls of {@code tool} reached the server. */
  public int executed(String tool) {
    AtomicInteger count = state.executed.get(tool);
    return count == null ? 0 : count.get();
  }

  /** What was executed, in the order of arrival. */
  public List<Execution> executions() {
    return List.copyOf(state.executions);
  }

  /** How many pending calls were cancelled by the client, in its own era's way. */
  public int cancelled() {
    return state.cancelled.get();
  }

  /** How many sessions were begun (legacy). */
  public int sessions() {
    return state.sessionsBegun.get();
  }

  /** How many tools/list requests were answered. */
  public int listed() {
    return state.listed.get();
  }

  /** Names of the tools at this moment. */
  public Set<String> tools() {
    return Set.copyOf(state.tools.keySet());
  }

  /** Adds an echo tool and tells every listening client. */
  public void addTool(String name) {
    state.tools.put(name, EchoTool.named(name));
    state.tellChange();
  }

  /** Adds an echo tool with this definition, one JSON object, and tells every listening client. */
  public void addTool(String name, String definition) {
    state.tools.put(name, EchoTool.named(name).defined(definition));
    state.tellChange();
  }

  /**
   * Has exactly {@code count} echo tools, {@code echo_0000} and on, with definitions of some 700
   * bytes, as tools of real servers have.
   */
  public void onlyEchoTools(int count) {
    state.tools.clear();
    for (int i = 0; i < count; i++) {
      EchoTool tool = EchoTool.described(String.format(Locale.ROOT, "echo_%04d", i));
      state.tools.put(tool.name(), tool);
    }
    state.tellChange();
  }

  /** Removes a tool and tells every listening client. */
  public void removeTool(String name) {
    state.tools.remove(name);
    state.tellChange();
  }

  /** Declares resources and prompts from the next connection on, and has none yet. */
  public EchoUpstream offering() {
    state.offers.putIfAbsent("resources", new ConcurrentSkipListMap<>());
    state.offers.putIfAbsent("resourceTemplates", new ConcurrentSkipListMap<>());
    state.offers.putIfAbsent("prompts", new ConcurrentSkipListMap<>());
    return this;
  }

  /** Adds a resource and tells every listening client. */
  public void addResource(String uri) {
    offer("resources", uri, "{\"uri\":\"" + uri + "\",\"name\":\"r\",\"x\":1.50}");
  }

  /** Adds a resource template and tells every listening client. */
  public void addTemplate(String template) {
    offer("resourceTemplates", template, "{\"uriTemplate\":\"" + template + "\",\"name\":\"t\"}");
  }

  /** Adds a prompt and tells every listening client. */
  public void addPrompt(String name) {
    offer("prompts", name, "{\"name\":\"" + name + "\",\"x\":1.50}");
  }

  /**
   * Adds an entry as it is, which may be a wrong one, and tells every listening client.
   *
   * @param list {@code resources}, {@code resourceTemplates} or {@code prompts}
   * @param key by which it is sorted and taken away
   */
  public void offer(String list, String key, String definition) {
    offering();
    entries(list).put(key, definition);
    state.tellChange(list.equals("prompts") ? "prompts" : "resources");
  }

  /** Takes an entry away and tells every listening client. */
  public void withdraw(String list, String key) {
    entries(list).remove(key);
    state.tellChange(list.equals("prompts") ? "prompts" : "resources");
  }

  private Map<String, String> entries(String list) {
    return state.offers.computeIfAbsent(list, none -> new ConcurrentSkipListMap<>());
  }

  /**
   * Has a list fail.
   *
   * @param code of the error; 0: it never answers
   */
  public void breakList(String list, int code) {
    state.broken.put(list, code);
  }

  /** Has a list work again. */
  public void mendList(String list) {
    state.broken.remove(list);
  }

  /** Answers tools/list in pages of {@code size}; 0: one page. */
  public void pages(int size) {
    state.pageSize = size;
  }

  /** Stops listening and drops every connection and session, as a crash does. */
  public void down() {
    servers.forEach(server -> await(server.close()));
    servers.clear();
    state.forgetSessions();
  }

  /** Listens again, on the same port. */
  public void up() {
    listen(port);
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  /**
   * One server per event loop, on one port: a Vert.x server serves on the loop that it was made on.
   */
  private int listen(int wanted) {
    EchoEndpoint endpoint = new EchoEndpoint(vertx, state);
    int actual = wanted;
    for (int i = 0; i < eventLoops; i++) {
      HttpServerOptions options =
          new HttpServerOptions()
              .setHost("127.0.0.1")
              .setPort(actual)
              .setTcpNoDelay(true)
              .setMaxHeaderSize(64 * 1024)
              .setHandle100ContinueAutomatically(true);
      HttpServer server =
          await(vertx.createHttpServer(options).requestHandler(endpoint::handle).listen());
      servers.add(server);
      actual = server.actualPort();
    }
    return actual;
  }

  private static <T> T await(io.vertx.core.Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(10, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the echo server did not obey", e.getCause());
    }
  }
}
