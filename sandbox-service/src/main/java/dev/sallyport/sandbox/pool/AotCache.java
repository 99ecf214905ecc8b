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
   * Makes one; takes about two seconds.
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
      ProcessBuilder training =
          new ProcessBuilder(java.line(List.of("-XX:AOTCacheOutput=" + file), "train"))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .directory(folder.toFile());
      training.environment().clear();
      Process process = training.start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        return Optional.empty();
      }
      if (process.exitValue() == 0 && Files.isRegularFile(file)) {
        return Optional.of(file);
      }
      LOG.log(System.Logger.Level.INFO, "Workers start without a cache of their classes.");
    } catch (IOException e) {
      LOG.log(System.Logger.Level.INFO, "Workers start without a cache of their classes.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Optional.empty();
  }
}
