package dev.sallyport.sandbox.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The classes of a worker as a Java machine has loaded them once: a worker starts in half the time
 * with it. Made by a run of the worker's own, so that nothing of a tenant is in it. Workers start
 * without it as well.
 */
public final class AotCache {

  private static final System.Logger LOG = System.getLogger(AotCache.class.getName());
  private static final int PATIENCE_SECONDS = 60;

  private AotCache() {}

  /**
   * Makes one; takes about three seconds.
   *
   * @param folder where it is kept; only this process may write there
   * @return empty where this Java machine cannot, or the class path is not made of jars
   */
  public static Optional<Path> make(JavaCommand java, Path folder) {
    if (!java.jars().areJars()) {
      return Optional.empty();
    }
    Path file = folder.resolve("worker.aot");
    try {
      // Once to make it, and once to see that a worker starts with it.
      if (ends(java.line(List.of("-XX:AOTCacheOutput=" + file), "train"), folder)
          && Files.isRegularFile(file)
          && ends(java.withCache(file).line(List.of(), "train"), folder)) {
        return Optional.of(file);
      }
      LOG.log(System.Logger.Level.WARNING, "Workers start without a cache of their classes.");
    } catch (IOException e) {
      LOG.log(System.Logger.Level.WARNING, "Workers start without a cache of their classes.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }

  private static boolean ends(List<String> command, Path folder)
      throws IOException, InterruptedException {
    ProcessBuilder training =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .directory(folder.toFile());
    training.environment().clear();
    Process process = training.start();
    process.getOutputStream().close();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      return false;
    }
    return process.exitValue() == 0;
  }
}
