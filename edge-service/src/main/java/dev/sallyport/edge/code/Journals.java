package dev.sallyport.edge.code;

import dev.sallyport.proto.edge.v1.JournalHead;
import dev.sallyport.proto.edge.v1.JournalStep;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Journals of runs that wait, shared by all edges, sealed and bound to their caller. Each step is
 * atomic. Everything fails when the store cannot be reached.
 */
public interface Journals {

  /**
   * Whose journal it is.
   *
   * @param run names the run; nobody can guess it
   */
  record Of(String tenant, String caller, String run) {}

  /**
   * What is kept of a run.
   *
   * @param hold whoever has taken the run shows this when it writes
   */
  record Kept(JournalHead head, List<JournalStep> steps, String hold) {}

  /**
   * Keeps all of a run that begins to wait, and sets it free for whoever goes on with it.
   *
   * @param hold as in {@link Kept}; empty for a run that was not kept before
   * @param script makes it found by {@link #waiting}; empty: it goes on only by its name
   */
  Future<Void> suspend(
      Of of,
      String hold,
      String script,
      JournalHead head,
      Collection<JournalStep> steps,
      Duration life);

  /** Name of the run of this script that waits, if there is one. */
  Future<Optional<String>> waiting(String tenant, String caller, String script);

  /**
   * Takes a run to go on with it. Nobody else can until it is suspended again or {@code atMost} has
   * passed.
   *
   * @return empty where it has ended or is forgotten; fails with {@link StillRuns} where somebody
   *     else has taken it
   */
  Future<Optional<Kept>> take(Of of, Duration atMost);

  /** Adds or replaces a step of a run; fails where somebody else has taken it since. */
  Future<Void> write(Of of, String hold, JournalStep step);

  /** Sets a run free that was taken and could not go on, with what was written of it. */
  Future<Void> release(Of of, String hold);

  /** The run has ended. Nothing happens where somebody else has taken it. */
  Future<Void> remove(Of of, String hold, String script);

  /** The run goes on elsewhere. */
  final class StillRuns extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public StillRuns() {
      super("the run goes on elsewhere", null, false, false);
    }
  }
}
