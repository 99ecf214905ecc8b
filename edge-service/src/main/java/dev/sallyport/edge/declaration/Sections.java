package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.util.ArrayList;
import java.util.List;

/** The sections of a file that the admin API takes as well, by the same rules. */
public final class Sections {

  private Sections() {}

  /** {@code customers}, {@code teams} and {@code users}. */
  public static List<DeclaredOwner> owners(Fields root) {
    List<DeclaredOwner> owners = new ArrayList<>();
    for (String kind : OwnerText.OWNERS) {
      for (Section section : of(root, kind + "s")) {
        Tree.Member member = section.member();
        OwnerRef ref =
            OwnerFields.named(kind, member.key(), member.at(), section.path(), root.report());
        if (ref != null) {
          OwnerFields.read(ref, member.value(), section.path(), root.report())
              .ifPresent(owners::add);
        }
      }
    }
    return owners;
  }

  /** {@code groups}. */
  public static List<DeclaredGroup> groups(Fields root) {
    List<DeclaredGroup> groups = new ArrayList<>();
    for (Section section : of(root, "groups")) {
      Tree.Member member = section.member();
      GroupFields.checkName(member.key(), member.at(), section.path(), root.report());
      GroupFields.read(member.key(), member.value(), section.path(), root.report())
          .ifPresent(groups::add);
    }
    return groups;
  }

  /** {@code rules}. */
  public static List<DeclaredRule> rules(Fields root) {
    List<DeclaredRule> rules = new ArrayList<>();
    for (Section section : of(root, "rules")) {
      Tree.Member member = section.member();
      RuleFields.checkName(member.key(), member.at(), section.path(), root.report());
      RuleFields.read(member.key(), member.value(), section.path(), root.report())
          .ifPresent(rules::add);
    }
    return rules;
  }

  /**
   * One entry of a section.
   *
   * @param path where it stands
   */
  public record Section(Tree.Member member, String path) {}

  /** The entries of a section in their order; none where it is not there. */
  public static List<Section> of(Fields root, String name) {
    return root.tree(name)
        .flatMap(tree -> Fields.of(tree, root.path(name), root.report()))
        .map(
            fields ->
                fields.all().stream()
                    .map(member -> new Section(member, fields.path(member.key())))
                    .toList())
        .orElse(List.of());
  }
}
