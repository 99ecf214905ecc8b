package dev.sallyport.policy.owner;

import dev.sallyport.policy.Refusals;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Somebody or something of a tenant, by kind and name.
 *
 * @param name empty exactly for the tenant
 */
public record Ref(OwnerKind kind, String name) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@ -]{0,99}");
  private static final String PREFIX = "OWNER_KIND_";

  /** {@code team:payments}; the tenant is {@code tenant}. */
  public String text() {
    return name.isEmpty() ? word() : word() + ":" + name;
  }

  /** {@code team payments}, for people. */
  public String inWords() {
    return kind == OwnerKind.OWNER_KIND_TENANT ? "everyone" : word() + " " + name;
  }

  private String word() {
    return kind.name().substring(PREFIX.length()).toLowerCase(Locale.ROOT);
  }

  /** The reverse of {@link #text}, for what this service wrote itself. */
  public static Ref parse(String text) {
    int colon = text.indexOf(':');
    String word = colon < 0 ? text : text.substring(0, colon);
    return new Ref(
        OwnerKind.valueOf(PREFIX + word.toUpperCase(Locale.ROOT)),
        colon < 0 ? "" : text.substring(colon + 1));
  }

  /**
   * Null where none is set.
   *
   * @throws dev.sallyport.kit.error.CallFailed INVALID_PARAMS for a name that nobody can have
   */
  public static @Nullable Ref of(OwnerRef ref) {
    if (ref.getKindValue() == 0 && ref.getName().isEmpty()) {
      return null;
    }
    boolean named =
        switch (ref.getKind()) {
          case OWNER_KIND_TENANT -> false;
          case OWNER_KIND_KEY,
              OWNER_KIND_CUSTOMER,
              OWNER_KIND_TEAM,
              OWNER_KIND_USER,
              OWNER_KIND_ROLE,
              OWNER_KIND_SERVER,
              OWNER_KIND_TOOL ->
              true;
          case OWNER_KIND_UNSPECIFIED, UNRECOGNIZED ->
              throw Refusals.invalid(
                  "'" + ref.getName() + "' is of no known kind; write team:payments or the like.");
        };
    if (named != !ref.getName().isEmpty() || (named && !NAME.matcher(ref.getName()).matches())) {
      throw Refusals.invalid(
          "'"
              + ref.getName()
              + "' is no name: it begins with a letter or digit and has 1 to 100 of letters, digits,"
              + " space and . _ @ -; the tenant has none.");
    }
    return new Ref(ref.getKind(), ref.getName());
  }

  public OwnerRef toProto() {
    return OwnerRef.newBuilder().setKind(kind).setName(name).build();
  }

  /** A customer, team or user: what keys can belong to. */
  public boolean isOwner() {
    return switch (kind) {
      case OWNER_KIND_CUSTOMER, OWNER_KIND_TEAM, OWNER_KIND_USER -> true;
      default -> false;
    };
  }
}
