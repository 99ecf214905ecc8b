package dev.sallyport.edge.evidence;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.peer.AuditPeer;
import dev.sallyport.proto.audit.v1.AppendAck;
import dev.sallyport.proto.audit.v1.AppendBatch;
import dev.sallyport.proto.common.v1.CallContext;
import io.smallrye.mutiny.operators.multi.processors.UnicastProcessor;
import io.smallrye.mutiny.subscription.Cancellable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Brings the spool to audit-service, on a thread of its own. Everything that is not acknowledged is
 * sent again after a failure: audit-service removes what it already has.
 */
final class Shipper implements AutoCloseable {

  private static final Logger LOG = Logger.getLogger(Shipper.class);

  private final Spool spool;
  private final AuditPeer audit;
  private final EvidenceSettings.Ship settings;
  private final CallContext context;
  private final String tenant;
  private final Thread thread;
  private final LongAdder shipped = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final Set<Long> damaged = new HashSet<>();

  private volatile boolean idle;
  private volatile boolean draining;
  private volatile boolean stopped;
  private volatile boolean connected;

  Shipper(Spool spool, AuditPeer audit, EvidenceSettings.Ship settings, String tenant) {
    this.spool = spool;
    this.audit = audit;
    this.settings = settings;
    this.tenant = tenant;
    this.context = CallContext.newBuilder().setTenant(tenant).setCaller("service:edge").build();
    this.thread = Thread.ofPlatform().daemon().name("spool-shipper").unstarted(this::run);
  }

  void start() {
    spool.onAppend(
        () -> {
          if (idle) {
            LockSupport.unpark(thread);
          }
        });
    thread.start();
  }

  /** Records that audit-service has acknowledged to this process. */
  long shipped() {
    return shipped.sum();
  }

  /** Streams that ended in a failure. */
  long failures() {
    return failures.sum();
  }

  boolean connected() {
    return connected;
  }

  /** One append stream to audit-service. Callbacks come on any thread and only leave a note. */
  private final class Connection {

    private record Sent(long position, int records, long nanos) {}

    private final UnicastProcessor<AppendBatch> batches = UnicastProcessor.create();
    private final Queue<Sent> outstanding = new ArrayDeque<>();
    private final Cancellable subscription;
    private volatile long acknowledged;
    private volatile @Nullable Throwable failure;
    private volatile boolean ended;
    private long sent;

    Connection(long from) {
      sent = from;
      subscription =
          audit.append(batches).subscribe().with(this::onAck, this::onFailure, this::onEnd);
    }

    private void onAck(AppendAck ack) {
      acknowledged = ack.getPosition();
      LockSupport.unpark(thread);
    }

    private void onFailure(Throwable error) {
      failure = error;
      onEnd();
    }

    private void onEnd() {
      ended = true;
      LockSupport.unpark(thread);
    }

    /** Moves the spool's acknowledged position. Returns whether there was news. */
    boolean settle() throws IOException {
      long position = acknowledged;
      Sent last = null;
      Sent first;
      while ((first = outstanding.peek()) != null && first.position() <= position) {
        last = outstanding.remove();
        shipped.add(last.records());
      }
      if (last == null) {
        return false;
      }
      connected = true;
      spool.acknowledge(last.position());
      return true;
    }

    boolean windowIsFull() {
      return outstanding.size() >= settings.window();
    }

    boolean isStuck() {
      Sent first = outstanding.peek();
      return first != null && System.nanoTime() - first.nanos() > settings.patience().toNanos();
    }

    void send(Iterable<ByteString> records, int count, long position) {
      long begins = sent;
      sent = position;
      outstanding.add(new Sent(position, count, System.nanoTime()));
      batches.onNext(
          AppendBatch.newBuilder()
              .setContext(context)
              .setEdge(spool.edge())
              .setBegins(begins)
              .setPosition(position)
              .addAllRecords(records)
              .build());
    }

    void end() {
      connected = false;
      if (!ended) {
        batches.onComplete();
        subscription.cancel();
      }
    }
  }

  private void run() {
    int failuresInARow = 0;
    while (!stopped) {
      long before = spool.acknowledged();
      try (SpoolReader reader = spool.reader()) {
        ship(reader);
      } catch (IOException | RuntimeException e) {
        failures.increment();
        if (failuresInARow == 0 || spool.acknowledged() != before) {
          LOG.warnf("audit-service cannot be reached, the spool keeps the records: %s", e);
        }
        LOG.debug("append stream failed", e);
      }
      failuresInARow = spool.acknowledged() == before ? failuresInARow + 1 : 1;
      if (!stopped) {
        pause(backOff(failuresInARow));
      }
    }
  }

  private void ship(SpoolReader reader) throws IOException {
    Connection connection = new Connection(spool.acknowledged());
    try {
      while (!stopped && !connection.ended) {
        boolean moved = connection.settle();
        if (connection.isStuck()) {
          throw new IOException("no acknowledgement for " + settings.patience());
        }
        if (!connection.windowIsFull() && sendNext(reader, connection)) {
          continue;
        }
        if (!moved) {
          await(connection);
        }
      }
      connection.settle();
      Throwable failure = connection.failure;
      if (!stopped) {
        throw new IOException(
            failure == null ? "the stream was ended" : String.valueOf(failure.getMessage()),
            failure);
      }
    } finally {
      connection.end();
    }
  }

  /** Sends what there is, at most one batch. Returns whether more may be waiting. */
  private boolean sendNext(SpoolReader reader, Connection connection) throws IOException {
    SpoolReader.Run run =
        reader.read(
            connection.sent,
            settings.batchRecords(),
            (int) Math.min(settings.batchSize().asLongValue(), 32 * 1024 * 1024));
    if (run.damaged() && damaged.add(run.next())) {
      LOG.errorf("a segment of the spool is damaged at %d; a GAP record says so", connection.sent);
      spool.append(EdgeRecords.damaged(spool.edge(), spool.epoch(), tenant));
    }
    if (run.records().isEmpty()) {
      connection.sent = run.next();
      return run.damaged();
    }
    connection.send(run.records(), run.records().size(), run.next());
    return run.next() < spool.end();
  }

  /** Waits for an acknowledgement or, when everything was sent, for records; then gathers a few. */
  private void await(Connection connection) {
    boolean nothingToSend = connection.sent >= spool.end();
    if (connection.windowIsFull() || draining) {
      LockSupport.parkNanos(this, 1_000_000_000L);
      return;
    }
    if (nothingToSend) {
      idle = true;
      if (connection.sent >= spool.end() && !stopped && !draining && !connection.ended) {
        LockSupport.parkNanos(this, 1_000_000_000L);
      }
      idle = false;
    }
    if (connection.sent < spool.end() && connection.acknowledged <= spool.acknowledged()) {
      pause(settings.gather());
    }
  }

  private Duration backOff(int failuresInARow) {
    long most =
        Math.min(
            settings.retryMost().toMillis(),
            settings.retryFirst().toMillis() << Math.min(failuresInARow - 1, 16));
    return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }

  /** Unlike a sleep it is not ended by the notes that callbacks leave, but by a stop. */
  private void pause(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    long left;
    while (!stopped && !draining && (left = until - System.nanoTime()) > 0) {
      LockSupport.parkNanos(this, left);
    }
  }

  /**
   * Sends what is still in the spool, for at most {@code time}, and stops. What is left is sent
   * after the next start.
   */
  void drain(Duration time) {
    draining = true;
    LockSupport.unpark(thread);
    long until = System.nanoTime() + time.toNanos();
    try {
      while (spool.depthBytes() > 0 && System.nanoTime() < until && thread.isAlive()) {
        thread.join(Duration.ofMillis(5));
      }
      close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      close();
    }
  }

  @Override
  public void close() {
    stopped = true;
    LockSupport.unpark(thread);
    try {
      thread.join(Duration.ofSeconds(2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
