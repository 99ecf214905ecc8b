package dev.sallyport.sandbox.proof;

import dev.sallyport.kit.call.Isolations;
import dev.sallyport.sandbox.pool.PoolSettings;
import dev.sallyport.sandbox.pool.WorkerOptions;
import dev.sallyport.sandbox.run.RunCeilings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** All attempts, one after the other, on one sandbox of this machine's strongest isolation. */
public final class EscapeSuite implements AutoCloseable {

  /**
   * What became of an attempt.
   *
   * @param held whether the sandbox held, and was as before afterwards
   * @param seen what was seen where it did not; empty where it did
   */
  public record Outcome(Attempt attempt, boolean held, String seen, Duration took) {}

  private static final PoolSettings POOL =
      new PoolSettings(
          1,
          4,
          100,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          2_000,
          Duration.ofMillis(100),
          RunCeilings.DEFAULT.longestMessage());

  private final SandboxDriver driver;
  private final Stand stand;

  /**
   * Starts the sandbox.
   *
   * @param folder for what the suite needs
   */
  public EscapeSuite(Path folder) throws IOException, InterruptedException {
    this.driver =
        SandboxDriver.start(
            folder.resolve("run"),
            WorkerOptions.PLAIN.withCache(true),
            POOL,
            Stand.ceilings(Duration.ofSeconds(60)));
    this.stand = new Stand(driver, folder, POOL);
  }

  /** Every attempt there is. */
  public static List<Attempt> attempts() {
    List<Attempt> all = new ArrayList<>(Scripts.all());
    all.addAll(HostileWorkers.all());
    all.addAll(Crowds.all());
    return List.copyOf(all);
  }

  /** The isolation under which they are made. */
  public String isolation() {
    return Isolations.wireName(driver.workers().isolation());
  }

  /** Makes one attempt, and looks whether everything is as before afterwards. */
  public Outcome make(Attempt attempt) throws InterruptedException {
    long began = System.nanoTime();
    String seen = "";
    try {
      attempt.trial().make(stand);
      stand.isAsBefore(driver);
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      seen = e.getClass().getSimpleName() + ": " + e.getMessage();
    }
    return new Outcome(attempt, seen.isEmpty(), seen, Duration.ofNanos(System.nanoTime() - began));
  }

  /** Makes all, and tells each as it is made. */
  public List<Outcome> run(Consumer<Outcome> told) throws InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    for (Attempt attempt : attempts()) {
      Outcome outcome = make(attempt);
      told.accept(outcome);
      outcomes.add(outcome);
    }
    return outcomes;
  }

  @Override
  public void close() {
    driver.close();
  }
}
