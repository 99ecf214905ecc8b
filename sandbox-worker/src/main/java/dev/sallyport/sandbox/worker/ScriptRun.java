package dev.sallyport.sandbox.worker;

import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.Up;
import dev.sallyport.starlark.CallFrame;
import dev.sallyport.starlark.Dialect;
import dev.sallyport.starlark.Environment;
import dev.sallyport.starlark.Json;
import dev.sallyport.starlark.LimitExceeded;
import dev.sallyport.starlark.Limits;
import dev.sallyport.starlark.Meter;
import dev.sallyport.starlark.ParseResult;
import dev.sallyport.starlark.Position;
import dev.sallyport.starlark.Program;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.StarlarkModule;
import dev.sallyport.starlark.Suspended;
import dev.sallyport.starlark.UnknownUsed;
import dev.sallyport.starlark.lib.JsonLibrary;
import dev.sallyport.starlark.lib.MathLibrary;
import dev.sallyport.starlark.lib.RegexLibrary;
import dev.sallyport.starlark.lib.TimeLibrary;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One script, from its text to its end. */
final class ScriptRun {
  private static final String FILE = "script";
  private static final int SHOWN_FRAMES = 20;
  private static final int LONGEST_MESSAGE = 2_000;
  private static final int INTEGER_BITS = 64;

  private final Up.Start start;
  private final Meter meter;
  private final Prints prints;
  private final ToolCalls calls;

  ScriptRun(Up.Start start, Line line) {
    this.start = start;
    this.meter =
        new Meter(
            Limits.DEFAULT
                .withSteps(start.caps().steps())
                .withBytes(start.caps().bytes())
                .withOutputBytes(Long.MAX_VALUE));
    this.prints = new Prints(line, start.caps().outputBytes());
    this.calls = new ToolCalls(start, line, prints);
  }

  /** Stops it at its next step. From any thread. */
  void stop(String cause) {
    meter.interrupt(cause);
  }

  /**
   * Runs it. An {@link OutOfMemoryError} goes through, as does whatever breaks here and not in the
   * script.
   */
  Down.How run() {
    Down.How how = outcome();
    prints.flush();
    return how;
  }

  Down.Figures figures() {
    return new Down.Figures(meter.stepsUsed(), meter.bytesUsed(), prints.dropped());
  }

  /** The globals of every script, besides the namespaces and what calls them. */
  static Map<String, Object> libraries(long clockMicros) {
    Map<String, Object> libraries = new LinkedHashMap<>();
    libraries.put("json", JsonLibrary.VALUE);
    libraries.put("math", MathLibrary.VALUE);
    libraries.put("re", RegexLibrary.VALUE);
    libraries.put("time", TimeLibrary.at(Instant.EPOCH.plus(clockMicros, ChronoUnit.MICROS)));
    return libraries;
  }

  private Down.How outcome() {
    return switch (Program.parse(start.script(), FILE, Dialect.CODE_MODE)) {
      case ParseResult.Refused(List<StarlarkException> errors) -> failed(errors);
      case ParseResult.Parsed(Program program) -> {
        Map<String, Object> globals = libraries(start.clockMicros());
        globals.putAll(calls.globals());
        Environment environment = Environment.of(globals);
        List<StarlarkException> undefined = program.undefined(environment);
        yield undefined.isEmpty() ? outcome(program, environment) : failed(undefined);
      }
    };
  }

  private Down.How outcome(Program program, Environment environment) {
    try {
      StarlarkModule module = program.run(environment, meter, prints);
      byte[] json = json(module.get("result"));
      return start.dryRun() ? new Down.How.Dry(false, "", 0) : new Down.How.Result(json);
    } catch (Suspended e) {
      return new Down.How.Suspended(steps(e));
    } catch (UnknownUsed e) {
      Position position = e.position();
      return new Down.How.Dry(true, e.getMessage(), position == null ? 0 : position.line());
    } catch (StackOverflowError e) {
      return failed(limit("the data is nested too deeply", null));
    } catch (StarlarkException e) {
      if (e.kind() == StarlarkException.Kind.HOST) {
        throw new IllegalStateException(e.getMessage(), e.getCause());
      }
      return failed(e);
    }
  }

  private static List<String> steps(Suspended suspended) {
    List<String> steps = new ArrayList<>();
    if (suspended.payload() instanceof List<?> list) {
      list.forEach(step -> steps.add((String) step));
    }
    return steps;
  }

  private byte[] json(@Nullable Object result) {
    int cap = start.caps().resultBytes();
    JsonText text =
        new JsonText(
            cap,
            () ->
                limit(
                    "the result is too large: the limit is " + cap + " bytes of JSON",
                    "put into result what was asked for, and not whole answers"));
    if (result == null) {
      return text.append("null").toBytes();
    }
    try {
      Json.write(result, text, INTEGER_BITS, meter);
    } catch (StarlarkException e) {
      throw inData(e, "result");
    }
    return text.toBytes();
  }

  // ---- errors

  /** An error of a kind that no script can catch, as the interpreter's own limits are. */
  static StarlarkException limit(String message, @Nullable String hint) {
    return new CapReached(message, hint);
  }

  /** The error of data that has no JSON, with the name of what it is in. */
  static StarlarkException inData(StarlarkException error, String where) {
    if (error instanceof LimitExceeded reached && reached.limit() == LimitExceeded.Limit.NESTING) {
      return StarlarkException.of(
          where + " is nested more than " + Limits.DEFAULT.nesting() + " levels deep",
          "does a list or a dict in it contain itself?");
    }
    if (!error.catchable()) {
      return error;
    }
    String hint = error.hint();
    if (hint == null && error.getMessage().contains("type call")) {
      hint = "a planned call is made by parallel([...]), which returns the answers";
    }
    return StarlarkException.of(where + ": " + error.getMessage(), hint);
  }

  private Down.How failed(List<StarlarkException> errors) {
    StarlarkException first = errors.get(0);
    Down.How.Failed one = failed(first);
    if (errors.size() == 1) {
      return one;
    }
    StringBuilder message = new StringBuilder(one.message());
    for (StarlarkException more : errors.subList(1, Math.min(errors.size(), 5))) {
      Position position = more.position();
      message
          .append("; ")
          .append(position == null ? "" : "line " + position.line() + ": ")
          .append(more.getMessage());
    }
    return new Down.How.Failed(
        one.kind(),
        cut(message.toString()),
        one.line(),
        one.column(),
        one.hint(),
        one.stack(),
        one.step());
  }

  private Down.How.Failed failed(StarlarkException error) {
    Position position = error.position();
    String hint = error.hint();
    String step = calls.stepOf(error);
    return new Down.How.Failed(
        step.isEmpty() ? kind(error) : Down.Kind.TOOL,
        cut(error.getMessage()),
        position == null ? 0 : position.line(),
        position == null ? 0 : position.column(),
        hint == null ? hint(error) : hint,
        stack(error),
        step);
  }

  private static Down.Kind kind(StarlarkException error) {
    return switch (error.kind()) {
      case SYNTAX, STATIC -> Down.Kind.STATIC;
      case LIMIT, INTERRUPTED -> Down.Kind.LIMIT;
      case EVALUATION, FAIL, HOST, UNKNOWN -> Down.Kind.RUNTIME;
    };
  }

  private static String hint(StarlarkException error) {
    return error instanceof LimitExceeded reached
        ? switch (reached.limit()) {
          case STEPS -> "ask the tools for less, or do with fewer loops over it";
          case BYTES -> "ask the tools for less, and keep only what is needed of each answer";
          case CALL_DEPTH -> "use a loop over a list of what is left to do";
          case NESTING -> "does a list or a dict contain itself?";
          case OUTPUT -> "print less";
        }
        : "";
  }

  /** Outermost first, as people read it. */
  private static String stack(StarlarkException error) {
    List<CallFrame> frames = new ArrayList<>(error.stack());
    if (frames.size() < 2) {
      return "";
    }
    Collections.reverse(frames);
    StringBuilder out = new StringBuilder();
    int shown = 0;
    for (CallFrame frame : frames) {
      if (shown++ == SHOWN_FRAMES) {
        out.append("\nand ").append(frames.size() - SHOWN_FRAMES).append(" more");
        break;
      }
      out.append(out.isEmpty() ? "" : "\n").append(frame);
    }
    return out.toString();
  }

  private static String cut(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE) + "...";
  }
}
