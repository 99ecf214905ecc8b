package dev.sallyport.cli.prove;

import dev.sallyport.conformance.Cell;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sallyport prove NAME}: exit status 0 only when everything held. */
@Command(
    name = "prove",
    description = "Proves on this machine that the gateway does what it promises.",
    mixinStandardHelpOptions = true)
public final class Prove implements Callable<Integer> {

  /** The proofs by the name that a user types. */
  enum Name {
    MAIN_JOB("main-job"),
    LOSS_SMOKE("loss-smoke"),
    SOAK("soak"),
    BUDGET("budget"),
    REVOCATION("revocation"),
    CONFORMANCE("conformance"),
    ESCAPE("escape");

    private final String typed;

    Name(String typed) {
      this.typed = typed;
    }

    @Override
    public String toString() {
      return typed;
    }
  }

  @Parameters(
      paramLabel = "NAME",
      description = "One of: ${COMPLETION-CANDIDATES}.",
      converter = NameConverter.class,
      completionCandidates = NameConverter.class)
  private Name name = Name.MAIN_JOB;

  @Option(names = "--json", paramLabel = "FILE", description = "Writes the checks as JSON, too.")
  private @Nullable Path json;

  @Option(
      names = "--cell",
      paramLabel = "CELL",
      description = "conformance: only these of ${COMPLETION-CANDIDATES}; may be repeated.")
  private Set<Cell> cells = Set.of();

  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "conformance: runs the suite on this server, which must need no credential, instead.")
  private @Nullable URI server;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "conformance: writes the table as a page in Markdown.")
  private @Nullable Path page;

  @Option(
      names = "--sessions",
      paramLabel = "N",
      description = "soak: how many sessions (default: ${DEFAULT-VALUE}).")
  private int sessions = 1_000;

  @Option(names = "--keep", description = "Keeps the folder with the proof's data and logs.")
  private boolean keep;

  @Override
  public Integer call() throws Exception {
    if (sessions < 1) {
      System.err.println("--sessions takes a number from 1, not " + sessions + ".");
      return 2;
    }
    Path folder = Files.createTempDirectory("sallyport-prove-").toRealPath();
    System.out.println("Proving " + name + " in " + folder);
    Proof proof = new Proof(name.toString(), System.out);
    int status = 1;
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    try {
      switch (name) {
        case MAIN_JOB -> new MainJob(proof, folder, client).run();
        case LOSS_SMOKE -> new LossSmoke(proof, folder, client).run();
        case BUDGET -> {
          Budget budget = new Budget(proof, folder, client);
          budget.run();
          proof.facts(budget.facts());
        }
        case REVOCATION -> {
          Revocation revocation = new Revocation(proof, folder, client);
          revocation.run();
          proof.facts(revocation.facts());
        }
        case SOAK -> new Soak(proof, folder, client, sessions).run();
        case ESCAPE -> {
          Escape escape = new Escape(System.out, folder);
          escape.run();
          status = escape.finish(Optional.ofNullable(json));
          return status;
        }
        case CONFORMANCE -> {
          Conformance conformance = new Conformance(proof, folder, client);
          conformance.run(cells, server);
          status = proof.finish(Optional.empty());
          if (json != null) {
            conformance.writeJson(json);
          }
          if (page != null) {
            conformance.writePage(page);
          }
          return status;
        }
      }
      status = proof.finish(Optional.ofNullable(json));
    } finally {
      // Not close(), which waits for the streams that a proof left open when it failed.
      client.shutdownNow();
      if (keep || status != 0) {
        System.out.println("Data and logs are kept in " + folder);
      } else {
        delete(folder);
      }
    }
    return status;
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed)
              throws IOException {
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
