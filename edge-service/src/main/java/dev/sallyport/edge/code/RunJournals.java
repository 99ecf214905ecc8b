package dev.sallyport.edge.code;

import dev.sallyport.edge.call.Resumption;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonText;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Which run a script goes on with, and whose journal it has. */
final class RunJournals {

  private static final Logger LOG = Logger.getLogger(RunJournals.class);

  /** A run that was taken is free again so long after it must have ended. */
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final Journals journals;
  private final CodeSettings settings;

  RunJournals(Journals journals, CodeSettings settings) {
    this.journals = journals;
    this.settings = settings;
  }

  /**
   * The journal of the run that its state names, or that waits with the same script; of a new run
   * where none does. Fails where it cannot be had; {@link #refusal} says why.
   */
  Future<RunJournal> of(RunningCall call, Script script) {
    AccessProfile profile = call.call().profile();
    if (script.dry()) {
      // It makes no calls, and so goes on with none.
      return call.call().resumption() == null
          ? Future.succeededFuture(fresh(call, script))
          : Future.failedFuture(new Over());
    }
    if (call.call().resumption() instanceof Resumption.Stateless(var id, int legs, var state)) {
      String run = JsonText.string(state.toByteArray(), new Span(0, state.size()));
      return taken(profile, run, script)
          .compose(
              journal ->
                  journal.isPresent()
                      ? Future.succeededFuture(journal.get())
                      : Future.failedFuture(new Over()));
    }
    String digest = HexFormat.of().formatHex(script.digest().toByteArray());
    return journals
        .waiting(profile.tenant(), profile.keyId(), digest)
        .compose(run -> taken(profile, run.orElse(null), script))
        .map(journal -> journal.orElseGet(() -> fresh(call, script)));
  }

  private Future<Optional<RunJournal>> taken(
      AccessProfile profile, @Nullable String run, Script script) {
    if (run == null) {
      return Future.succeededFuture(Optional.empty());
    }
    Journals.Of of = new Journals.Of(profile.tenant(), profile.keyId(), run);
    return journals
        .take(of, settings.maxTime().plus(MARGIN))
        .map(
            kept ->
                kept.filter(found -> found.head().getScriptDigest().equals(script.digest()))
                    .map(found -> RunJournal.taken(journals, settings, of, found)));
  }

  private RunJournal fresh(RunningCall call, Script script) {
    AccessProfile profile = call.call().profile();
    return RunJournal.fresh(
        journals,
        settings,
        new Journals.Of(profile.tenant(), profile.keyId(), call.id().toString()),
        script,
        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
  }

  /** Why there is no journal. */
  static Failure refusal(Throwable cause) {
    return switch (cause) {
      case Over over ->
          Failure.of(
              ErrorCode.SCRIPT_FAILED,
              "The run that this would go on with has ended or waited too long; run the script"
                  + " again from the start.");
      case Journals.StillRuns still ->
          new Failure(
              ErrorCode.CONFLICT,
              "The run goes on already; ask again when it has ended.",
              Duration.ofSeconds(5));
      default -> {
        LOG.debugf(cause, "journals cannot be reached");
        yield Failure.of(ErrorCode.SANDBOX_UNAVAILABLE);
      }
    };
  }

  /** There is no such run any more. */
  private static final class Over extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Over() {
      super("the run is over", null, false, false);
    }
  }
}
