package dev.sallyport.standalone.peer;

import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.policy.access.PolicyOperations;
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
import jakarta.inject.Singleton;

/** Policy, asked by edge. */
@Singleton
final class LocalPolicyPeer implements PolicyPeer {

  private final PolicyOperations policy;
  private final Direct direct = new Direct(Peer.EDGE);

  LocalPolicyPeer(PolicyOperations policy) {
    this.policy = policy;
  }

  @Override
  public Uni<ResolveAccessResponse> resolveAccess(ResolveAccessRequest request) {
    return direct.answer(request.getContext(), request, policy::resolveAccess);
  }

  @Override
  public Multi<AccessEvent> watchAccess(WatchAccessRequest request) {
    return direct.stream(request.getContext(), request, policy::watchAccess);
  }

  @Override
  public Uni<CreateKeyResponse> createKey(CreateKeyRequest request) {
    return direct.answer(request.getContext(), request, policy::createKey);
  }

  @Override
  public Uni<ListKeysResponse> listKeys(ListKeysRequest request) {
    return direct.answer(request.getContext(), request, policy::listKeys);
  }

  @Override
  public Uni<UpdateKeyResponse> updateKey(UpdateKeyRequest request) {
    return direct.answer(request.getContext(), request, policy::updateKey);
  }

  @Override
  public Uni<RevokeKeyResponse> revokeKey(RevokeKeyRequest request) {
    return direct.answer(request.getContext(), request, policy::revokeKey);
  }

  @Override
  public Uni<ApplyKeysResponse> applyKeys(ApplyKeysRequest request) {
    return direct.answer(request.getContext(), request, policy::applyKeys);
  }
}
