package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.kit.seal.Envelope;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.frame.Subject;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.Methods;
import jakarta.inject.Singleton;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * The ids by which modern clients hold tasks (extension {@code io.modelcontextprotocol/tasks}). An
 * upstream's id travels sealed: it names the server and the tool that made the task, is bound to
 * tenant and caller, and is of no use to anybody else although all share the gateway's credential.
 * Each request about a task is decided anew, by the tool's own rule.
 */
@Singleton
public class TaskIds {

  /** What an upstream's capabilities call the extension. */
  public static final String EXTENSION = "io.modelcontextprotocol/tasks";

  private static final String PURPOSE = "task";
  private static final String TASK = "task";
  private static final String MEMBER = "taskId";
  private static final int LONGEST = 8 * 1024;
  private static final Limits ANSWER_LIMITS = new Limits(Integer.MAX_VALUE, 512);

  /** An upstream may discard a task earlier; its {@code ttlMs} tells the client. */
  private static final Duration LIFE = Duration.ofDays(30);

  /**
   * A task of an upstream.
   *
   * @param tool that made it
   * @param id as the upstream calls it
   */
  record Task(String server, String tool, String id) {}

  private final Envelope envelope;
  private final InstantSource clock = InstantSource.system();

  TaskIds(Envelope envelope) {
    this.envelope = envelope;
  }

  /** Whether the request is about a task, in the form that this class seals. */
  static boolean isAbout(ToolCall call) {
    return call.version().era() == Era.MODERN
        && switch (call.frame().method()) {
          case Methods.TASKS_GET, Methods.TASKS_UPDATE, Methods.TASKS_CANCEL -> true;
          default -> false;
        };
  }

  /** The task that {@code text} stands for; null if it is not ours, not this caller's or old. */
  @Nullable Task open(AccessProfile profile, String text) {
    return text.length() > LONGEST
        ? null
        : envelope.openText(PURPOSE, binding(profile), text).map(this::read).orElse(null);
  }

  private String seal(AccessProfile profile, Task task) {
    byte[] server = task.server().getBytes(StandardCharsets.UTF_8);
    byte[] tool = task.tool().getBytes(StandardCharsets.UTF_8);
    byte[] id = task.id().getBytes(StandardCharsets.UTF_8);
    byte[] plain =
        ByteBuffer.allocate(
                Long.BYTES + 2 * Integer.BYTES + server.length + tool.length + id.length)
            .putLong(clock.millis() + LIFE.toMillis())
            .putInt(server.length)
            .put(server)
            .putInt(tool.length)
            .put(tool)
            .put(id)
            .array();
    return envelope.sealText(PURPOSE, binding(profile), plain);
  }

  private @Nullable Task read(byte[] plain) {
    try {
      ByteBuffer read = ByteBuffer.wrap(plain);
      if (read.getLong() < clock.millis()) {
        return null;
      }
      return new Task(
          text(read, read.getInt()), text(read, read.getInt()), text(read, read.remaining()));
    } catch (BufferUnderflowException e) {
      return null;
    }
  }

  private static String text(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static String binding(AccessProfile profile) {
    return profile.tenant() + "\n" + profile.keyId();
  }

  /**
   * The answer with the task's id as the client holds it.
   *
   * @return null for a task that the client must not be given: it has not declared the extension,
   *     or the id is none
   */
  Frame.@Nullable Response outward(ToolCall call, Target target, Frame.Response answer) {
    if (call.version().era() != Era.MODERN || answer.result() == null) {
      return answer;
    }
    if (isAbout(call)) {
      return withClientsId(call, answer);
    }
    return TASK.equals(answer.resultType()) ? withNewId(call, target, answer) : answer;
  }

  private Frame.@Nullable Response withNewId(ToolCall call, Target target, Frame.Response answer) {
    JsonObject result = JsonObject.at(answer.data(), answer.result());
    Span at = result == null ? null : result.get(MEMBER);
    String id = at == null ? null : JsonText.string(answer.data(), at);
    if (at == null
        || id == null
        || id.length() > LONGEST / 4
        || !call.isToolCall()
        || !isDeclared(call.clientCapabilities())) {
      return null;
    }
    String sealed = seal(call.profile(), new Task(target.server(), target.toolName(), id));
    return edited(answer, at, JsonText.quote(sealed));
  }

  private static Frame.@Nullable Response withClientsId(ToolCall call, Frame.Response answer) {
    JsonObject result = JsonObject.at(answer.data(), answer.result());
    Span at = result == null ? null : result.get(MEMBER);
    Span asked = Subject.of(call.frame());
    return at == null || asked == null
        ? answer
        : edited(answer, at, asked.bytes(call.frame().data()));
  }

  /** Whether capabilities, of a client or a server, name the extension. */
  public static boolean isDeclared(byte[] capabilities) {
    JsonObject declared = capabilities.length == 0 ? null : JsonObject.of(capabilities);
    JsonObject extensions = declared == null ? null : declared.object("extensions");
    return extensions != null && extensions.object(EXTENSION) != null;
  }

  private static Frame.@Nullable Response edited(Frame.Response answer, Span at, byte[] with) {
    byte[] frame = FrameEdit.of(answer).replace(at, with).apply();
    return FrameScanner.scan(frame, 0, frame.length, ANSWER_LIMITS)
            instanceof ScanResult.Scanned(Frame.Response response)
        ? response
        : null;
  }
}
