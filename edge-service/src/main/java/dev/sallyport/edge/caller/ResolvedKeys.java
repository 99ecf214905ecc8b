package dev.sallyport.edge.caller;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.caller.Authentication.Authenticated;
import dev.sallyport.edge.caller.Authentication.Rejected;
import dev.sallyport.proto.policy.v1.KeyChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What policy has said about credentials, for as long as it stays true. Knows the last change of
 * every credential that it was told of, and takes no answer that is older. Thread-safe.
 */
final class ResolvedKeys {

  /** How many credentials' last changes are known one by one; older ones become the floor. */
  private static final int KNOWN_CHANGES = 10_000;

  private final Duration refusalLife;
  private final LeastRecent<ByteString, Known> profiles;
  private final LeastRecent<ByteString, Refusal> refusals;
  private final LeastRecent<ByteString, Long> lastChange;

  /**
   * By key id; holds exactly the profiles that {@link #profiles} holds. A key has more than one
   * where its credential was replaced and the one before goes on.
   */
  private final Map<String, List<AccessProfile>> current = new ConcurrentHashMap<>();

  /** No answer older than this is taken, whatever it is about. */
  private long floor;

  /** When limits of a tenant changed last: what was resolved before is asked for again. */
  private final LeastRecent<String, Long> limitChange;

  /** Profiles that were resolved before this are asked for again, whatever their tenant. */
  private long limitFloor;

  /**
   * @param sequence at which the answer was true
   */
  private record Known(Authenticated answer, long sequence) {
    AccessProfile profile() {
      return answer.profile();
    }
  }

  private record Refusal(Rejected answer, long untilNanos) {}

  ResolvedKeys(AccessSettings settings) {
    refusalLife = settings.refusalLife();
    profiles =
        new LeastRecent<>(settings.cachedKeys(), (hash, dropped) -> forget(dropped.profile()));
    refusals = new LeastRecent<>(settings.cachedRefusals(), (hash, dropped) -> {});
    lastChange =
        new LeastRecent<>(KNOWN_CHANGES, (hash, sequence) -> floor = Math.max(floor, sequence));
    limitChange =
        new LeastRecent<>(
            KNOWN_CHANGES, (tenant, sequence) -> limitFloor = Math.max(limitFloor, sequence));
  }

  /** The answer for this credential, or null where policy has to be asked. */
  synchronized @Nullable Authentication get(ByteString hash, Instant now) {
    Known known = profiles.get(hash);
    if (known != null) {
      AccessProfile profile = known.profile();
      if (isExpired(profile, now)) {
        return new Rejected("EXPIRED", profile.tenant(), profile.keyId());
      }
      return known.sequence < limitsChanged(profile.tenant()) ? null : known.answer;
    }
    Refusal refusal = refusals.get(hash);
    if (refusal == null) {
      return null;
    }
    if (System.nanoTime() - refusal.untilNanos >= 0) {
      refusals.remove(hash);
      return null;
    }
    return refusal.answer;
  }

  /**
   * @param sequence at which the answer was true
   * @return false if it is older than what is known: ask again
   */
  synchronized boolean put(ByteString hash, Authentication answer, long sequence) {
    Long changed = lastChange.get(hash);
    if (sequence < floor || (changed != null && sequence < changed)) {
      return false;
    }
    switch (answer) {
      case Authenticated authenticated -> {
        if (sequence < limitsChanged(authenticated.profile().tenant())) {
          return false;
        }
        Known before = profiles.put(hash, new Known(authenticated, sequence));
        if (before != null) {
          forget(before.profile());
        }
        remember(authenticated.profile());
      }
      case Rejected rejected ->
          refusals.put(hash, new Refusal(rejected, System.nanoTime() + refusalLife.toNanos()));
      case Authentication.Unavailable unavailable -> {}
    }
    return true;
  }

  synchronized void changed(KeyChanged change, long sequence) {
    ByteString hash = change.getCredentialHash();
    Known dropped = profiles.remove(hash);
    if (dropped != null) {
      forget(dropped.profile());
    }
    refusals.remove(hash);
    lastChange.merge(hash, sequence, Math::max);
  }

  /**
   * Limits of the tenant changed. What is in hands stays current: nothing else about it changed.
   */
  synchronized void limitsChanged(String tenant, long sequence) {
    limitChange.merge(tenant, sequence, Math::max);
  }

  /**
   * What keys of the tenant may see or use changed: what was resolved before is dropped, and older
   * answers are not taken.
   *
   * @return the ids of the keys that were known
   */
  synchronized Set<String> accessChanged(String tenant, long sequence) {
    limitsChanged(tenant, sequence);
    Set<String> dropped = new TreeSet<>();
    profiles
        .values()
        .removeIf(
            known -> {
              AccessProfile profile = known.profile();
              boolean concerned = profile.tenant().equals(tenant);
              if (concerned) {
                dropped.add(profile.keyId());
                forget(profile);
              }
              return concerned;
            });
    return dropped;
  }

  private long limitsChanged(String tenant) {
    Long changed = limitChange.get(tenant);
    return changed == null ? limitFloor : Math.max(limitFloor, changed);
  }

  /** Forgets everything; answers count again from {@code sequence}. */
  synchronized void reset(long sequence) {
    profiles.clear();
    refusals.clear();
    lastChange.clear();
    limitChange.clear();
    limitFloor = 0;
    current.clear();
    floor = sequence;
  }

  boolean isCurrent(AccessProfile asked, Instant now) {
    AccessProfile profile = asked.origin();
    for (AccessProfile known : current.getOrDefault(profile.keyId(), List.of())) {
      if (isSame(known, profile)) {
        return !isExpired(known, now);
      }
    }
    return false;
  }

  private static boolean isSame(AccessProfile known, AccessProfile profile) {
    return known == profile
        || (known.digest().equals(profile.digest())
            && Objects.equals(known.expiresAt(), profile.expiresAt()));
  }

  private void remember(AccessProfile profile) {
    current.merge(
        profile.keyId(),
        List.of(profile),
        (some, one) -> Stream.concat(some.stream(), one.stream()).toList());
  }

  private void forget(AccessProfile profile) {
    current.computeIfPresent(
        profile.keyId(),
        (key, some) -> {
          List<AccessProfile> rest = some.stream().filter(one -> one != profile).toList();
          return rest.isEmpty() ? null : rest;
        });
  }

  /** Drops what has expired and returns it. */
  synchronized List<AccessProfile> expire(Instant now) {
    List<AccessProfile> expired = new ArrayList<>();
    for (List<AccessProfile> some : current.values()) {
      for (AccessProfile profile : some) {
        if (isExpired(profile, now)) {
          expired.add(profile);
        }
      }
    }
    if (!expired.isEmpty()) {
      profiles.values().removeIf(known -> expired.contains(known.profile()));
      expired.forEach(this::forget);
    }
    return expired;
  }

  private static boolean isExpired(AccessProfile profile, Instant now) {
    Instant expiresAt = profile.expiresAt();
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}
