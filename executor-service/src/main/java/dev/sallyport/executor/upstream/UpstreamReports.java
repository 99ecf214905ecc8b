package dev.sallyport.executor.upstream;

import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where upstreams tell how they are. Never blocks; the newest report of an upstream counts. */
public interface UpstreamReports {

  /**
   * The tools as they are now, with the state in which they were read.
   *
   * @param greeting what the upstream said of itself
   */
  void catalogue(
      ServerSpec spec, UpstreamState state, Greeting greeting, List<ToolDefinition> tools);

  /** A state; it never changes the tools that were reported before. */
  void health(UpstreamKey key, long revision, UpstreamState state, @Nullable Greeting lastGreeting);
}
