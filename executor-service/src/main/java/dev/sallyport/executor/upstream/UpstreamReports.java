package dev.sallyport.executor.upstream;

import org.jspecify.annotations.Nullable;

/** Where upstreams tell how they are. Never blocks; the newest report of an upstream counts. */
public interface UpstreamReports {

  /**
   * What it lists now, with the state in which that was read.
   *
   * @param greeting what the upstream said of itself
   */
  void catalogue(ServerSpec spec, UpstreamState state, Greeting greeting, Catalogue catalogue);

  /** A state; it never changes the catalogue that was reported before. */
  void health(UpstreamKey key, long revision, UpstreamState state, @Nullable Greeting lastGreeting);
}
