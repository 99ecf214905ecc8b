package dev.sallyport.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The scenarios that one revision requires, frozen by the suite, run on that revision's wire. */
public enum RequirementSet {
  V2025_11_25("2025-11-25"),
  V2026_07_28("2026-07-28");

  private final String revision;

  RequirementSet(String revision) {
    this.revision = revision;
  }

  /** As the protocol writes it. */
  public String revision() {
    return revision;
  }

  /** Names of the scored scenarios, in the suite's order, from its {@code requirements} folder. */
  List<String> scored(Path suite, Role role) {
    Path file = suite.resolve("requirements").resolve(revision + ".yaml");
    List<String> names = new ArrayList<>();
    String section = "";
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.matches("[a-z_]+:\\s*")) {
          section = line.strip();
        } else if (section.equals(role.name().toLowerCase(Locale.ROOT) + ":")
            && line.startsWith("  - ")) {
          names.add(line.substring(4).strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what the suite requires", e);
    }
    if (names.isEmpty()) {
      throw new IllegalStateException(file + " names no scenario for a " + role);
    }
    return List.copyOf(names);
  }

  @Override
  public String toString() {
    return revision;
  }
}
