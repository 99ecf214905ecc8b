package dev.sallyport.policy.owner;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.policy.Refusals;
import dev.sallyport.proto.policy.v1.Owner;
import dev.sallyport.proto.policy.v1.OwnerKind;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an owner may look like. Every refusal names the owner and the fix. */
public final class OwnerRules {

  /** Of one tenant. */
  static final int MOST_OWNERS = 1_000_000;

  /** From a key's owner to the top. */
  public static final int MOST_LEVELS = 16;

  private static final int MOST_ROLES = 32;
  private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private OwnerRules() {}

  /** The owner as it will be kept, revision 1. Whether its parent is there is asked elsewhere. */
  static StoredOwner checked(String tenant, String id, String source, Owner owner) {
    Ref ref = Ref.of(owner.getRef());
    if (ref == null || !ref.isOwner()) {
      throw Refusals.invalid("An owner is a customer, a team or a user: team:payments.");
    }
    Ref parent = Ref.of(owner.getParent());
    if (parent != null && !mayBeOf(ref.kind(), parent.kind())) {
      throw wrong(
          ref,
          switch (ref.kind()) {
            case OWNER_KIND_CUSTOMER -> "a customer has no parent";
            case OWNER_KIND_TEAM -> "a team is of a customer or of another team";
            default -> "a user is of a team or of a customer";
          });
    }
    return new StoredOwner(tenant, id, ref, parent, roles(ref, owner.getRolesList()), source, 1);
  }

  private static boolean mayBeOf(OwnerKind kind, OwnerKind parent) {
    return switch (kind) {
      case OWNER_KIND_TEAM, OWNER_KIND_USER ->
          parent == OwnerKind.OWNER_KIND_TEAM || parent == OwnerKind.OWNER_KIND_CUSTOMER;
      default -> false;
    };
  }

  private static List<String> roles(Ref ref, List<String> roles) {
    Set<String> sorted = new TreeSet<>(roles);
    if (sorted.size() > MOST_ROLES) {
      throw wrong(ref, "it has at most " + MOST_ROLES + " roles");
    }
    for (String role : sorted) {
      checkRole(role, ref.inWords());
    }
    return List.copyOf(sorted);
  }

  /**
   * @param of whose role it is, for the message
   * @throws CallFailed INVALID_PARAMS if no role can be named so
   */
  public static void checkRole(String role, String of) {
    if (!ROLE.matcher(role).matches()) {
      throw Refusals.invalid(
          "The role '"
              + role
              + "' of "
              + of
              + " is no name: it begins with a letter or digit and has 1 to 64 of letters, digits"
              + " and . _ -.");
    }
  }

  /**
   * Whom a key belongs to.
   *
   * @return null: nobody
   * @throws CallFailed INVALID_PARAMS if it is no customer, team or user
   */
  public static @Nullable Ref ownerOfKey(dev.sallyport.proto.policy.v1.OwnerRef owner) {
    Ref ref = Ref.of(owner);
    if (ref != null && !ref.isOwner()) {
      throw Refusals.invalid("A key belongs to a customer, a team or a user: team:payments.");
    }
    return ref;
  }

  /**
   * @param asked who names each of them, for the message
   * @throws CallFailed INVALID_PARAMS for the first that is not known
   */
  public static void checkKnown(Map<Ref, String> asked, Collection<Ref> known) {
    asked.forEach(
        (ref, what) -> {
          if (!known.contains(ref)) {
            throw unknown(what, ref);
          }
        });
  }

  /** For one that is named and that there is not. */
  public static CallFailed unknown(String what, Ref ref) {
    return Refusals.invalid(
        what
            + ": there is no "
            + ref.inWords()
            + "; create it first, or list the owners to see their names.");
  }

  static CallFailed wrong(Ref ref, String what) {
    return Refusals.invalid("The " + ref.inWords() + ": " + what + ".");
  }
}
