package dev.sallyport.edge.declaration.tree;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with one document, and what was passed over. Not thread-safe. */
public final class Report {

  private final String file;
  private final List<Finding> findings = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  public Report(String file) {
    this.file = file;
  }

  public String file() {
    return file;
  }

  public void add(Position at, String key, String message) {
    findings.add(new Finding(file, at, key, message));
  }

  /** Something that the user should know and that stops nothing. */
  public void note(Position at, String key, String message) {
    notes.add(new Finding(file, at, key, message).toString());
  }

  public boolean isClean() {
    return findings.isEmpty();
  }

  /** In the order in which they were found. */
  public List<Finding> findings() {
    return List.copyOf(findings);
  }

  public List<String> notes() {
    return List.copyOf(notes);
  }
}
