package dev.sallyport.edge.lease;

import dev.sallyport.edge.call.Reservations.Settlement;
import dev.sallyport.edge.caller.Limit;
import dev.sallyport.edge.caller.Limit.Kind;
import dev.sallyport.edge.lease.LeaseOffice.Answer;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What this edge has of one limit. Calls take of its leases; those that find too little wait, first
 * come first served, while one question to policy is under way for all of them. What a call used
 * beyond what it had taken (tokens) is taken of what nobody holds, and else is a debt, which policy
 * hears with the next question at the latest. Thread-safe.
 */
final class Balance {

  /** Pauses before policy is asked again when other edges were asked to give back. */
  private static final long[] AFTER_RECALL_MILLIS = {10, 20, 40, 80, 160};

  /** For so long what policy refused is not asked again. */
  private static final long REFUSED_NANOS = Duration.ofMillis(20).toNanos();

  private static final long FIRST_DESIRE = 8;
  private static final long MOST_DESIRE = 1L << 20;

  private final String tenant;
  private final LeaseOffice office;
  private volatile Limit limit;

  private final List<HeldLease> leases = new ArrayList<>(2);
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private boolean asking;

  /** Debts that policy has not heard of in full. */
  private final Set<HeldLease> owing = new HashSet<>();

  /** Forgotten: whoever still has it has to look for the one that took its place. */
  private boolean retired;

  /**
   * How many calls a lease should be for: more after one that did not last, fewer after one that
   * was hardly used.
   */
  private long desire = FIRST_DESIRE;

  private @Nullable Refusal refusal;

  private record Waiter(long units, long sinceNanos, Promise<Acquired> promise) {}

  private record Refusal(long units, long untilNanos, Acquired answer) {}

  Balance(String tenant, Limit limit, LeaseOffice office) {
    this.tenant = tenant;
    this.limit = limit;
    this.office = office;
  }

  String tenant() {
    return tenant;
  }

  Limit limit() {
    return limit;
  }

  /** As policy describes it now. Units of another kind are given back: they mean something else. */
  void limit(Limit now) {
    if (limit != now) {
      synchronized (this) {
        if (limit.kind() != now.kind()) {
          close();
        }
        limit = now;
      }
    }
  }

  /** Units for one call, if they are here. */
  @Nullable Part take(long units, long nowNanos) {
    Part part;
    Ask ask = null;
    synchronized (this) {
      // Who came before comes first.
      part = waiters.isEmpty() ? takeNow(units, nowNanos) : null;
      if (part != null && !asking && runsLow(part.lease(), units)) {
        asking = true;
        desire = Math.min(desire * 2, MOST_DESIRE);
        ask = new Ask(units, wanted(units), 0);
      }
    }
    if (ask != null) {
      ask(ask);
    }
    return part;
  }

  private @Nullable Part takeNow(long units, long nowNanos) {
    for (HeldLease lease : leases) {
      if (lease.has(units, nowNanos)) {
        lease.hand(units);
        return new Part(this, lease, units);
      }
    }
    return null;
  }

  /** A lease for many calls is followed by the next before it is empty. */
  private boolean runsLow(HeldLease last, long units) {
    if (last.granted < 4 * units || last.left > last.granted / 4) {
      return false;
    }
    long left = 0;
    for (HeldLease lease : leases) {
      left += lease.left;
    }
    return left <= last.granted / 4;
  }

  /**
   * Units for one call, as soon as there are any.
   *
   * @return false when this balance is retired, and nothing will come
   */
  boolean acquire(long units, Promise<Acquired> promise) {
    long now = System.nanoTime();
    Ask ask = null;
    Acquired answer = null;
    synchronized (this) {
      if (retired) {
        return false;
      }
      Part part = waiters.isEmpty() ? takeNow(units, now) : null;
      Refusal last = refusal;
      if (part != null) {
        answer = new Acquired.Got(part);
      } else if (units > limit.units()) {
        // Never: what was said a moment ago to a call that needed less would be another reason.
        answer = new Acquired.Reached(LimitRefusals.of(limit, units, 0, 0));
      } else if (last != null && units >= last.units && now - last.untilNanos < 0) {
        answer = last.answer;
      } else {
        waiters.add(new Waiter(units, now, promise));
        if (!asking) {
          asking = true;
          ask = new Ask(units, wanted(units), 0);
        }
      }
    }
    if (answer != null) {
      promise.complete(answer);
    }
    if (ask != null) {
      ask(ask);
    }
    return true;
  }

  /**
   * A question to policy.
   *
   * @param recalls how often policy has said that others were asked to give back
   */
  private record Ask(long needed, long wanted, int recalls) {}

  private long wanted(long units) {
    long waiting = 0;
    for (Waiter waiter : waiters) {
      waiting += waiter.units;
    }
    return Math.max(waiting, saturated(units, desire));
  }

  private static long saturated(long units, long times) {
    return units > Long.MAX_VALUE / times ? Long.MAX_VALUE : units * times;
  }

  private void ask(Ask ask) {
    office.ask(this, ask.needed, ask.wanted, answer -> answered(ask, answer));
  }

  private void answered(Ask ask, Answer answer) {
    List<Runnable> told = new ArrayList<>();
    Ask next = null;
    long pauseMillis = 0;
    synchronized (this) {
      long now = System.nanoTime();
      switch (answer) {
        case Answer.Leased(HeldLease lease) -> {
          refusal = null;
          leases.add(lease);
          serve(now, told);
        }
        case Answer.Reached(long resetsAt, long retryAfter, boolean recalled) -> {
          serve(now, told);
          Waiter head = waiters.peek();
          if (head != null && recalled && ask.recalls < AFTER_RECALL_MILLIS.length) {
            pauseMillis = AFTER_RECALL_MILLIS[ask.recalls];
            next = new Ask(head.units, wanted(head.units), ask.recalls + 1);
          } else if (head != null) {
            Acquired no =
                new Acquired.Reached(LimitRefusals.of(limit, ask.needed, resetsAt, retryAfter));
            refusal = new Refusal(ask.needed, now + REFUSED_NANOS, no);
            refuse(waiter -> waiter.units >= ask.needed, no, told);
          }
        }
        case Answer.Recovers(long millis) -> {
          refuse(
              waiter -> now - waiter.sinceNanos > office.patience().toNanos(),
              new Acquired.Unavailable(),
              told);
          Waiter head = waiters.peek();
          if (head != null) {
            pauseMillis = Math.max(1, millis);
            next = new Ask(head.units, wanted(head.units), 0);
          }
        }
        case Answer.Failed() -> refuse(waiter -> true, new Acquired.Unavailable(), told);
      }
      Waiter head = waiters.peek();
      if (next == null && head != null) {
        next = new Ask(head.units, wanted(head.units), 0);
      }
      asking = next != null;
    }
    told.forEach(Runnable::run);
    if (next != null) {
      Ask again = next;
      if (pauseMillis == 0) {
        ask(again);
      } else {
        office.later(pauseMillis, () -> ask(again));
      }
    }
  }

  private void serve(long nowNanos, List<Runnable> told) {
    for (Waiter head = waiters.peek(); head != null; head = waiters.peek()) {
      Part part = takeNow(head.units, nowNanos);
      if (part == null) {
        return;
      }
      waiters.remove();
      Promise<Acquired> promise = head.promise;
      told.add(() -> promise.complete(new Acquired.Got(part)));
    }
  }

  private void refuse(Predicate<Waiter> which, Acquired answer, List<Runnable> told) {
    for (Iterator<Waiter> each = waiters.iterator(); each.hasNext(); ) {
      Waiter waiter = each.next();
      if (which.test(waiter)) {
        each.remove();
        told.add(() -> waiter.promise.complete(answer));
      }
    }
  }

  /**
   * The call that held this has ended.
   *
   * @param tokens that went back to the agent
   * @return there is a debt: policy should hear of it at once
   */
  boolean ended(Part part, Settlement settlement, long tokens) {
    List<Runnable> told = new ArrayList<>(0);
    boolean owes = false;
    synchronized (this) {
      HeldLease lease = part.lease();
      lease.out -= part.units();
      long back = part.units() - used(limit.kind(), part.units(), settlement, tokens);
      if (back > 0) {
        lease.takeBack(back);
        serve(System.nanoTime(), told);
      } else if (back < 0) {
        owes = overdraw(lease, -back);
      }
      if (lease.stopped && !lease.lost) {
        office.settle(this, lease, lease.out == 0);
      }
    }
    told.forEach(Runnable::run);
    return owes;
  }

  private static long used(Kind kind, long taken, Settlement settlement, long tokens) {
    return switch (kind) {
      case CONCURRENCY -> 0;
      case RATE -> settlement == Settlement.RETURNED ? 0 : taken;
      case BUDGET ->
          settlement == Settlement.RETURNED || settlement == Settlement.WAITING ? 0 : taken;
      case TOKENS ->
          switch (settlement) {
            case CHARGED -> tokens;
            case RETURNED, WAITING -> 0;
            case IN_DOUBT -> taken;
          };
    };
  }

  private boolean overdraw(HeldLease lease, long units) {
    long debt = units;
    for (HeldLease each : leases) {
      debt -= each.spend(debt);
    }
    if (debt > 0) {
      lease.overdraw(debt);
      owing.add(lease);
      if (!lease.stopped) {
        lease.stopped = true;
        leases.remove(lease);
      }
    }
    return debt > 0;
  }

  /** What policy has to hear before it gives anything, or it would give what is used already. */
  synchronized List<Debt> debts() {
    return owing.stream()
        .map(lease -> new Debt(lease.id, lease.returned, lease.overdrawn))
        .toList();
  }

  /** Totals of a lease that is overdrawn. */
  record Debt(String leaseId, long returned, long overdrawn) {}

  /** Policy has heard of as much. */
  synchronized void heard(HeldLease lease, long overdrawn) {
    if (lease.overdrawn <= overdrawn) {
      owing.remove(lease);
    }
  }

  /** The call did not run after all, and never held it. */
  void untake(Part part) {
    ended(part, Settlement.RETURNED, 0);
  }

  /** Others need it: gives back what no call holds. */
  synchronized void recall() {
    for (HeldLease lease : List.copyOf(leases)) {
      if (limit.kind() == Kind.CONCURRENCY && lease.out > 0) {
        lease.returned += lease.left;
        lease.left = 0;
        office.settle(this, lease, false);
      } else {
        stop(lease);
      }
    }
  }

  /** Gives back everything that no call holds, for good. */
  synchronized void close() {
    List.copyOf(leases).forEach(this::stop);
  }

  /**
   * Looks after the time.
   *
   * @return true when nothing is held and nobody waits: it is retired
   */
  synchronized boolean tick(long nowNanos) {
    for (HeldLease lease : List.copyOf(leases)) {
      boolean over = nowNanos - lease.stopAtNanos >= 0;
      if (limit.kind() == Kind.CONCURRENCY) {
        // Late or not: calls that hold permits go on, and policy has to hear of them.
        if (nowNanos - lease.renewAtNanos >= 0) {
          renewOrStop(lease, nowNanos);
        }
      } else if (over) {
        if (lease.left > lease.granted - lease.granted / 4) {
          desire = Math.max(1, desire / 2);
        }
        stop(lease);
      }
    }
    retired = leases.isEmpty() && waiters.isEmpty() && owing.isEmpty() && !asking;
    return retired;
  }

  private void renewOrStop(HeldLease lease, long nowNanos) {
    if (lease.out == 0 && !lease.used) {
      stop(lease);
    } else {
      lease.used = false;
      // Once for each half of its time, however the answer turns out.
      lease.renewAtNanos = nowNanos + lease.lifeNanos / 2;
      office.renew(this, lease);
    }
  }

  synchronized void renewed(HeldLease lease, long saidNanos, boolean known, long lifeNanos) {
    if (lease.stopped) {
      return;
    }
    if (known) {
      lease.lasts(saidNanos, lifeNanos);
    } else {
      lease.lost = true;
      lease.stopped = true;
      leases.remove(lease);
      lease.settled();
    }
  }

  private void stop(HeldLease lease) {
    lease.stopped = true;
    lease.returned += lease.left;
    lease.left = 0;
    leases.remove(lease);
    office.settle(this, lease, lease.out == 0);
  }
}
