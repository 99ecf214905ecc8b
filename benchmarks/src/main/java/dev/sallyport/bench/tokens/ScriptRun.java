package dev.sallyport.bench.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.bench.tokens.TaskTools.Simulated;
import dev.sallyport.codemode.CodeCatalogue;
import dev.sallyport.starlark.Dialect;
import dev.sallyport.starlark.Environment;
import dev.sallyport.starlark.HostCall;
import dev.sallyport.starlark.HostFunction;
import dev.sallyport.starlark.Json;
import dev.sallyport.starlark.Limits;
import dev.sallyport.starlark.Meter;
import dev.sallyport.starlark.Namespace;
import dev.sallyport.starlark.Program;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.StarlarkModule;
import dev.sallyport.starlark.Values;
import dev.sallyport.starlark.lib.JsonLibrary;
import dev.sallyport.starlark.lib.MathLibrary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs the scripts of the tasks with the real interpreter, against the tools that the tasks have. A
 * call for {@code parallel} is made at once: what comes back is the same.
 */
final class ScriptRun {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final IdentityHashMap<Object, Simulated> tools = new IdentityHashMap<>();
  private final Meter meter = new Meter(Limits.DEFAULT);
  private final Environment environment;

  ScriptRun(CodeCatalogue catalogue) {
    Map<String, Object> values = new HashMap<>();
    for (CodeCatalogue.Namespace namespace : catalogue.namespaces()) {
      Map<String, Object> functions = new HashMap<>();
      for (CodeCatalogue.Function function : namespace.functions()) {
        String tool = namespace.server() + "." + function.tool();
        TaskTools.all().stream()
            .filter(s -> (s.tool().server() + "." + s.tool().name()).equals(tool))
            .findFirst()
            .ifPresent(simulated -> functions.put(function.name(), function(simulated)));
      }
      values.put(namespace.name(), new Namespace("server", namespace.name(), functions));
    }
    values.put("call", new HostFunction("call", "tool, /, **kwargs", this::call));
    values.put("try_call", new HostFunction("try_call", "tool, /, **kwargs", this::tried));
    values.put("parallel", new HostFunction("parallel", "calls, /", c -> c.argument("calls")));
    values.put("json", JsonLibrary.VALUE);
    values.put("math", MathLibrary.VALUE);
    this.environment = Environment.of(values);
  }

  /** What goes back to the model: prints, and the result or the error. */
  String run(String script) {
    List<String> lines = new ArrayList<>();
    try {
      StarlarkModule module =
          Program.parse(script, "script.star", Dialect.CODE_MODE)
              .orThrow()
              .run(environment, meter, lines::add);
      Object result = module.get("result");
      if (result != null) {
        lines.add(result instanceof String text ? text : Json.encode(result, meter));
      }
    } catch (StarlarkException e) {
      lines.add("Error: " + e.getMessage());
    }
    return String.join("\n", lines);
  }

  private HostFunction function(Simulated simulated) {
    HostFunction function =
        new HostFunction(
            simulated.tool().name(), "**kwargs", call -> answer(simulated, call.kwargs()));
    tools.put(function, simulated);
    return function;
  }

  private Object call(HostCall call) {
    Simulated simulated = tools.get(call.argument("tool"));
    if (simulated == null) {
      throw StarlarkException.of("call takes a tool first");
    }
    return answer(simulated, call.kwargs());
  }

  private Object tried(HostCall call) {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("ok", true);
    result.put("value", call(call));
    return Values.fromJava(result);
  }

  private Object answer(Simulated simulated, Map<String, Object> arguments) {
    try {
      String json = Json.encode(Values.fromJava(arguments), meter);
      String text = simulated.answer().apply(JSON.readTree(json));
      @Nullable Object value = Json.decodeOrNull(text, meter);
      return value == null ? text : value;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
