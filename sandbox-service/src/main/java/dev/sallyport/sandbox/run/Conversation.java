package dev.sallyport.sandbox.run;

import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.proto.common.v1.Failure;
import dev.sallyport.proto.sandbox.v1.ScriptFunction;
import dev.sallyport.proto.sandbox.v1.ScriptNamespace;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.MalformedFrame;
import dev.sallyport.sandbox.worker.wire.Up;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was said between one run's worker and edge, and whether the worker keeps to what a run may
 * do. Not for several threads.
 */
final class Conversation {

  private static final Pattern STEP = Pattern.compile("[1-9][0-9]{0,9}(\\.[0-9]{1,9})?");

  /** More than the interpreter nests. */
  private static final int DEPTH = 512;

  private static final int LONGEST_FAILURE = 4_000;

  private final Start asked;
  private final Up.Start start;
  private final int answerBytes;
  private final Set<String> steps = new HashSet<>();
  private final Set<String> waiting = new HashSet<>();
  private final Set<String> suspended = new HashSet<>();
  private final Map<String, Failure> failures = new HashMap<>();
  private long output;
  private long arguments;

  Conversation(Start asked, Up.Start start, int answerBytes) {
    this.asked = asked;
    this.start = start;
    this.answerBytes = answerBytes;
  }

  int calls() {
    return steps.size();
  }

  /** Whether answers are waited for. */
  boolean waits() {
    return !waiting.isEmpty();
  }

  /** A call in the words of the contract. */
  ToolCall call(Down.Call call) throws MalformedFrame {
    require(STEP.matcher(call.step()).matches() && steps.add(call.step()), "a step");
    require(steps.size() <= start.caps().calls(), "more calls than it may make");
    require(call.arguments().length <= start.caps().argumentBytes(), "too long arguments");
    // Also those of calls that nobody answers, as in a dry run.
    arguments += call.arguments().length;
    require(arguments <= start.caps().bytes(), "more arguments than it may have values");
    require(call.space() < asked.getNamespacesCount(), "a namespace that there is not");
    ScriptNamespace space = asked.getNamespaces(call.space());
    require(call.function() < space.getFunctionsCount(), "a function that there is not");
    try {
      JsonObject.of(call.arguments());
    } catch (MalformedJson e) {
      throw new MalformedFrame("a worker calls with what is no JSON object");
    }
    if (!start.dryRun()) {
      waiting.add(call.step());
      require(waiting.size() <= start.caps().parallel(), "more calls at once than it may make");
    }
    ScriptFunction function = space.getFunctions(call.function());
    return ToolCall.newBuilder()
        .setStep(call.step())
        .setServer(space.getServer())
        .setTool(function.getTool())
        .setArguments(UnsafeByteOperations.unsafeWrap(call.arguments()))
        .setLine(call.line())
        .build();
  }

  void output(byte[] text) throws MalformedFrame {
    output += text.length;
    require(output <= start.caps().outputBytes(), "prints more than it may");
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
    } catch (CharacterCodingException e) {
      throw new MalformedFrame("a worker prints what is no text");
    }
  }

  /** The answer as the worker takes it; null where that step is not waited for. */
  Up.@Nullable Answer answer(ToolResult result) {
    if (!waiting.remove(result.getStep())) {
      return null;
    }
    return switch (result.getOutcomeCase()) {
      case VALUE ->
          result.getValue().size() <= answerBytes
              ? new Up.Answer(
                  result.getStep(), new Up.Outcome.Value(result.getValue().toByteArray()))
              : failed(
                  result.getStep(),
                  Failure.newBuilder()
                      .setCode(ErrorCode.UPSTREAM_TOO_LARGE.wireName())
                      .setMessage(
                          "The tool's answer has "
                              + result.getValue().size()
                              + " bytes; a script can take "
                              + answerBytes
                              + ". Ask for less.")
                      .build());
      case FAILED -> failed(result.getStep(), result.getFailed());
      case SUSPEND -> {
        suspended.add(result.getStep());
        yield new Up.Answer(result.getStep(), new Up.Outcome.Suspended());
      }
      case OUTCOME_NOT_SET ->
          failed(
              result.getStep(),
              Failure.newBuilder()
                  .setCode(ErrorCode.INTERNAL.wireName())
                  .setMessage(ErrorCode.INTERNAL.message())
                  .build());
    };
  }

  private Up.Answer failed(String step, Failure failure) {
    failures.put(step, failure);
    String message = failure.getMessage();
    return new Up.Answer(
        step,
        new Up.Outcome.Failed(
            failure.getCode(),
            message.length() > LONGEST_FAILURE
                ? message.substring(0, LONGEST_FAILURE) + "..."
                : message));
  }

  /** The failure that ended the script; null where it was no call. */
  @Nullable Failure end(Down.How how) throws MalformedFrame {
    switch (how) {
      case Down.How.Result(byte[] json) -> {
        require(!start.dryRun() && waiting.isEmpty(), "a result where there can be none");
        require(json.length <= start.caps().resultBytes(), "too long a result");
        try {
          JsonReader reader = new JsonReader(json, 0, json.length, DEPTH);
          var ignored = reader.skipValue();
          reader.expectEnd();
        } catch (MalformedJson e) {
          throw new MalformedFrame("a worker's result is no JSON");
        }
      }
      case Down.How.Suspended(var steps) ->
          require(!steps.isEmpty() && suspended.containsAll(steps), "a step that does not wait");
      case Down.How.Dry _ -> require(start.dryRun(), "the end of a dry run where there is none");
      case Down.How.Failed failed -> {
        if (failed.kind() == Down.Kind.TOOL) {
          Failure failure = failures.get(failed.step());
          require(failure != null, "the failure of a call that did not fail");
          return failure;
        }
      }
    }
    return null;
  }

  private static void require(boolean holds, String what) throws MalformedFrame {
    if (!holds) {
      throw new MalformedFrame("a worker says: " + what);
    }
  }
}
