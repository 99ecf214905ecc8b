package dev.sallyport.edge.declaration;

import dev.sallyport.edge.declaration.tree.Report;
import dev.sallyport.kit.secret.Secrets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One watched file: what was last read of it, what of that is in force, and what is wrong. */
final class DeclaredFile {

  /** Which format the file has. */
  enum Format {
    SALLYPORT,
    CLIENT
  }

  private final Path path;
  private final Format format;
  private final String source;
  private byte @Nullable [] content;
  private @Nullable Declaration wanted;
  private boolean applied;
  private volatile FileStatus status;

  DeclaredFile(Path path, Format format, String source) {
    this.path = path;
    this.format = format;
    this.source = source;
    this.status =
        new FileStatus(path.toString(), source, FileStatus.State.PENDING, 0, 0, 0, 0, null);
  }

  Path path() {
    return path;
  }

  String source() {
    return source;
  }

  FileStatus status() {
    return status;
  }

  /** What the file says, if it could be read. */
  Optional<Declaration> wanted() {
    return Optional.ofNullable(wanted);
  }

  /** Has what the file says still to be applied? */
  boolean isDue() {
    return wanted != null && !applied;
  }

  void makeDue() {
    applied = false;
  }

  /** Names that this file holds, whether they are in force yet or not. */
  Set<String> servers() {
    return wanted == null
        ? Set.of()
        : wanted.servers().stream().map(DeclaredServer::name).collect(Collectors.toSet());
  }

  /**
   * Reads the file if its content is another than last time.
   *
   * @return what it is now, or empty when it is as it was
   */
  Optional<Reading> readIfChanged() {
    Report report = new Report(path.toString());
    byte[] now = DeclarationFile.bytes(path, report).orElse(null);
    if (now == null
        ? content == null && status.state() != FileStatus.State.PENDING
        : Arrays.equals(now, content)) {
      return Optional.empty();
    }
    content = now;
    Reading reading =
        now == null
            ? new Findings(report.findings())
            : switch (format) {
              case SALLYPORT -> DeclarationFile.parse(path, now, Secrets.ofProcess());
              case CLIENT -> McpJsonFile.parse(path, now, System.getenv());
            };
    switch (reading) {
      case Declaration declaration -> {
        wanted = declaration;
        applied = false;
      }
      case Findings findings -> refuse(findings.text());
    }
    return Optional.of(reading);
  }

  void refuse(String problem) {
    status =
        new FileStatus(
            path.toString(),
            source,
            FileStatus.State.REFUSED,
            status.servers(),
            status.keys(),
            status.limits(),
            status.rules(),
            problem);
  }

  void defer(String problem) {
    status =
        new FileStatus(
            path.toString(),
            source,
            status.state() == FileStatus.State.APPLIED
                ? FileStatus.State.APPLIED
                : FileStatus.State.PENDING,
            status.servers(),
            status.keys(),
            status.limits(),
            status.rules(),
            problem);
  }

  /**
   * What the file says is in force.
   *
   * @param servers those of the file that no earlier one declares
   */
  void apply(List<DeclaredServer> servers, Governed governed) {
    applied = true;
    status =
        new FileStatus(
            path.toString(),
            source,
            FileStatus.State.APPLIED,
            servers.size(),
            governed.keys().size(),
            governed.limits().size(),
            governed.rules().size(),
            null);
  }
}
