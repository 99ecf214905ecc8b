package dev.sallyport.sandbox.worker;

import dev.sallyport.sandbox.worker.wire.Down;
import dev.sallyport.sandbox.worker.wire.Up;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/** Runs scripts without a process; a function answers their calls. */
final class Scripted implements Line {
  static final Up.RunCaps CAPS = new Up.RunCaps(5_000_000, 32 << 20, 50, 3, 1_000, 10_000, 10_000);

  static final List<Up.Space> SPACES =
      List.of(
          new Up.Space("fs", List.of("read_file", "write")), new Up.Space("web", List.of("get")));

  final List<Down.Call> calls = new ArrayList<>();
  final StringBuilder printed = new StringBuilder();
  int mostWaiting;
  Down.Figures figures = new Down.Figures(0, 0, 0);

  private final Function<Down.Call, Up.Outcome> tools;
  private final Deque<Down.Call> waiting = new ArrayDeque<>();
  private boolean lastFirst;

  Scripted(Function<Down.Call, Up.Outcome> tools) {
    this.tools = tools;
  }

  /** Tools that answer with their own arguments. */
  static Scripted echo() {
    return new Scripted(call -> new Up.Outcome.Value(call.arguments()));
  }

  /** Answers come in the opposite order of the calls. */
  Scripted lastFirst() {
    lastFirst = true;
    return this;
  }

  static Up.Outcome value(String json) {
    return new Up.Outcome.Value(json.getBytes(StandardCharsets.UTF_8));
  }

  static Up.Start start(String script) {
    return new Up.Start(
        script.getBytes(StandardCharsets.UTF_8), CAPS, SPACES, 1_764_417_600_000_000L, false);
  }

  Down.How run(String script) {
    return run(start(script));
  }

  Down.How dry(String script) {
    Up.Start start = start(script);
    return run(new Up.Start(start.script(), CAPS, SPACES, start.clockMicros(), true));
  }

  Down.How run(Up.Start start) {
    ScriptRun run = new ScriptRun(start, this);
    Down.How how = run.run();
    figures = run.figures();
    return how;
  }

  /** The JSON of the result. */
  String result(String script) {
    Down.How how = run(script);
    if (how instanceof Down.How.Result(byte[] json)) {
      return new String(json, StandardCharsets.UTF_8);
    }
    throw new AssertionError("no result but " + how);
  }

  /** The failure of a script. */
  Down.How.Failed failure(String script) {
    Down.How how = run(script);
    if (how instanceof Down.How.Failed failed) {
      return failed;
    }
    throw new AssertionError("no failure but " + how);
  }

  /** The steps of the calls, with what they call. */
  List<String> told() {
    return calls.stream()
        .map(
            call ->
                call.step()
                    + " "
                    + SPACES.get(call.space()).functions().get(call.function())
                    + " "
                    + new String(call.arguments(), StandardCharsets.UTF_8))
        .toList();
  }

  @Override
  public void send(Down message) {
    switch (message) {
      case Down.Call call -> {
        calls.add(call);
        waiting.add(call);
        mostWaiting = Math.max(mostWaiting, waiting.size());
      }
      case Down.Output(byte[] text) -> printed.append(new String(text, StandardCharsets.UTF_8));
      case Down.Ready _, Down.End _ -> throw new AssertionError("not of a run: " + message);
    }
  }

  @Override
  public Up.Answer answer() {
    Down.Call call = lastFirst ? waiting.removeLast() : waiting.removeFirst();
    return new Up.Answer(call.step(), tools.apply(call));
  }
}
