package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Limits;
import dev.sallyport.edge.declaration.tree.Paths;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.edge.declaration.tree.YamlTree;
import dev.sallyport.kit.secret.Secrets;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code sallyport.yaml}: servers, whatever governs them, and settings. The format is in
 * docs/configuration.md.
 */
public final class DeclarationFile {

  private DeclarationFile() {}

  /** Reads a file. Never throws for what the file is or says. */
  public static Reading read(Path file) {
    return read(file, Secrets.ofProcess());
  }

  static Reading read(Path file, Secrets secrets) {
    Report report = new Report(file.toString());
    return bytes(file, report)
        .map(bytes -> parse(file, bytes, secrets))
        .orElseGet(() -> new Findings(report.findings()));
  }

  /** The content of any file of this kind; empty, with a finding, when it cannot be read. */
  public static Optional<byte[]> bytes(Path file, Report report) {
    try {
      if (Files.isDirectory(file)) {
        report.add(Position.START, "", "this is a folder; name the file");
        return Optional.empty();
      }
      if (Files.size(file) > Limits.DOCUMENT.bytes()) {
        report.add(
            Position.START, "", "the file is larger than " + Limits.DOCUMENT.bytes() + " bytes");
        return Optional.empty();
      }
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      report.add(Position.START, "", "there is no such file");
    } catch (IOException e) {
      report.add(Position.START, "", "the file cannot be read; check its permissions");
    }
    return Optional.empty();
  }

  /** Reads {@code bytes} as the content of {@code file}. */
  static Reading parse(Path file, byte[] bytes, Secrets secrets) {
    Report report = new Report(file.toString());
    Path folder = folder(file);
    Optional<Fields> root =
        YamlTree.read(bytes, Limits.DOCUMENT, report).flatMap(tree -> Fields.of(tree, "", report));
    if (root.isEmpty()) {
      return new Findings(report.findings());
    }
    List<DeclaredServer> servers = new ArrayList<>();
    for (Tree.Member member : members(root.get(), "servers", report)) {
      String path = Paths.member("servers", member.key());
      ServerFields.checkName(member.key(), member.at(), path, report);
      ServerFields.read(member.key(), member.value(), path, folder, report).ifPresent(servers::add);
    }
    List<DeclaredKey> keys = new ArrayList<>();
    for (Tree.Member member : members(root.get(), "keys", report)) {
      KeyFields.read(member, Paths.member("keys", member.key()), folder, secrets, report)
          .ifPresent(keys::add);
    }
    List<DeclaredOwner> owners = new ArrayList<>();
    for (String kind : OwnerText.OWNERS) {
      String many = kind + "s";
      for (Tree.Member member : members(root.get(), many, report)) {
        String path = Paths.member(many, member.key());
        OwnerRef ref = OwnerFields.named(kind, member.key(), member.at(), path, report);
        if (ref != null) {
          OwnerFields.read(ref, member.value(), path, report).ifPresent(owners::add);
        }
      }
    }
    List<DeclaredGroup> groups = new ArrayList<>();
    for (Tree.Member member : members(root.get(), "groups", report)) {
      String path = Paths.member("groups", member.key());
      GroupFields.checkName(member.key(), member.at(), path, report);
      GroupFields.read(member.key(), member.value(), path, report).ifPresent(groups::add);
    }
    List<DeclaredLimit> limits = new ArrayList<>();
    for (Tree.Member member : members(root.get(), "limits", report)) {
      String path = Paths.member("limits", member.key());
      LimitFields.checkName(member.key(), member.at(), path, report);
      LimitFields.read(member.key(), member.value(), path, report).ifPresent(limits::add);
    }
    List<DeclaredRule> rules = new ArrayList<>();
    for (Tree.Member member : members(root.get(), "rules", report)) {
      String path = Paths.member("rules", member.key());
      RuleFields.checkName(member.key(), member.at(), path, report);
      RuleFields.read(member.key(), member.value(), path, report).ifPresent(rules::add);
    }
    List<DeclaredRole> roles = new ArrayList<>();
    for (Tree.Member member : members(root.get(), "roles", report)) {
      String path = Paths.member("roles", member.key());
      RoleFields.checkName(member.key(), member.at(), path, report);
      RoleFields.read(member.key(), member.value(), path, report).ifPresent(roles::add);
    }
    Settings settings =
        root.get()
            .tree("settings")
            .flatMap(tree -> Fields.of(tree, "settings", report))
            .map(fields -> Settings.read(fields, folder))
            .orElse(Settings.NONE);
    root.get().refuseRest();
    return report.isClean()
        ? new Declaration(
            source(file),
            servers.stream().map(settings::complete).toList(),
            new Governed(owners, keys, groups, limits, rules, roles),
            settings.properties(),
            report.notes())
        : new Findings(report.findings());
  }

  private static List<Tree.Member> members(Fields root, String key, Report report) {
    return root.tree(key)
        .flatMap(tree -> Fields.of(tree, key, report))
        .map(Fields::all)
        .orElse(List.of());
  }

  static String source(Path file) {
    return "file:" + file.getFileName();
  }

  static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
