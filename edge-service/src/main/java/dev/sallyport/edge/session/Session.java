package dev.sallyport.edge.session;

import dev.sallyport.edge.dialect.Client;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import java.time.Instant;
import java.util.UUID;

/**
 * A legacy session, as its id carries it.
 *
 * @param id what is common to all requests of the session, on every edge
 * @param version negotiated at initialize
 * @param capabilities JSON object of the client's capabilities; empty when there were none or they
 *     were too large to carry
 * @param client who the client said that it is at initialize
 * @param memory what it has set since, as far as this edge knows
 */
public record Session(
    UUID id,
    String tenant,
    String keyId,
    ProtocolVersion version,
    Instant created,
    byte[] capabilities,
    Client client,
    SessionMemory memory) {

  Session with(SessionMemory now) {
    return new Session(id, tenant, keyId, version, created, capabilities, client, now);
  }
}
