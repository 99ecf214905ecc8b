package dev.sallyport.starlark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs the programs of the specification's corpus with this interpreter. */
public final class InterpreterHost implements SpecificationHost {

  @Override
  public Outcome run(Program program) {
    List<String> prints = new ArrayList<>();
    try {
      execute(program, "case.star", prints, new HashMap<>());
      return new Outcome(prints, null);
    } catch (StarlarkException e) {
      Position position = e.position();
      return new Outcome(
          prints, new Failure(e.getMessage(), position == null ? 0 : position.line()));
    }
  }

  private static StarlarkModule execute(
      Program program, String name, List<String> prints, Map<String, StarlarkModule> loaded) {
    Dialect dialect =
        Dialect.STRICT
            .withSets(true)
            .withRecursion(program.options().contains(Option.RECURSION))
            .withWhileLoops(program.options().contains(Option.WHILE))
            .withTopLevelControl(program.options().contains(Option.TOPLEVEL))
            .withGlobalReassignment(program.options().contains(Option.REASSIGN));
    Loader loader =
        module -> {
          StarlarkModule known = loaded.get(module);
          if (known != null) {
            return known;
          }
          Program found = program.modules().get(module);
          if (found == null) {
            throw StarlarkException.of("there is no module " + module);
          }
          StarlarkModule result = execute(found, module, prints, loaded);
          loaded.put(module, result);
          return result;
        };
    return dev.sallyport.starlark.Program.parse(program.source(), name, dialect)
        .orThrow()
        .run(
            environment().withLoader(loader),
            new Meter(Limits.DEFAULT.withCallDepth(500)),
            prints::add);
  }

  private static Environment environment() {
    Map<String, Object> names = new LinkedHashMap<>();
    names.put(
        "assert_eq",
        new HostFunction("assert_eq", "actual, expected, /", InterpreterHost::assertEq));
    names.put("assert_true", new HostFunction("assert_true", "x, /", InterpreterHost::assertTrue));
    names.put(
        "assert_fails",
        new HostFunction("assert_fails", "fn, regex, /", InterpreterHost::assertFails));
    names.put("freeze", new HostFunction("freeze", "x, /", InterpreterHost::freeze));
    return Environment.of(names);
  }

  private static Object argument(HostCall call, String name) {
    Object value = call.argument(name);
    if (value == null) {
      throw new AssertionError(name);
    }
    return value;
  }

  private static @Nullable Object assertEq(HostCall call) {
    Object actual = argument(call, "actual");
    Object expected = argument(call, "expected");
    Meter meter = call.thread().meter();
    String left = Values.repr(actual, meter);
    String right = Values.repr(expected, meter);
    if (!actual.equals(expected) || !left.equals(right)) {
      throw StarlarkException.of("assertion failed: " + left + ", expected " + right);
    }
    return null;
  }

  private static @Nullable Object assertTrue(HostCall call) {
    if (!Values.truth(argument(call, "x"))) {
      throw StarlarkException.of("assertion failed: not true");
    }
    return null;
  }

  private static @Nullable Object assertFails(HostCall call) {
    String regex = call.text("regex");
    Pattern pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    try {
      call.thread().call(argument(call, "fn"), List.of(), Map.of());
    } catch (StarlarkException e) {
      if (e.catchable() && !pattern.matcher(e.getMessage()).find()) {
        throw StarlarkException.of(
            "assertion failed: \"" + e.getMessage() + "\" has no match of " + regex);
      }
      if (e.catchable()) {
        return null;
      }
      throw e;
    }
    throw StarlarkException.of("assertion failed: no error, expected " + regex);
  }

  private static Object freeze(HostCall call) {
    Object value = argument(call, "x");
    Values.freeze(value);
    return value;
  }
}
