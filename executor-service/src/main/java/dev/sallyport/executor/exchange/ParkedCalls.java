package dev.sallyport.executor.exchange;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import io.netty.util.HashedWheelTimer;
import io.netty.util.Timeout;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The calls that wait for the next request of a modern client. A handle is taken at most once; a
 * caller has only so many; what nobody comes for is given up. Any thread.
 */
final class ParkedCalls {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int HANDLE_BYTES = 16;

  private record Owner(String tenant, String caller) {}

  private record Parking(RunningCall call, Owner owner, Timeout timeout) {}

  private final HashedWheelTimer timer;
  private final Duration life;
  private final int mostPerCaller;
  private final Map<ByteString, Parking> parked = new HashMap<>();
  private final Map<Owner, Integer> perCaller = new HashMap<>();

  /**
   * @param life how long a call waits
   * @param mostPerCaller how many of one virtual key or user wait at once
   */
  ParkedCalls(HashedWheelTimer timer, Duration life, int mostPerCaller) {
    this.timer = timer;
    this.life = life;
    this.mostPerCaller = mostPerCaller;
  }

  Duration life() {
    return life;
  }

  synchronized int count() {
    return parked.size();
  }

  /** The handle by which {@link #take} finds the call; null if its caller has too many already. */
  synchronized @Nullable ByteString park(RunningCall call, CallContext context) {
    Owner owner = new Owner(context.tenant(), context.caller());
    if (perCaller.getOrDefault(owner, 0) >= mostPerCaller) {
      return null;
    }
    byte[] random = new byte[HANDLE_BYTES];
    RANDOM.nextBytes(random);
    ByteString handle = ByteString.copyFrom(random);
    Timeout timeout =
        timer.newTimeout(fired -> expire(handle), life.toMillis(), TimeUnit.MILLISECONDS);
    parked.put(handle, new Parking(call, owner, timeout));
    perCaller.merge(owner, 1, Integer::sum);
    return handle;
  }

  /** The call, if it waits here and is this caller's; it waits no longer. */
  synchronized @Nullable RunningCall take(ByteString handle, CallContext context) {
    Parking parking = parked.get(handle);
    if (parking == null || !parking.owner.equals(new Owner(context.tenant(), context.caller()))) {
      return null;
    }
    parking.timeout.cancel();
    remove(handle, parking);
    return parking.call;
  }

  /**
   * Gives up all calls of a caller.
   *
   * @return how many there were
   */
  int end(String tenant, String caller) {
    Owner owner = new Owner(tenant, caller);
    List<Parking> ended = new ArrayList<>();
    synchronized (this) {
      parked.forEach(
          (handle, parking) -> {
            if (parking.owner.equals(owner)) {
              parking.timeout.cancel();
              ended.add(parking);
            }
          });
      parked.values().removeAll(ended);
      perCaller.remove(owner);
    }
    ended.forEach(parking -> parking.call.forsake("The caller may no longer call."));
    return ended.size();
  }

  private void expire(ByteString handle) {
    Parking parking;
    synchronized (this) {
      parking = parked.get(handle);
      if (parking == null) {
        return;
      }
      remove(handle, parking);
    }
    parking.call.forsake("The client did not bring the input in time.");
  }

  private void remove(ByteString handle, Parking parking) {
    parked.remove(handle);
    perCaller.merge(parking.owner, -1, (one, other) -> one + other == 0 ? null : one + other);
  }
}
