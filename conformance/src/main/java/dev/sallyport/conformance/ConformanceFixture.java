package dev.sallyport.conformance;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The server that the suite expects to meet, over Streamable HTTP on a free loopback port, in a
 * process of its own that ends with this JVM.
 */
public final class ConformanceFixture implements AutoCloseable {

  private static final long START_SECONDS = 30;

  /** What the fixture speaks. */
  public enum Eras {
    /** 2025-11-25, with sessions. */
    LEGACY,
    /** 2026-07-28. */
    MODERN,
    /** Each client in its own era, at one endpoint. */
    BOTH;

    private String option() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Process process;
  private final URI url;

  private ConformanceFixture(Process process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts it and returns when it listens.
   *
   * @throws IllegalStateException when it ends instead, or does not listen within 30 s
   */
  public static ConformanceFixture start(Eras eras) {
    ConformancePackages packages = ConformancePackages.install();
    Process process;
    try {
      process =
          new ProcessBuilder(
                  packages.node(), script(packages).toString(), "http", "0", "--era", eras.option())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start the conformance fixture", e);
    }
    return new ConformanceFixture(process, awaitUrl(process));
  }

  /**
   * The command that serves the same over stdio: for the executor, which starts its servers itself.
   */
  public static List<String> stdio(Eras eras) {
    ConformancePackages packages = ConformancePackages.install();
    return List.of(packages.node(), script(packages).toString(), "stdio", "--era", eras.option());
  }

  /** Its one endpoint, {@code http://127.0.0.1:PORT/mcp}. */
  public URI url() {
    return url;
  }

  public long pid() {
    return process.pid();
  }

  /** Ends it at once, as a crash would. */
  @Override
  public void close() {
    end(process);
  }

  private static Path script(ConformancePackages packages) {
    return packages.folder().place(ConformanceFixture.class, "fixture.mjs", "fixture-features.mjs");
  }

  private static URI awaitUrl(Process process) {
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    CompletableFuture<@Nullable String> first = new CompletableFuture<>();
    Thread.ofVirtual()
        .name("conformance-fixture-url")
        .start(
            () -> {
              try {
                first.complete(output.readLine());
              } catch (IOException e) {
                first.completeExceptionally(e);
              }
            });
    try {
      String line = first.get(START_SECONDS, TimeUnit.SECONDS);
      if (line != null) {
        return URI.create(line);
      }
      throw new IllegalStateException("the conformance fixture ended before it listened");
    } catch (ExecutionException | TimeoutException e) {
      end(process);
      throw new IllegalStateException("the conformance fixture did not say where it listens", e);
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the conformance fixture started", e);
    }
  }

  private static void end(Process process) {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
