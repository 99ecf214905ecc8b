package dev.sallyport.edge.declaration;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.policy.v1.ApplyGroupsRequest;
import dev.sallyport.proto.policy.v1.ApplyKeysRequest;
import dev.sallyport.proto.policy.v1.ApplyLimitsRequest;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What policy is asked before anything of a declaration is applied: whom the same declaration adds
 * is not there yet, and policy would miss them.
 */
final class Tried {

  private final Governed governed;
  private final Set<OwnerRef> declared = new HashSet<>();

  Tried(Governed governed) {
    this.governed = governed;
    governed.owners().forEach(owner -> declared.add(owner.ref()));
    governed.keys().forEach(key -> declared.add(key(key.name())));
  }

  private static OwnerRef key(String name) {
    return OwnerRef.newBuilder().setKind(OwnerKind.OWNER_KIND_KEY).setName(name).build();
  }

  ApplyKeysRequest keys(ApplyKeysRequest.Builder wanted) {
    wanted
        .getKeysBuilderList()
        .forEach(
            key -> {
              if (declared.contains(key.getOwner())) {
                key.clearOwner();
              }
            });
    return wanted.setDryRun(true).build();
  }

  ApplyGroupsRequest groups(ApplyGroupsRequest.Builder wanted) {
    wanted
        .getGroupsBuilderList()
        .forEach(
            group -> {
              List<OwnerRef> there =
                  group.getAttachedList().stream().filter(ref -> !declared.contains(ref)).toList();
              group.clearAttached().addAllAttached(there);
            });
    return wanted.setDryRun(true).build();
  }

  ApplyLimitsRequest limits(ApplyLimitsRequest.Builder wanted) {
    wanted.clearLimits();
    for (DeclaredLimit limit : governed.limits()) {
      boolean added =
          switch (limit.owner()) {
            case DeclaredLimit.Owner.Key key -> declared.contains(key(key.name()));
            case DeclaredLimit.Owner.Of(OwnerRef ref) -> declared.contains(ref);
            case DeclaredLimit.Owner.Everyone _,
                DeclaredLimit.Owner.Server _,
                DeclaredLimit.Owner.Tool _ ->
                false;
          };
      wanted.addLimits((added ? limit.ofEveryone() : limit).toProto());
    }
    return wanted.setDryRun(true).build();
  }

  /**
   * Policy would refuse them, but only once the keys are gone.
   *
   * @param removed names of keys that are declared no longer
   */
  void refuseWhatIsOf(List<String> removed) {
    for (DeclaredLimit limit : governed.limits()) {
      if (limit.owner() instanceof DeclaredLimit.Owner.Key key && removed.contains(key.name())) {
        throw refused("limit", limit.name(), key.name());
      }
    }
    for (DeclaredGroup group : governed.groups()) {
      for (String name : removed) {
        if (group.attachedTo().contains(key(name))) {
          throw refused("group", group.slug(), name);
        }
      }
    }
  }

  private static CallFailed refused(String what, String name, String key) {
    return new CallFailed(
        Failure.of(
            ErrorCode.INVALID_PARAMS,
            "The "
                + what
                + " "
                + name
                + " is for the key "
                + key
                + ", which is no longer declared; remove the "
                + what
                + ", too."));
  }
}
