package dev.sallyport.executor.upstream;

import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.proto.registry.v1.Offer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the resources, templates and prompts of one connection for as long as it lives: at once,
 * whenever the upstream says that a list has changed, and again after a failure. Each list has a
 * thread of its own, so that one that hangs holds up neither the others nor the tools.
 */
final class OfferReads {

  private final Connection connection;
  private final Greeting greeting;
  private final OfferReader reader;
  private final UpstreamLimits limits;
  private final Runnable news;
  private final Map<Kind, List<Offer>> read = new EnumMap<>(Kind.class);
  private final Map<Kind, String> problems = new EnumMap<>(Kind.class);
  private final Set<Kind> wanted = EnumSet.noneOf(Kind.class);

  /**
   * @param news called on any thread when {@link #into} or {@link #problems} has changed
   */
  OfferReads(
      Connection connection,
      Greeting greeting,
      OfferReader reader,
      UpstreamLimits limits,
      Runnable news) {
    this.connection = connection;
    this.greeting = greeting;
    this.reader = reader;
    this.limits = limits;
    this.news = news;
  }

  /** Begins to read what the greeting says there may be; the rest is known to be empty at once. */
  Catalogue start(Catalogue before) {
    Catalogue now = before;
    for (Kind kind : Kind.values()) {
      if (OfferReader.mayHave(greeting, kind)) {
        Thread.ofVirtual().name("upstream-list-" + kind.list()).start(() -> follow(kind));
      } else {
        now = now.withOffers(kind, List.of());
      }
    }
    connection.whenClosed().thenRun(this::again);
    return now;
  }

  /** The upstream said that a list has changed: all are read again. */
  synchronized void again() {
    wanted.addAll(EnumSet.allOf(Kind.class));
    notifyAll();
  }

  /** The catalogue with the lists that were read since the last time. */
  synchronized Catalogue into(Catalogue before) {
    Catalogue now = before;
    for (Map.Entry<Kind, List<Offer>> one : read.entrySet()) {
      now = now.withOffers(one.getKey(), one.getValue());
    }
    read.clear();
    return now;
  }

  /** Sentences for an operator on the lists that could not be read. */
  synchronized List<String> problems() {
    return List.copyOf(problems.values());
  }

  private void follow(Kind kind) {
    Duration retry = limits.firstBackoff().multipliedBy(5);
    try {
      while (!connection.isClosed()) {
        boolean worked = take(kind, reader.read(connection, greeting, kind));
        await(kind, worked ? null : retry);
        retry = worked ? limits.firstBackoff().multipliedBy(5) : limits.longestBackoff();
        Thread.sleep(Upstream.BETWEEN_LISTS);
        synchronized (this) {
          wanted.remove(kind);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean take(Kind kind, OfferReader.Result result) {
    if (connection.isClosed()) {
      return true;
    }
    synchronized (this) {
      switch (result) {
        case OfferReader.Result.Offers(List<Offer> offers) -> {
          read.put(kind, offers);
          problems.remove(kind);
        }
        case OfferReader.Result.Failed(String reason) -> problems.put(kind, reason);
      }
    }
    news.run();
    return result instanceof OfferReader.Result.Offers;
  }

  /** Until the list is wanted, or for as long as {@code longest}; null: without end. */
  private synchronized void await(Kind kind, @Nullable Duration longest)
      throws InterruptedException {
    long until = longest == null ? 0 : System.nanoTime() + longest.toNanos();
    while (!wanted.contains(kind) && !connection.isClosed()) {
      if (longest == null) {
        wait();
        continue;
      }
      long left = until - System.nanoTime();
      if (left <= 0) {
        return;
      }
      wait(Math.max(1, left / 1_000_000));
    }
  }
}
