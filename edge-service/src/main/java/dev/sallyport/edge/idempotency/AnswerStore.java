package dev.sallyport.edge.idempotency;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * Texts by name, shared by all edges. Every step is atomic among them. Everything fails when the
 * store cannot be reached.
 */
public interface AnswerStore {

  /**
   * Keeps {@code text} unless something is kept under this name.
   *
   * @return what was there; empty: now it is {@code text}
   */
  Future<Optional<String>> putIfAbsent(String tenant, String name, String text, Duration life);

  /** Puts {@code text} in the place of {@code before}; false, and nothing, where that is gone. */
  Future<Boolean> replace(String tenant, String name, String before, String text, Duration life);

  /** Forgets {@code before}; nothing where something else is kept by now. */
  Future<Void> remove(String tenant, String name, String before);
}
