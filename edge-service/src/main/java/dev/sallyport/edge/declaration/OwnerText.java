package dev.sallyport.edge.declaration;

import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Somebody of a tenant in one word: {@code team:payments}, {@code user:ada@example.com}; all of it
 * is {@code tenant}.
 */
public final class OwnerText {

  /** What keys can belong to, from the top. */
  public static final List<String> OWNERS = List.of("customer", "team", "user");

  private static final String ALL = "tenant";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@ -]{0,99}");
  private static final Map<String, OwnerKind> KINDS =
      Map.of(
          "customer", OwnerKind.OWNER_KIND_CUSTOMER,
          "team", OwnerKind.OWNER_KIND_TEAM,
          "user", OwnerKind.OWNER_KIND_USER,
          "key", OwnerKind.OWNER_KIND_KEY,
          "role", OwnerKind.OWNER_KIND_ROLE);

  private OwnerText() {}

  /** Empty when it is not of this form. */
  public static Optional<OwnerRef> parse(String text) {
    if (text.equals(ALL)) {
      return Optional.of(OwnerRef.newBuilder().setKind(OwnerKind.OWNER_KIND_TENANT).build());
    }
    int colon = text.indexOf(':');
    OwnerKind kind = colon < 0 ? null : KINDS.get(text.substring(0, colon));
    return kind == null || !isName(text.substring(colon + 1))
        ? Optional.empty()
        : Optional.of(
            OwnerRef.newBuilder().setKind(kind).setName(text.substring(colon + 1)).build());
  }

  /** Only a customer, team or user. */
  public static Optional<OwnerRef> parseOwner(String text) {
    return parse(text).filter(ref -> OWNERS.contains(word(ref.getKind())));
  }

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static OwnerKind kind(String word) {
    return KINDS.getOrDefault(word, OwnerKind.OWNER_KIND_UNSPECIFIED);
  }

  /** The reverse of {@link #parse}; empty where none is set. */
  public static String of(OwnerRef ref) {
    return switch (ref.getKind()) {
      case OWNER_KIND_UNSPECIFIED, UNRECOGNIZED -> "";
      case OWNER_KIND_TENANT -> ALL;
      default -> word(ref.getKind()) + ":" + ref.getName();
    };
  }

  static String word(OwnerKind kind) {
    return kind.name().substring("OWNER_KIND_".length()).toLowerCase(Locale.ROOT);
  }
}
