package dev.sallyport.sandbox.worker.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the sandbox tells a worker. */
public sealed interface Up {

  /**
   * Begins a run; only while none runs.
   *
   * @param script UTF-8
   * @param clockMicros what the run's clock shows, microseconds since the epoch
   * @param dryRun calls are told, and not waited for
   */
  record Start(byte[] script, RunCaps caps, List<Space> spaces, long clockMicros, boolean dryRun)
      implements Up {}

  /** The answer to one call. */
  record Answer(String step, Outcome outcome) implements Up {}

  /**
   * Ends the run at its next step.
   *
   * @param cause a short phrase for the message
   */
  record Stop(String cause) implements Up {}

  /**
   * What a run may use. Each number is positive.
   *
   * @param steps as the interpreter counts them
   * @param bytes that values take, in all
   * @param calls of tools
   * @param parallel calls that are waited for at the same time
   * @param outputBytes of what is printed; more is dropped and counted
   * @param resultBytes of the JSON of the result
   * @param argumentBytes of the JSON of one call's arguments
   */
  record RunCaps(
      long steps,
      long bytes,
      int calls,
      int parallel,
      long outputBytes,
      int resultBytes,
      int argumentBytes) {
    public RunCaps {
      if (steps < 1
          || bytes < 1
          || calls < 0
          || parallel < 1
          || outputBytes < 0
          || resultBytes < 1
          || argumentBytes < 1) {
        throw new IllegalArgumentException("caps are positive");
      }
    }
  }

  /** A global with tools in it. */
  record Space(String name, List<String> functions) {
    public Space {
      functions = List.copyOf(functions);
    }
  }

  /** What became of a call. */
  sealed interface Outcome {
    /** JSON. */
    record Value(byte[] json) implements Outcome {}

    /** The call failed; the words of the error model. */
    record Failed(String code, String message) implements Outcome {}

    /** The answer comes later; the script is run again then. */
    record Suspended() implements Outcome {}
  }

  /** Bytes of a frame beyond its script, names or value. */
  int OVERHEAD = 64 * 1024;

  /** The frame of a message. */
  static byte[] encode(Up up) {
    return switch (up) {
      case Start start -> {
        RunCaps caps = start.caps();
        FrameBuilder out = new FrameBuilder(1);
        out.bytes(start.script())
            .wide(caps.steps())
            .wide(caps.bytes())
            .number(caps.calls())
            .number(caps.parallel())
            .wide(caps.outputBytes())
            .number(caps.resultBytes())
            .number(caps.argumentBytes())
            .list(
                start.spaces(), space -> out.text(space.name()).list(space.functions(), out::text))
            .wide(start.clockMicros())
            .flag(start.dryRun());
        yield out.build();
      }
      case Answer(String step, Outcome.Value(byte[] json)) ->
          new FrameBuilder(2).text(step).bytes(json).build();
      case Answer(String step, Outcome.Failed(String code, String message)) ->
          new FrameBuilder(3).text(step).text(code).text(message).build();
      case Answer(String step, Outcome.Suspended _) -> new FrameBuilder(4).text(step).build();
      case Stop(String cause) -> new FrameBuilder(5).text(cause).build();
    };
  }

  /** Reads what the sandbox says. For one thread. */
  final class Reader {
    private final FrameStream frames;

    /**
     * @param longest bytes of a frame, at most
     */
    public Reader(InputStream in, int longest) {
      this.frames = new FrameStream(in, longest);
    }

    /** The next message; null at the end of the stream. */
    public @Nullable Up next() throws IOException {
      byte[] frame = frames.next();
      return frame == null ? null : decode(frame);
    }

    private static Up decode(byte[] frame) throws MalformedFrame {
      Payload in = new Payload(frame, 1);
      Up up =
          switch (frame[0]) {
            case 1 -> start(in);
            case 2 -> new Answer(in.text(), new Outcome.Value(in.bytes()));
            case 3 -> new Answer(in.text(), new Outcome.Failed(in.text(), in.text()));
            case 4 -> new Answer(in.text(), new Outcome.Suspended());
            case 5 -> new Stop(in.text());
            default -> throw new MalformedFrame("a frame of an unknown type");
          };
      in.end();
      return up;
    }

    private static Up start(Payload in) throws MalformedFrame {
      byte[] script = in.bytes();
      RunCaps caps;
      try {
        caps =
            new RunCaps(
                in.wideCount(),
                in.wideCount(),
                in.count(),
                in.count(),
                in.wideCount(),
                in.count(),
                in.count());
      } catch (IllegalArgumentException e) {
        throw new MalformedFrame("a cap is 0");
      }
      List<Space> spaces = in.list(() -> new Space(in.text(), in.list(in::text)));
      return new Start(script, caps, spaces, in.wide(), in.flag());
    }
  }
}
