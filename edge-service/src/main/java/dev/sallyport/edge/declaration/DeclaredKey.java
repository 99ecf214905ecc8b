package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A virtual key that a file declares.
 *
 * @param tools patterns; empty: nothing
 * @param owner a customer, team or user; null: the tenant itself
 * @param expires null: never
 * @param at where the file declares it
 */
public record DeclaredKey(
    String name,
    List<String> tools,
    @Nullable OwnerRef owner,
    @Nullable Instant expires,
    Credential credential,
    Position at) {

  /** Where the key itself comes from. */
  public sealed interface Credential {

    /** The file says a value by reference, or a hash. The value itself is not kept. */
    record Known(KeyHash hash) implements Credential {}

    /** Minted once by the gateway and kept in its data folder. */
    record Minted() implements Credential {}
  }
}
