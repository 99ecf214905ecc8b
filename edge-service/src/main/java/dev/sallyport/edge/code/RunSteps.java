package dev.sallyport.edge.code;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.proto.edge.v1.JournalStep;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The calls of one run, and how far each has come. Belongs to one thread at a time. */
final class RunSteps {

  private final Map<String, Step> steps = new LinkedHashMap<>();

  /** A call of the script. */
  static final class Step {

    private JournalStep kept;

    /** While it runs here. */
    private @Nullable RunningCall running;

    /** It was handed to the pipeline by this process, and its end will be heard. */
    private boolean underWay;

    /** The sandbox waits for it. */
    private boolean wanted;

    private Step(JournalStep kept) {
      this.kept = kept;
    }

    String name() {
      return kept.getStep();
    }

    String server() {
      return kept.getServer();
    }

    String tool() {
      return kept.getTool();
    }

    ByteString arguments() {
      return kept.getArguments();
    }

    JournalStep kept() {
      return kept;
    }

    void is(JournalStep.Builder now) {
      kept = now.build();
    }

    boolean isOf(ToolCall call) {
      return server().equals(call.getServer())
          && tool().equals(call.getTool())
          && arguments().equals(call.getArguments());
    }

    boolean isUnderWay() {
      return underWay;
    }

    void underWay(boolean now) {
      underWay = now;
      if (!now) {
        running = null;
      }
    }

    @Nullable RunningCall running() {
      return running;
    }

    void running(@Nullable RunningCall call) {
      running = call;
    }

    boolean isWanted() {
      return wanted;
    }

    void wanted(boolean now) {
      wanted = now;
    }
  }

  RunSteps(List<JournalStep> before) {
    before.forEach(step -> steps.put(step.getStep(), new Step(step)));
  }

  @Nullable Step get(String name) {
    return steps.get(name);
  }

  Step add(ToolCall call) {
    Step step =
        new Step(
            JournalStep.newBuilder()
                .setStep(call.getStep())
                .setServer(call.getServer())
                .setTool(call.getTool())
                .setArguments(call.getArguments())
                .build());
    steps.put(call.getStep(), step);
    return step;
  }

  int count() {
    return steps.size();
  }

  Collection<Step> all() {
    return steps.values();
  }

  /** What is waited for, for whoever cannot be asked. */
  String waitingText() {
    StringBuilder text = new StringBuilder("The script waits.");
    for (Step step : steps.values()) {
      if (step.kept().hasWaiting()) {
        text.append(' ').append(step.kept().getWaiting().getMessage());
      }
    }
    return text.toString();
  }

  List<JournalStep> kept() {
    return steps.values().stream().map(Step::kept).toList();
  }
}
