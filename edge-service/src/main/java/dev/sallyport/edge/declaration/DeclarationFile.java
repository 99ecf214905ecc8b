package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.Sections.Section;
import dev.sallyport.edge.declaration.tree.Fields;
import dev.sallyport.edge.declaration.tree.Limits;
import dev.sallyport.edge.declaration.tree.Position;
import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.edge.declaration.tree.Tree;
import dev.sallyport.edge.declaration.tree.YamlTree;
import dev.sallyport.kit.secret.Secrets;
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
    for (Section section : Sections.of(root.get(), "servers")) {
      Tree.Member member = section.member();
      ServerFields.checkName(member.key(), member.at(), section.path(), report);
      ServerFields.read(member.key(), member.value(), section.path(), folder, report)
          .ifPresent(servers::add);
    }
    List<DeclaredKey> keys = new ArrayList<>();
    for (Section section : Sections.of(root.get(), "keys")) {
      KeyFields.read(section.member(), section.path(), folder, secrets, report)
          .ifPresent(keys::add);
    }
    List<DeclaredOwner> owners = Sections.owners(root.get());
    List<DeclaredGroup> groups = Sections.groups(root.get());
    List<DeclaredLimit> limits = new ArrayList<>();
    for (Section section : Sections.of(root.get(), "limits")) {
      Tree.Member member = section.member();
      LimitFields.checkName(member.key(), member.at(), section.path(), report);
      LimitFields.read(member.key(), member.value(), section.path(), report).ifPresent(limits::add);
    }
    List<DeclaredRule> rules = Sections.rules(root.get());
    List<DeclaredRole> roles = new ArrayList<>();
    for (Section section : Sections.of(root.get(), "roles")) {
      Tree.Member member = section.member();
      RoleFields.checkName(member.key(), member.at(), section.path(), report);
      RoleFields.read(member.key(), member.value(), section.path(), report).ifPresent(roles::add);
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

  static String source(Path file) {
    return "file:" + file.getFileName();
  }

  static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? file.toAbsolutePath() : parent;
  }
}
