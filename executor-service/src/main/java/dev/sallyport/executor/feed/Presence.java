package dev.sallyport.executor.feed;

import dev.sallyport.executor.peer.RegistryPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.registry.v1.PresenceNote;
import java.time.Duration;

/**
 * Tells registry that this executor is there, and when it leaves: the servers that it owns are not
 * reported by another meanwhile.
 */
public final class Presence implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(Presence.class.getName());
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final Duration FOR_GOODBYE = Duration.ofMillis(500);

  /** A presence is of no tenant; a context must name one nevertheless. */
  private static final String ANY_TENANT = "default";

  private final RegistryPeer registry;
  private final String executor;
  private final long epoch;
  private final Thread thread;

  /**
   * @param executor a stable name of this executor
   * @param epoch that of its reports
   */
  public Presence(RegistryPeer registry, String executor, long epoch) {
    this.registry = registry;
    this.executor = executor;
    this.epoch = epoch;
    this.thread = Thread.ofVirtual().name("registry-presence").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (true) {
        tell(false, EVERY);
        Thread.sleep(EVERY);
      }
    } catch (InterruptedException closed) {
      // No more notes.
    }
  }

  private void tell(boolean leaving, Duration patience) {
    try {
      registry
          .notePresence(
              PresenceNote.newBuilder()
                  .setContext(
                      CallContexts.toProto(CallContext.ofService(Peer.EXECUTOR, ANY_TENANT)))
                  .setExecutor(executor)
                  .setOwnerEpoch(epoch)
                  .setLeaving(leaving)
                  .build())
          .await()
          .atMost(patience);
    } catch (RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "registry did not take a note of presence: {0}", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    tell(true, FOR_GOODBYE);
  }
}
