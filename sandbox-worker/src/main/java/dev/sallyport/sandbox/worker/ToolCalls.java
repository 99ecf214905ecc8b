package dev.sallyport.sandbox.worker;

import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.MalformedFrame;
import dev.sallyport.sandbox.worker.wire.Up;
import dev.sallyport.sandbox.worker.wire.Up.Outcome;
import dev.sallyport.starlark.HostCall;
import dev.sallyport.starlark.HostFunction;
import dev.sallyport.starlark.Json;
import dev.sallyport.starlark.Meter;
import dev.sallyport.starlark.Namespace;
import dev.sallyport.starlark.Position;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.StarlarkIterable;
import dev.sallyport.starlark.Suspended;
import dev.sallyport.starlark.Unknown;
import dev.sallyport.starlark.Values;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Calls of tools: the functions of the namespaces, {@code call}, {@code try_call}, {@code
 * parallel}.
 */
final class ToolCalls {

  /** An answer as it comes and as a text, of which a character takes two bytes at most. */
  private static final int BYTES_OF_AN_OCTET = 3;

  private static final int INTEGER_BITS = 64;

  private final Up.Start start;
  private final Line line;
  private final Prints prints;
  private final Map<HostFunction, Tool> tools = new IdentityHashMap<>();
  private int steps;
  private int calls;
  private @Nullable StarlarkException failure;
  private String failedStep = "";

  ToolCalls(Up.Start start, Line line, Prints prints) {
    this.start = start;
    this.line = line;
    this.prints = prints;
  }

  /** The globals that this gives to a script. */
  Map<String, Object> globals() {
    Map<String, Object> globals = new LinkedHashMap<>();
    for (int i = 0; i < start.spaces().size(); i++) {
      Up.Space space = start.spaces().get(i);
      Map<String, Object> functions = new LinkedHashMap<>();
      for (int j = 0; j < space.functions().size(); j++) {
        String name = space.functions().get(j);
        Tool tool = new Tool(i, j, space.name() + "." + name);
        HostFunction function = tool.function(call -> direct(tool, call));
        tools.put(function, tool);
        functions.put(name, function);
      }
      globals.put(space.name(), new Namespace("tools", space.name(), functions));
    }
    globals.put("call", new HostFunction("call", "*args, **kwargs", this::plan));
    globals.put("try_call", new HostFunction("try_call", "*args, **kwargs", this::tryCall));
    globals.put("parallel", new HostFunction("parallel", "calls, /, *, try_all?", this::parallel));
    return globals;
  }

  /** The step whose failure this error is; empty where it is not one of a call. */
  String stepOf(StarlarkException error) {
    return error == failure ? failedStep : "";
  }

  // ---- the functions

  private Object direct(Tool tool, HostCall call) throws IOException, InterruptedException {
    if (!call.args().isEmpty()) {
      throw StarlarkException.of(
          tool.name() + " takes its arguments by name",
          "write " + tool.name() + "(name=value), with the names that its documentation gives");
    }
    Answered answered = one(tool, call);
    if (answered.outcome instanceof Outcome.Failed failed) {
      throw failed(tool.name(), answered.step, failed);
    }
    return answered.value(tool, call.thread().meter());
  }

  private Object tryCall(HostCall call) throws IOException, InterruptedException {
    Tool tool = toolOf(call);
    Answered answered = one(tool, call);
    return answered.item(tool, call.thread().meter());
  }

  private Object plan(HostCall call) {
    return new PlannedCall(toolOf(call), arguments(call));
  }

  /** The tool that {@code call} and {@code try_call} take first; the rest is by name. */
  private Tool toolOf(HostCall call) {
    List<Object> args = call.args();
    String shape = call.name() + "(fs.read, path=\"a\")";
    if (args.isEmpty()) {
      throw StarlarkException.of(call.name() + " takes the tool first", "write " + shape);
    }
    Tool tool = args.get(0) instanceof HostFunction function ? tools.get(function) : null;
    if (tool == null) {
      Object first = args.get(0);
      throw StarlarkException.of(
          call.name() + " takes a tool first, not " + Values.typeName(first),
          first instanceof PlannedCall
              ? "a call that is planned is made by parallel([...])"
              : "write " + shape + ": the tool itself, without quotes and without calling it");
    }
    if (args.size() > 1) {
      throw StarlarkException.of(
          call.name() + " takes the arguments of the tool by name",
          "write " + call.name() + "(" + tool.name() + ", name=value)");
    }
    return tool;
  }

  private Object parallel(HostCall call) throws IOException, InterruptedException {
    Object tryAll = call.argument("try_all");
    boolean each = tryAll != null && Values.truth(tryAll);
    List<PlannedCall> planned = planned(Objects.requireNonNull(call.argument("calls")));
    count(planned.size());
    Meter meter = call.thread().meter();
    // A slot for each, here and in what becomes the list.
    meter.bytes(128L * planned.size());
    String step = nextStep();
    List<@Nullable Outcome> outcomes = exchange(step, planned, call);
    if (start.dryRun()) {
      List<Object> unknown = new ArrayList<>();
      planned.forEach(one -> unknown.add(new Unknown(one.tool().what())));
      return unknown;
    }
    List<String> waiting = new ArrayList<>();
    for (int i = 0; i < planned.size(); i++) {
      Outcome outcome = outcomes.get(i);
      if (outcome instanceof Outcome.Failed failed && !each) {
        throw failed(planned.get(i).tool().name(), step + "." + i, failed);
      }
      if (outcome instanceof Outcome.Suspended) {
        waiting.add(step + "." + i);
      }
    }
    if (!waiting.isEmpty()) {
      throw new Suspended(waiting);
    }
    List<Object> answers = new ArrayList<>();
    for (int i = 0; i < planned.size(); i++) {
      Answered answered =
          new Answered(step + "." + i, Objects.requireNonNull(outcomes.get(i)), false);
      // What is read is not needed any more.
      outcomes.set(i, null);
      Tool tool = planned.get(i).tool();
      answers.add(each ? answered.item(tool, meter) : answered.value(tool, meter));
    }
    return answers;
  }

  private static List<PlannedCall> planned(Object calls) {
    if (!(calls instanceof StarlarkIterable list)) {
      throw StarlarkException.of(
          "parallel takes a list of calls, not " + Values.typeName(calls),
          "write parallel([call(fs.read, path=p) for p in paths])");
    }
    List<PlannedCall> planned = new ArrayList<>();
    for (Object one : list) {
      if (one instanceof PlannedCall call) {
        planned.add(call);
        continue;
      }
      boolean function = one instanceof dev.sallyport.starlark.StarlarkCallable;
      throw StarlarkException.of(
          "parallel takes calls; element "
              + planned.size()
              + " is "
              + (one instanceof Unknown ? "an answer" : "of type " + Values.typeName(one)),
          one instanceof HostFunction
              ? "say with what it is called: call(tool, name=value)"
              : function
                  ? "functions are not run side by side; write call(tool, name=value) for each"
                  : "that call has been made already; write call(tool, name=value) in place of"
                      + " tool(name=value)");
    }
    return planned;
  }

  // ---- the exchange

  /** What came back of one call. */
  private record Answered(String step, Outcome outcome, boolean dry) {

    /** The value; only of an outcome that is one. */
    Object value(Tool tool, Meter meter) {
      return switch (outcome) {
        case Outcome.Value(byte[] json) -> decode(tool, json, meter);
        case Outcome.Suspended _ -> {
          if (dry) {
            yield new Unknown(tool.what());
          }
          throw new Suspended(List.of(step));
        }
        case Outcome.Failed _ -> throw new IllegalStateException("a failure has no value");
      };
    }

    /** As {@code try_call} returns it. */
    Object item(Tool tool, Meter meter) {
      meter.bytes(1024);
      if (outcome instanceof Outcome.Failed(String code, String message)) {
        meter.bytes(2L * (code.length() + message.length()));
        Map<String, Object> item = new LinkedHashMap<>();
        item.put("ok", false);
        item.put("code", code);
        item.put("error", message);
        return Values.fromJava(item);
      }
      Object value = value(tool, meter);
      if (value instanceof Unknown) {
        return value;
      }
      Map<String, Object> item = new LinkedHashMap<>();
      item.put("ok", true);
      item.put("value", value);
      return Values.fromJava(item);
    }

    private static Object decode(Tool tool, byte[] json, Meter meter) {
      try {
        String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
        return Json.decode(text, meter);
      } catch (CharacterCodingException e) {
        throw StarlarkException.of("the answer of " + tool.name() + " is not valid UTF-8");
      } catch (StarlarkException e) {
        throw e.catchable()
            ? StarlarkException.of("the answer of " + tool.name() + " is " + e.getMessage())
            : e;
      }
    }
  }

  private Answered one(Tool tool, HostCall call) throws IOException, InterruptedException {
    byte[] arguments = arguments(call);
    count(1);
    String step = nextStep();
    prints.flush();
    line.send(new Down.Call(step, tool.space(), tool.index(), arguments, at(call)));
    if (start.dryRun()) {
      return new Answered(step, new Outcome.Suspended(), true);
    }
    Up.Answer answer = receive(call);
    if (!answer.step().equals(step)) {
      throw new MalformedFrame("an answer to a step that is not waited for");
    }
    return new Answered(step, answer.outcome(), false);
  }

  private List<@Nullable Outcome> exchange(String step, List<PlannedCall> planned, HostCall call)
      throws IOException, InterruptedException {
    prints.flush();
    int lineOfCall = at(call);
    List<@Nullable Outcome> outcomes = new ArrayList<>();
    Map<String, Integer> waiting = new HashMap<>();
    int next = 0;
    while (next < planned.size() || !waiting.isEmpty()) {
      while (next < planned.size()
          && (start.dryRun() || waiting.size() < start.caps().parallel())) {
        PlannedCall one = planned.get(next);
        String each = step + "." + next;
        line.send(
            new Down.Call(
                each, one.tool().space(), one.tool().index(), one.arguments(), lineOfCall));
        outcomes.add(null);
        if (!start.dryRun()) {
          waiting.put(each, next);
        }
        next++;
      }
      if (!waiting.isEmpty()) {
        Up.Answer answer = receive(call);
        Integer index = waiting.remove(answer.step());
        if (index == null) {
          throw new MalformedFrame("an answer to a step that is not waited for");
        }
        outcomes.set(index, answer.outcome());
      }
    }
    return outcomes;
  }

  private Up.Answer receive(HostCall call) throws IOException, InterruptedException {
    Up.Answer answer = line.answer();
    Meter meter = call.thread().meter();
    meter.steps(1);
    if (answer == null) {
      throw new IOException("the run was stopped and goes on");
    }
    if (answer.outcome() instanceof Outcome.Value(byte[] json)) {
      meter.bytes((long) BYTES_OF_AN_OCTET * json.length);
    }
    return answer;
  }

  private static int at(HostCall call) {
    Position position = call.position();
    return position == null ? 0 : position.line();
  }

  private String nextStep() {
    return Integer.toString(++steps);
  }

  private void count(int more) {
    if (more > start.caps().calls() - calls) {
      throw ScriptRun.limit(
          "the script makes too many calls: the limit is " + start.caps().calls(),
          "narrow down first what has to be called");
    }
    calls += more;
  }

  private byte[] arguments(HostCall call) {
    int cap = start.caps().argumentBytes();
    JsonText text =
        new JsonText(
            cap,
            () ->
                ScriptRun.limit(
                    "the arguments of a call are too large: the limit is " + cap + " bytes", null));
    Meter meter = call.thread().meter();
    text.append("{");
    String separator = "";
    for (Map.Entry<String, Object> argument : call.kwargs().entrySet()) {
      text.append(separator);
      separator = ",";
      Json.write(argument.getKey(), text, INTEGER_BITS, meter);
      text.append(":");
      try {
        Json.write(argument.getValue(), text, INTEGER_BITS, meter);
      } catch (StarlarkException e) {
        throw ScriptRun.inData(e, "argument " + argument.getKey());
      }
    }
    text.append("}");
    return text.toBytes();
  }

  private StarlarkException failed(String tool, String step, Outcome.Failed outcome) {
    StarlarkException error =
        StarlarkException.of(
            tool + " failed: " + outcome.message() + " (" + outcome.code() + ")",
            "to go on after a failure write try_call(" + tool + ", ...)");
    failure = error;
    failedStep = step;
    return error;
  }
}
