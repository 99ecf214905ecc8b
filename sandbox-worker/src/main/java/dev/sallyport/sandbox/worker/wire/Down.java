package dev.sallyport.sandbox.worker.wire;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a worker tells the sandbox. */
public sealed interface Down {

  /** The version of this protocol; both sides are of one build. */
  int VERSION = 1;

  /** Bytes of a frame beyond its arguments or result. */
  int OVERHEAD = 64 * 1024;

  /** What is printed comes in pieces of at most so many bytes. */
  int OUTPUT_PIECE = 16 * 1024;

  /** The worker waits for its first run. */
  record Ready(int version) implements Down {}

  /**
   * A call of a tool.
   *
   * @param space index of its namespace in Start
   * @param function index of the function in that
   * @param arguments JSON object
   * @param line of the script, from 1
   */
  record Call(String step, int space, int function, byte[] arguments, int line) implements Down {}

  /** UTF-8. */
  record Output(byte[] text) implements Down {}

  /** The run is over; the worker waits for the next. */
  record End(How how, Figures figures) implements Down {}

  /** How a run ended. */
  sealed interface How {
    /** JSON. */
    record Result(byte[] json) implements How {}

    /**
     * The script is wrong, or used too much.
     *
     * @param line from 1; 0: unknown
     * @param column from 1; 0: unknown
     * @param hint empty: none
     * @param stack one call a line, outermost first; empty at the top level
     * @param step of the failed call; empty for other kinds
     */
    record Failed(
        Kind kind, String message, int line, int column, String hint, String stack, String step)
        implements How {}

    /** Calls whose answers come later. */
    record Suspended(List<String> steps) implements How {
      public Suspended {
        steps = List.copyOf(steps);
      }
    }

    /**
     * The end of a dry run.
     *
     * @param reason why it is incomplete; empty when it is not
     */
    record Dry(boolean incomplete, String reason, int line) implements How {}
  }

  /** What kind of failure it is. */
  enum Kind {
    STATIC,
    RUNTIME,
    LIMIT,
    TOOL
  }

  /** What the run used. */
  record Figures(long steps, long bytes, long droppedOutput) {}

  /** The frame of a message. */
  static byte[] encode(Down down) {
    return switch (down) {
      case Ready(int version) -> new FrameBuilder(1).number(version).build();
      case Call call ->
          new FrameBuilder(2)
              .text(call.step())
              .number(call.space())
              .number(call.function())
              .bytes(call.arguments())
              .number(call.line())
              .build();
      case Output(byte[] text) -> new FrameBuilder(3).bytes(text).build();
      case End(How.Result(byte[] json), Figures figures) ->
          figures(new FrameBuilder(4), figures).bytes(json).build();
      case End(How.Failed failed, Figures figures) ->
          figures(new FrameBuilder(5), figures)
              .of(failed.kind())
              .text(failed.message())
              .number(failed.line())
              .number(failed.column())
              .text(failed.hint())
              .text(failed.stack())
              .text(failed.step())
              .build();
      case End(How.Suspended(List<String> steps), Figures figures) -> {
        FrameBuilder out = figures(new FrameBuilder(6), figures);
        yield out.list(steps, out::text).build();
      }
      case End(How.Dry dry, Figures figures) ->
          figures(new FrameBuilder(7), figures)
              .flag(dry.incomplete())
              .text(dry.reason())
              .number(dry.line())
              .build();
    };
  }

  private static FrameBuilder figures(FrameBuilder out, Figures figures) {
    return out.wide(figures.steps()).wide(figures.bytes()).wide(figures.droppedOutput());
  }

  /** Reads what a worker says. For one thread. */
  final class Reader {
    private final FrameStream frames;

    /**
     * @param longest bytes of a frame, at most
     */
    public Reader(InputStream in, int longest) {
      this.frames = new FrameStream(in, longest);
    }

    /** The next message; null at the end of the stream. */
    public @Nullable Down next() throws IOException {
      byte[] frame = frames.next();
      return frame == null ? null : decode(frame);
    }

    private static Down decode(byte[] frame) throws MalformedFrame {
      Payload in = new Payload(frame, 1);
      Down down =
          switch (frame[0]) {
            case 1 -> new Ready(in.number());
            case 2 -> new Call(in.text(), in.count(), in.count(), in.bytes(), in.count());
            case 3 -> new Output(in.bytes());
            case 4, 5, 6, 7 -> end(frame[0], in);
            default -> throw new MalformedFrame("a frame of an unknown type");
          };
      in.end();
      return down;
    }

    private static Down end(int type, Payload in) throws MalformedFrame {
      Figures figures = new Figures(in.wideCount(), in.wideCount(), in.wideCount());
      How how =
          switch (type) {
            case 4 -> new How.Result(in.bytes());
            case 5 ->
                new How.Failed(
                    in.of(Kind.values()),
                    in.text(),
                    in.count(),
                    in.count(),
                    in.text(),
                    in.text(),
                    in.text());
            case 6 -> new How.Suspended(in.list(in::text));
            default -> new How.Dry(in.flag(), in.text(), in.count());
          };
      return new End(how, figures);
    }
  }
}
