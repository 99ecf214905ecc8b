package dev.sallyport.sandbox.pool;

import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.processes.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who has which worker. Tenants take turns: the one whose turn it is gets the next worker, and a
 * worker of another tenant makes room when there is no other place. So however many tenants there
 * are, there are at most so many workers as are allowed, and nobody waits for more than a turn of
 * each of the others.
 */
public final class WorkerPool implements AutoCloseable {

  private static final System.Logger LOG = System.getLogger(WorkerPool.class.getName());
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  /** Who waits for a worker. Told once, on any thread. */
  public interface Waiter {
    void granted(WorkerProcess worker);

    void refused(Failure why);
  }

  /** A place in the queue. */
  public final class Ticket {
    private final String tenant;
    private final Waiter waiter;
    private final long since = System.nanoTime();
    private @Nullable ScheduledFuture<?> timeout;

    private Ticket(String tenant, Waiter waiter) {
      this.tenant = tenant;
      this.waiter = waiter;
    }

    /** Gives the place up, without a word to the waiter; false when it has been told already. */
    public boolean cancel() {
      return remove(this);
    }
  }

  /** Starts a process. */
  public interface Starting {
    ChildProcess start(Consumer<String> errors) throws IOException;
  }

  private final PoolSettings settings;
  private final Starting starting;
  private final ScheduledExecutorService timers;
  private final Consumer<EndReason> ends;
  private final Events events = new Events();

  // Under this lock; nobody else is called while it is held.
  private final Object lock = new Object();
  private final Map<String, Deque<Ticket>> queues = new LinkedHashMap<>();
  private final Deque<WorkerProcess> fresh = new ArrayDeque<>();
  private final List<WorkerProcess> idle = new ArrayList<>();
  private final Set<WorkerProcess> all = new HashSet<>();
  private final Set<WorkerProcess> starts = new HashSet<>();
  private int waiting;
  private int busy;
  private int beginning;
  private Duration pause = Duration.ZERO;
  private boolean paused;
  private boolean closed;
  private boolean opened;

  /**
   * @param ends told each end of a worker, once
   */
  public WorkerPool(
      PoolSettings settings,
      Starting starting,
      ScheduledExecutorService timers,
      Consumer<EndReason> ends) {
    this.settings = settings;
    this.starting = starting;
    this.timers = timers;
    this.ends = ends;
  }

  /** Starts the workers that are kept warm. */
  public void open() {
    synchronized (lock) {
      opened = true;
    }
    long period = Math.max(100, settings.idle().toMillis() / 4);
    var ignored = timers.scheduleWithFixedDelay(this::sweep, period, period, TimeUnit.MILLISECONDS);
    settle();
  }

  /** How many workers wait, for their first run or for their tenant's next. */
  public int idle() {
    synchronized (lock) {
      return fresh.size() + idle.size();
    }
  }

  public int busy() {
    synchronized (lock) {
      return busy;
    }
  }

  /** Runs that wait for a worker. */
  public int waiting() {
    synchronized (lock) {
      return waiting;
    }
  }

  /** Whether workers start at all. */
  public boolean isStarting() {
    synchronized (lock) {
      return pause.isZero() || !fresh.isEmpty() || !idle.isEmpty() || busy > 0;
    }
  }

  /** The processes of all workers. */
  public List<Long> pids() {
    synchronized (lock) {
      return all.stream().map(WorkerProcess::pid).toList();
    }
  }

  /** The processes of the workers that have run for a tenant. */
  public List<Long> pidsOf(String tenant) {
    synchronized (lock) {
      return all.stream()
          .filter(worker -> tenant.equals(worker.tenant))
          .map(WorkerProcess::pid)
          .toList();
    }
  }

  /**
   * Asks for a worker.
   *
   * @param patience how long; then the waiter is refused with SANDBOX_UNAVAILABLE
   */
  public Ticket acquire(String tenant, Duration patience, Waiter waiter) {
    Ticket ticket = new Ticket(tenant, waiter);
    boolean full;
    synchronized (lock) {
      full = closed || waiting >= settings.waiting();
      if (!full) {
        waiting++;
        queues.computeIfAbsent(tenant, t -> new ArrayDeque<>()).addLast(ticket);
        ticket.timeout =
            timers.schedule(
                () -> expire(ticket, patience), patience.toMillis(), TimeUnit.MILLISECONDS);
      }
    }
    if (full) {
      waiter.refused(unavailable("as many scripts as may wait already do"));
      return ticket;
    }
    settle();
    return ticket;
  }

  private static Failure unavailable(String why) {
    return new Failure(
        ErrorCode.SANDBOX_UNAVAILABLE,
        "Scripts cannot be run right now: " + why + "; try again shortly.",
        RETRY);
  }

  private void expire(Ticket ticket, Duration patience) {
    if (remove(ticket)) {
      ticket.waiter.refused(
          unavailable("no worker became free within " + patience.toMillis() + " ms"));
      settle();
    }
  }

  private boolean remove(Ticket ticket) {
    synchronized (lock) {
      Deque<Ticket> queue = queues.get(ticket.tenant);
      if (queue == null || !queue.remove(ticket)) {
        return false;
      }
      if (queue.isEmpty()) {
        queues.remove(ticket.tenant);
      }
      forget(ticket);
      return true;
    }
  }

  private void forget(Ticket ticket) {
    waiting--;
    ScheduledFuture<?> timeout = ticket.timeout;
    if (timeout != null) {
      timeout.cancel(false);
    }
  }

  /**
   * Gives a worker back.
   *
   * @param end why it may run nothing more; null: it may
   */
  public void giveBack(WorkerProcess worker, @Nullable EndReason end) {
    EndReason why = end;
    synchronized (lock) {
      if (!all.contains(worker)) {
        return;
      }
      busy--;
      worker.runs++;
      if (why == null && closed) {
        why = EndReason.CLOSED;
      }
      if (why == null && worker.runs >= settings.runs()) {
        why = EndReason.WORN;
      }
      if (why == null) {
        worker.rest();
        worker.idleSince = System.nanoTime();
        idle.add(worker);
      } else {
        all.remove(worker);
      }
    }
    if (why != null) {
      end(worker, why);
    }
    settle();
  }

  private void end(WorkerProcess worker, EndReason why) {
    ends.accept(why);
    worker.kill(why);
  }

  /** What is to be done once the lock is let go. */
  private static final class Plan {
    private final List<Runnable> steps = new ArrayList<>();
  }

  /** Gives workers to those who wait, and starts and ends some, until nothing is left to do. */
  private void settle() {
    Plan plan = new Plan();
    synchronized (lock) {
      if (!opened) {
        return;
      }
      while (grantOne(plan)) {
        // Each grant is the turn of one tenant.
      }
      makeRoom(plan);
    }
    plan.steps.forEach(Runnable::run);
  }

  private boolean grantOne(Plan plan) {
    int ahead = 0;
    for (Map.Entry<String, Deque<Ticket>> entry : queues.entrySet()) {
      WorkerProcess worker = mine(entry.getKey());
      if (worker != null && ahead > 0 && !mayKeep(ahead)) {
        worker = null;
      }
      if (worker == null && ahead == 0) {
        worker = fresh.pollFirst();
      } else if (worker != null) {
        idle.remove(worker);
      }
      if (worker != null) {
        grant(entry.getKey(), entry.getValue(), worker, plan);
        return true;
      }
      ahead++;
    }
    return false;
  }

  /** The worker of the tenant that ran last: what it runs on is warm. */
  private @Nullable WorkerProcess mine(String tenant) {
    WorkerProcess best = null;
    for (WorkerProcess worker : idle) {
      if (tenant.equals(worker.tenant) && (best == null || worker.idleSince - best.idleSince > 0)) {
        best = worker;
      }
    }
    return best;
  }

  /** Whether a tenant may go on with a worker of its own, though others were before it. */
  private boolean mayKeep(int ahead) {
    if (ahead <= starts.size() + beginning || all.size() + beginning < settings.most()) {
      return true;
    }
    Ticket oldest = queues.values().iterator().next().getFirst();
    return System.nanoTime() - oldest.since < settings.turn().toNanos();
  }

  private void grant(String tenant, Deque<Ticket> queue, WorkerProcess worker, Plan plan) {
    Ticket ticket = queue.removeFirst();
    forget(ticket);
    queues.remove(tenant);
    if (!queue.isEmpty()) {
      // The next turn comes after those of all others.
      queues.put(tenant, queue);
    }
    worker.tenant = tenant;
    busy++;
    plan.steps.add(() -> ticket.waiter.granted(worker));
  }

  private void makeRoom(Plan plan) {
    if (closed || paused) {
      return;
    }
    int wanted = waiting + settings.warm() - fresh.size() - starts.size() - beginning;
    while (wanted > 0) {
      if (all.size() + beginning >= settings.most()) {
        WorkerProcess victim =
            idle.stream().min(Comparator.comparingLong(one -> one.idleSince)).orElse(null);
        if (victim == null || (waiting == 0 && !mayMakeWay(victim))) {
          return;
        }
        idle.remove(victim);
        all.remove(victim);
        plan.steps.add(() -> end(victim, EndReason.EVICTED));
      }
      beginning++;
      wanted--;
      plan.steps.add(this::begin);
    }
  }

  /** Where nobody waits: one warm worker is worth more than one that its tenant has left. */
  private boolean mayMakeWay(WorkerProcess victim) {
    return fresh.isEmpty()
        && starts.isEmpty()
        && beginning == 0
        && System.nanoTime() - victim.idleSince > settings.idle().toNanos() / 12;
  }

  private void begin() {
    Thread.ofVirtual()
        .name("worker-start")
        .start(
            () -> {
              WorkerProcess worker;
              try {
                ChildProcess child =
                    starting.start(
                        line -> LOG.log(System.Logger.Level.DEBUG, "worker stderr: {0}", line));
                worker = new WorkerProcess(child, settings.longestFrame(), events);
              } catch (IOException e) {
                LOG.log(System.Logger.Level.ERROR, "A worker cannot be started.", e);
                failed();
                return;
              }
              boolean late;
              synchronized (lock) {
                beginning--;
                late = closed;
                if (!late) {
                  all.add(worker);
                  starts.add(worker);
                }
              }
              worker.start();
              if (late) {
                worker.kill(EndReason.CLOSED);
                return;
              }
              var ignored =
                  timers.schedule(
                      () -> endUnready(worker), settings.start().toMillis(), TimeUnit.MILLISECONDS);
            });
  }

  private void endUnready(WorkerProcess worker) {
    boolean unready;
    synchronized (lock) {
      unready = starts.contains(worker);
    }
    if (unready) {
      worker.kill(EndReason.NOT_STARTED);
    }
  }

  private void failed() {
    synchronized (lock) {
      beginning--;
      startLater();
    }
    settle();
  }

  /** A worker that does not start is tried again after pauses that double. */
  private void startLater() {
    Duration next = pause.isZero() ? FIRST_PAUSE : pause.multipliedBy(2);
    pause = next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    paused = true;
    if (!closed) {
      var ignored =
          timers.schedule(
              () -> {
                synchronized (lock) {
                  paused = false;
                }
                settle();
              },
              pause.toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  private void sweep() {
    List<WorkerProcess> old = new ArrayList<>();
    long now = System.nanoTime();
    synchronized (lock) {
      for (Iterator<WorkerProcess> each = idle.iterator(); each.hasNext(); ) {
        WorkerProcess worker = each.next();
        if (now - worker.idleSince > settings.idle().toNanos()) {
          each.remove();
          all.remove(worker);
          old.add(worker);
        }
      }
    }
    old.forEach(worker -> end(worker, EndReason.IDLE));
    settle();
  }

  private final class Events implements WorkerProcess.Owner {
    @Override
    public void ready(WorkerProcess worker) {
      synchronized (lock) {
        if (starts.remove(worker)) {
          pause = Duration.ZERO;
          fresh.addLast(worker);
        }
      }
      settle();
    }

    @Override
    public void gone(WorkerProcess worker, EndReason reason) {
      boolean known;
      synchronized (lock) {
        known = all.remove(worker);
        if (starts.remove(worker)) {
          if (!closed) {
            LOG.log(
                System.Logger.Level.ERROR,
                "A worker ended before it was ready: {0}",
                worker.lastWords());
            startLater();
          }
        } else if (known && !fresh.remove(worker) && !idle.remove(worker)) {
          busy--;
        }
      }
      if (known) {
        ends.accept(reason);
        if (reason == EndReason.LOST || reason == EndReason.PROTOCOL) {
          LOG.log(
              System.Logger.Level.WARNING,
              "A worker went away ({0}): {1}",
              reason.wireName(),
              worker.lastWords());
        }
      }
      settle();
    }
  }

  /** Ends all workers, and waits until they are gone (at most ten seconds). */
  @Override
  public void close() {
    List<WorkerProcess> last;
    List<Ticket> refused = new ArrayList<>();
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
      last = List.copyOf(all);
      queues.values().forEach(refused::addAll);
      refused.forEach(this::forget);
      queues.clear();
    }
    refused.forEach(ticket -> ticket.waiter.refused(unavailable("the sandbox ends")));
    last.forEach(worker -> worker.kill(EndReason.CLOSED));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    for (WorkerProcess worker : last) {
      try {
        var ignored =
            worker.ended().get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        LOG.log(System.Logger.Level.WARNING, "A worker did not end in time.", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
