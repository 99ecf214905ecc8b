package dev.sallyport.edge.peer;

import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysResponse;
import dev.sallyport.proto.policy.v1.CreateKeyRequest;
import dev.sallyport.proto.policy.v1.CreateKeyResponse;
import dev.sallyport.proto.policy.v1.ListKeysRequest;
import dev.sallyport.proto.policy.v1.ListKeysResponse;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import dev.sallyport.proto.policy.v1.RevokeKeyRequest;
import dev.sallyport.proto.policy.v1.RevokeKeyResponse;
import dev.sallyport.proto.policy.v1.UpdateKeyRequest;
import dev.sallyport.proto.policy.v1.UpdateKeyResponse;
import dev.sallyport.proto.policy.v1.WatchAccessRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;

/**
 * Policy as edge uses it. A peer that cannot be reached fails the returned Uni or Multi with {@link
 * dev.sallyport.kit.error.CallFailed}; callers of this port decide what that means, and where
 * access is concerned it means no.
 */
public interface PolicyPeer {

  Uni<ResolveAccessResponse> resolveAccess(ResolveAccessRequest request);

  Multi<AccessEvent> watchAccess(WatchAccessRequest request);

  Uni<CreateKeyResponse> createKey(CreateKeyRequest request);

  Uni<ListKeysResponse> listKeys(ListKeysRequest request);

  Uni<UpdateKeyResponse> updateKey(UpdateKeyRequest request);

  Uni<RevokeKeyResponse> revokeKey(RevokeKeyRequest request);

  Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request);
}
