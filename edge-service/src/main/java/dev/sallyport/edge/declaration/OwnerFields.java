package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads customers, teams and users. The same rules for files and for the admin API. */
public final class OwnerFields {

  private static final Pattern ROLE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  private OwnerFields() {}

  /** Reports a name that no customer, team or user can have. */
  public static void checkName(String name, Position at, String path, Report report) {
    if (!OwnerText.isName(name)) {
      report.add(
          at,
          path,
          "a name has 1 to 100 letters, digits, spaces, `.`, `_`, `@` or `-` and begins with a letter or digit");
    }
  }

  /** Reads {@code tree} as the definition of an owner. Empty, with findings, when it is wrong. */
  public static Optional<DeclaredOwner> read(
      OwnerRef owner, Tree tree, String path, Report report) {
    int before = report.findings().size();
    Optional<DeclaredOwner> read =
        Fields.of(tree, path, report)
            .map(
                fields -> {
                  OwnerRef parent =
                      owner.getKind() == OwnerKind.OWNER_KIND_CUSTOMER
                          ? null
                          : ref(fields, "parent").orElse(null);
                  List<String> roles = roles(fields);
                  fields.refuseRest();
                  return new DeclaredOwner(owner, parent, roles);
                });
    return report.findings().size() == before ? read : Optional.empty();
  }

  /** A member that names a customer, team or user. */
  public static Optional<OwnerRef> ref(Fields fields, String key) {
    Optional<String> text = fields.text(key);
    Optional<OwnerRef> ref = text.flatMap(OwnerText::parseOwner);
    if (text.isPresent() && ref.isEmpty()) {
      fields
          .report()
          .add(
              fields.at(key),
              fields.path(key),
              "must name a customer, team or user, such as team:payments");
    }
    return ref;
  }

  private static List<String> roles(Fields fields) {
    List<String> roles = new ArrayList<>();
    for (Fields.Item item : fields.texts("roles", "[reviewer]")) {
      if (!ROLE.matcher(item.text()).matches()) {
        fields
            .report()
            .add(
                item.at(),
                item.path(),
                "a role has 1 to 64 letters, digits, `.`, `_` or `-` and begins with a letter or digit");
      }
      roles.add(item.text());
    }
    return roles;
  }

  /** The owner of this kind and name, where the name is one. */
  static @Nullable OwnerRef named(
      String kind, String name, Position at, String path, Report report) {
    checkName(name, at, path, report);
    return OwnerText.isName(name)
        ? OwnerRef.newBuilder().setKind(OwnerText.kind(kind)).setName(name).build()
        : null;
  }
}
