package dev.sallyport.edge.idempotency;

import java.util.Set;

/**
 * The first answer to a request.
 *
 * @param mediaType empty for an answer without a body
 * @param etag empty for none
 * @param location empty for none
 * @param permissions what its sender was permitted when it was given
 */
public record Answer(
    int status,
    String mediaType,
    String etag,
    String location,
    Set<String> permissions,
    String body) {

  public Answer {
    permissions = Set.copyOf(permissions);
  }

  /** May hold a secret that is shown once. */
  @Override
  public String toString() {
    return "Answer[" + status + "]";
  }
}
