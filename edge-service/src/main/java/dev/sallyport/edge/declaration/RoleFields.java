package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.kit.permission.BuiltInRole;
import dev.sallyport.kit.permission.Permission;
import dev.sallyport.mcp.name.Nearest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads one role. The same rules for files and for the admin API. */
public final class RoleFields {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final List<String> PERMISSIONS =
      Arrays.stream(Permission.values()).map(Permission::wireName).toList();

  private RoleFields() {}

  /** Reports a name that no role can have, and those of the roles that are always there. */
  public static void checkName(String name, Position at, String path, Report report) {
    if (!NAME.matcher(name).matches()) {
      report.add(
          at,
          path,
          "a role name has 1 to 64 letters, digits, `.`, `_` or `-` and begins with a letter or digit");
    } else if (BuiltInRole.ofWireName(name.toLowerCase(Locale.ROOT)).isPresent()) {
      report.add(at, path, "a role of this name is always there; choose another name");
    }
  }

  /** Empty, with a finding, when it is none. */
  public static Optional<DeclaredRole> read(String name, Tree tree, String path, Report report) {
    return Fields.of(tree, path, report)
        .flatMap(
            fields -> {
              Optional<Set<Permission>> permissions = permissions(fields);
              fields.refuseRest();
              return permissions.map(found -> new DeclaredRole(name, found));
            });
  }

  private static Optional<Set<Permission>> permissions(Fields fields) {
    if (!fields.has("permissions")) {
      fields.report().add(fields.at(), fields.path("permissions"), "is missing; [] allows nothing");
      return Optional.empty();
    }
    Set<Permission> permissions = EnumSet.noneOf(Permission.class);
    for (Fields.Item item : fields.texts("permissions", "[\"keys:read\"]")) {
      Permission.ofWireName(item.text())
          .ifPresentOrElse(
              permissions::add,
              () ->
                  fields
                      .report()
                      .add(
                          item.at(),
                          item.path(),
                          "is no permission"
                              + Nearest.of(item.text(), PERMISSIONS)
                                  .map(near -> "; did you mean `" + near + "`?")
                                  .orElse("; there are " + String.join(", ", PERMISSIONS))));
    }
    return Optional.of(permissions);
  }
}
