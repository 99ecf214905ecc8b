package dev.sallyport.edge.call;

import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import org.jspecify.annotations.Nullable;

/** The gateway has no tools of its own. */
final class NoOwnTools implements OwnTools {

  private final ServerEntry server = Fixture.server("none");

  @Override
  public @Nullable Target find(ToolCall call) {
    return null;
  }

  @Override
  public ServerEntry server() {
    return server;
  }

  @Override
  public Exchange open(RunningCall call, Answers answers, Nested pipeline) {
    throw new AssertionError("there is nothing to open");
  }
}
