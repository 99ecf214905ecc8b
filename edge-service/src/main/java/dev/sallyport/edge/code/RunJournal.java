package dev.sallyport.edge.code;

import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.proto.edge.v1.JournalHead;
import dev.sallyport.proto.edge.v1.JournalStep;
import io.vertx.core.Future;
import java.util.HexFormat;
import java.util.List;

/**
 * The journal of one run, as it is kept for other edges. A run that never waited has none: whoever
 * asked for it is gone with the edge that ran it, and no other goes on with it. From when it waits
 * for the first time every call is written down before it is made, and with what came of it.
 */
final class RunJournal {

  private final Journals journals;
  private final CodeSettings settings;
  private final Journals.Of of;
  private final JournalHead head;
  private final List<JournalStep> before;
  private final String hold;

  /** It is kept, and was taken to go on with it. */
  private boolean kept;

  private RunJournal(
      Journals journals,
      CodeSettings settings,
      Journals.Of of,
      JournalHead head,
      List<JournalStep> before,
      String hold) {
    this.journals = journals;
    this.settings = settings;
    this.of = of;
    this.head = head;
    this.before = before;
    this.hold = hold;
    this.kept = !hold.isEmpty();
  }

  /** Of a run that begins. */
  static RunJournal fresh(
      Journals journals, CodeSettings settings, Journals.Of of, Script script, long clockMicros) {
    JournalHead head =
        JournalHead.newBuilder()
            .setClockMicros(clockMicros)
            .setScriptDigest(script.digest())
            .build();
    return new RunJournal(journals, settings, of, head, List.of(), "");
  }

  /** Of a run that was taken. */
  static RunJournal taken(
      Journals journals, CodeSettings settings, Journals.Of of, Journals.Kept kept) {
    return new RunJournal(journals, settings, of, kept.head(), kept.steps(), kept.hold());
  }

  List<JournalStep> before() {
    return before;
  }

  long clockMicros() {
    return head.getClockMicros();
  }

  /** The name of the run, a JSON string. */
  byte[] state() {
    return JsonText.quote(of.run());
  }

  Future<Void> write(JournalStep step) {
    return kept ? journals.write(of, hold, step) : Future.succeededFuture();
  }

  /**
   * @param byScript whoever runs the same script goes on with this run
   */
  Future<Void> suspend(List<JournalStep> steps, boolean byScript) {
    long bytes = steps.stream().mapToLong(JournalStep::getSerializedSize).sum();
    if (bytes > settings.maxJournal().asLongValue()) {
      return Future.failedFuture(new TooLong(bytes));
    }
    kept = false;
    return journals.suspend(
        of, hold, byScript ? script() : "", head, steps, settings.keepJournals());
  }

  /** The run could not go on, and whoever asks again may. */
  void release() {
    if (kept) {
      kept = false;
      Future<Void> ignored = journals.release(of, hold);
    }
  }

  void end() {
    if (kept) {
      Future<Void> ignored = journals.remove(of, hold, script());
    }
  }

  private String script() {
    return HexFormat.of().formatHex(head.getScriptDigest().toByteArray());
  }

  /** Why a run cannot wait. */
  Failure refusal(Throwable cause) {
    return cause instanceof TooLong tooLong
        ? Failure.of(
            ErrorCode.SCRIPT_FAILED,
            "The script would have to wait, but what its calls returned so far ("
                + tooLong.bytes
                + " bytes) is more than can be kept of it ("
                + settings.maxJournal().asLongValue()
                + "); call the tool that waits in a script of its own.")
        : Failure.of(ErrorCode.SANDBOX_UNAVAILABLE);
  }

  private static final class TooLong extends RuntimeException {

    private static final long serialVersionUID = 1L;
    private final long bytes;

    TooLong(long bytes) {
      super("the journal is too long", null, false, false);
      this.bytes = bytes;
    }
  }
}
