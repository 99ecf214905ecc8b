package dev.sallyport.edge.admin;

import dev.sallyport.edge.declaration.tree.Finding;
import java.util.List;

/** A body or a parameter that cannot be taken. */
final class BodyRefused extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<Finding> findings;

  /**
   * @param findings at least one
   */
  BodyRefused(List<Finding> findings) {
    super("a body was refused", null, false, false);
    this.findings = List.copyOf(findings);
  }

  List<Finding> findings() {
    return findings;
  }
}
