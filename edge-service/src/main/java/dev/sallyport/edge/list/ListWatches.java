package dev.sallyport.edge.list;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.Authentication;
import dev.sallyport.edge.caller.Callers;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.kit.secret.Secret;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells open streams when a list that their caller sees has really changed, a few tens of
 * milliseconds after catalogue or access did, and when the caller may no longer listen.
 */
@Singleton
public class ListWatches {

  /** Changes come in bursts; those of one burst are told once. */
  private static final long GATHER_MILLIS = 50;

  private static final long RECHECK_MILLIS = 1000;

  private final Vertx vertx;
  private final Catalogues catalogues;
  private final Callers callers;
  private final VisibleLists lists;
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final Set<String> gathering = ConcurrentHashMap.newKeySet();
  private long timer = -1;

  ListWatches(Vertx vertx, Catalogues catalogues, Callers callers, VisibleLists lists) {
    this.vertx = vertx;
    this.catalogues = catalogues;
    this.callers = callers;
    this.lists = lists;
  }

  void start(@Observes StartupEvent event) {
    catalogues.onChange((before, after) -> gather(after.tenant()));
    callers.onChange(
        change -> {
          for (Watch watch : watches) {
            AccessProfile profile = watch.profile;
            if (profile.tenant().equals(change.tenant())
                && profile.keyId().equals(change.keyId())) {
              if (change.ended()) {
                watch.end();
              } else {
                refresh(watch);
              }
            }
          }
        });
    timer = vertx.setPeriodic(RECHECK_MILLIS, ignored -> recheck());
  }

  @PreDestroy
  void stop() {
    if (timer >= 0) {
      vertx.cancelTimer(timer);
    }
  }

  /** Whoever listens. Called on any thread. */
  public interface Listener {

    /**
     * @param lists those that are not what they were
     * @param now as they are now
     */
    void changed(List<ListKind> lists, ListDigests now);

    /** The caller may no longer listen. Called at most once, and nothing after it. */
    void ended();
  }

  /**
   * Starts to watch.
   *
   * @param credential with which the caller came; null for the anonymous one
   * @param seen the lists as the listener knows them
   */
  public Watch watch(
      AccessProfile profile,
      @Nullable Secret credential,
      @Nullable String server,
      ListDigests seen,
      Listener listener) {
    Watch watch = new Watch(profile, credential, server, seen, listener);
    watches.add(watch);
    // What changed between the listener's look and now would otherwise be missed.
    check(watch);
    return watch;
  }

  private void gather(String tenant) {
    if (gathering.add(tenant)) {
      vertx.setTimer(
          GATHER_MILLIS,
          ignored -> {
            gathering.remove(tenant);
            for (Watch watch : watches) {
              if (watch.profile.tenant().equals(tenant)) {
                check(watch);
              }
            }
          });
    }
  }

  private void check(Watch watch) {
    watch.sees(lists.digests(watch.profile, watch.server));
  }

  private void recheck() {
    for (Watch watch : watches) {
      if (!callers.isCurrent(watch.profile)) {
        refresh(watch);
      }
    }
  }

  private void refresh(Watch watch) {
    callers
        .again(watch.profile, watch.credential)
        .onSuccess(
            answer -> {
              switch (answer) {
                case Authentication.Authenticated(AccessProfile profile) -> {
                  AccessProfile now = profile.likewise(watch.profile);
                  if (now == null) {
                    watch.end();
                  } else {
                    watch.profile = now;
                    check(watch);
                  }
                }
                case Authentication.Rejected rejected -> watch.end();
                case Authentication.Unavailable unavailable -> {
                  // Nothing is told until policy answers again; recheck comes back to it.
                }
              }
            });
  }

  /** An open stream's watch. */
  public final class Watch {

    private final @Nullable Secret credential;
    private final @Nullable String server;
    private final Listener listener;
    private volatile AccessProfile profile;
    private ListDigests seen;
    private boolean over;

    private Watch(
        AccessProfile profile,
        @Nullable Secret credential,
        @Nullable String server,
        ListDigests seen,
        Listener listener) {
      this.profile = profile;
      this.credential = credential;
      this.server = server;
      this.seen = seen;
      this.listener = listener;
    }

    /** Stops watching; nothing is told afterwards. */
    public void stop() {
      watches.remove(this);
      synchronized (this) {
        over = true;
      }
    }

    private synchronized void sees(ListDigests now) {
      List<ListKind> changed = over ? List.of() : now.changedSince(seen);
      if (!changed.isEmpty()) {
        seen = now;
        listener.changed(changed, now);
      }
    }

    private void end() {
      watches.remove(this);
      synchronized (this) {
        if (over) {
          return;
        }
        over = true;
      }
      listener.ended();
    }
  }
}
