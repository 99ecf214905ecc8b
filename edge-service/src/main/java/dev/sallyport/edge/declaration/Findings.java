package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Finding;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file that is refused.
 *
 * @param findings at least one, in the order of the file
 */
public record Findings(List<Finding> findings) implements Reading {

  public Findings {
    if (findings.isEmpty()) {
      throw new IllegalArgumentException("a refusal needs a reason");
    }
    findings =
        findings.stream()
            .sorted(
                java.util.Comparator.<Finding>comparingInt(finding -> finding.at().line())
                    .thenComparingInt(finding -> finding.at().column()))
            .toList();
  }

  /** One finding a line: {@code file:line:column: key: message}. */
  public String text() {
    return findings.stream().map(Finding::toString).collect(Collectors.joining("\n"));
  }
}
