package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads tool groups. The same rules for files and for the admin API. */
public final class GroupFields {

  private static final Pattern SLUG = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final int LONGEST_TITLE = 200;

  private GroupFields() {}

  /** Reports a name that no group can have. */
  public static void checkName(String slug, Position at, String path, Report report) {
    if (!SLUG.matcher(slug).matches()) {
      report.add(
          at,
          path,
          "a group name has 1 to 63 of a-z, 0-9 and `-` and begins with a letter or digit: it ends the group's address");
    }
  }

  /** Reads {@code tree} as the definition of a group. Empty, with findings, when it is wrong. */
  public static Optional<DeclaredGroup> read(String slug, Tree tree, String path, Report report) {
    int before = report.findings().size();
    Optional<DeclaredGroup> read =
        Fields.of(tree, path, report)
            .map(
                fields -> {
                  String title = fields.text("title").orElse("");
                  if (title.length() > LONGEST_TITLE) {
                    report.add(
                        fields.at("title"),
                        fields.path("title"),
                        "has more than " + LONGEST_TITLE + " characters");
                  }
                  DeclaredGroup group =
                      new DeclaredGroup(slug, title, KeyFields.tools(fields), attachedTo(fields));
                  fields.refuseRest();
                  return group;
                });
    return report.findings().size() == before ? read : Optional.empty();
  }

  private static List<OwnerRef> attachedTo(Fields fields) {
    List<OwnerRef> refs = new ArrayList<>();
    for (Fields.Item item : fields.texts("attachedTo", "[\"team:payments\"]")) {
      OwnerText.parse(item.text())
          .ifPresentOrElse(
              refs::add,
              () ->
                  fields
                      .report()
                      .add(
                          item.at(),
                          item.path(),
                          "must be tenant, or customer:, team:, user:, key: or role: and a name"));
    }
    return refs;
  }
}
