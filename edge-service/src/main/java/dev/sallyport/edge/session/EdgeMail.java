package dev.sallyport.edge.session;

import io.vertx.core.Future;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Messages from edge to edge, for what a client sends to another edge than the one where its call
 * runs. Sealed on the way. Nothing is kept: an edge that is not there gets nothing.
 */
public interface EdgeMail {

  /** What is sent. */
  sealed interface Letter {
    String tenant();

    UUID session();
  }

  /**
   * The client cancelled a request.
   *
   * @param requestId JSON-RPC id as it stands
   */
  record Cancel(String tenant, UUID session, String requestId) implements Letter {}

  /**
   * The client answered a question.
   *
   * @param question the id under which it was asked
   * @param frame JSON-RPC response
   */
  record Answer(String tenant, UUID session, String question, byte[] frame) implements Letter {}

  /**
   * A message of a client whose one stream is there (HTTP+SSE).
   *
   * @param session the connection
   * @param keyId virtual key with which it came
   * @param frame the message
   */
  record Post(String tenant, UUID session, String keyId, byte[] frame) implements Letter {}

  /** Name of this edge, new with each start: visible ASCII without '.'. */
  String self();

  /**
   * To one edge.
   *
   * @return whether it is there; fails when the way is broken
   */
  Future<Boolean> send(String edge, Letter letter);

  /** To all others. */
  void broadcast(Letter letter);

  /** Called with each letter for this edge. */
  void onLetter(Consumer<Letter> listener);
}
