package dev.sallyport.edge.caller;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.sallyport.edge.CallersContext;
import dev.sallyport.edge.caller.Authentication.Authenticated;
import dev.sallyport.edge.caller.Authentication.Rejected;
import dev.sallyport.edge.caller.Authentication.Unavailable;
import dev.sallyport.edge.peer.PolicyPeer;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.policy.v1.AccessEvent;
import dev.sallyport.proto.policy.v1.KeyChanged;
import dev.sallyport.proto.policy.v1.Refused;
import dev.sallyport.proto.policy.v1.ResolveAccessRequest;
import dev.sallyport.proto.policy.v1.ResolveAccessResponse;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Callers as policy resolved them, kept until policy says otherwise. A key that is known costs a
 * hash and a map look-up; one that is not costs one question to policy, however many wait for it.
 */
@Singleton
final class CachedCallers implements Callers {

  private static final Logger LOG = Logger.getLogger(CachedCallers.class);
  private static final Future<Authentication> UNAVAILABLE =
      Future.succeededFuture(new Unavailable());

  /** In the place of a hash, of which none is empty. */
  private static final ByteString ANYBODY = ByteString.EMPTY;

  /** How often an answer may be older than what is known before edge gives up. */
  private static final int MOST_STALE_ANSWERS = 20;

  private static final Duration STALE_PAUSE = Duration.ofMillis(25);
  private static final Duration CATCH_UP = Duration.ofSeconds(1);
  private static final Duration CATCH_UP_LOOK = Duration.ofMillis(5);
  private static final Duration EXPIRE_EVERY = Duration.ofMillis(500);

  private final Vertx vertx;
  private final PolicyPeer policy;
  private final AccessSettings settings;
  private final ResolvedKeys keys;
  private final RuledTenants ruled = new RuledTenants();
  private final AccessWatch watch;
  private final Map<ByteString, Promise<Authentication>> lookUps = new ConcurrentHashMap<>();
  private final List<Consumer<KeyChange>> listeners = new CopyOnWriteArrayList<>();
  private long expiryTimer;

  CachedCallers(Vertx vertx, PolicyPeer policy, AccessSettings settings) {
    this.vertx = vertx;
    this.policy = policy;
    this.settings = settings;
    this.keys = new ResolvedKeys(settings);
    this.watch = new AccessWatch(vertx, policy, settings.silenceBound(), this::take);
  }

  void onStart(@Observes StartupEvent event) {
    start();
  }

  void onStop(@Observes ShutdownEvent event) {
    stop();
  }

  void start() {
    expiryTimer = vertx.setPeriodic(EXPIRE_EVERY.toMillis(), ignored -> expire());
    watch.start();
  }

  void stop() {
    vertx.cancelTimer(expiryTimer);
    watch.stop();
  }

  @Override
  public Future<Authentication> authenticate(String credential) {
    return resolved(hash(credential));
  }

  @Override
  public Future<Authentication> anybody() {
    return resolved(ANYBODY);
  }

  private Future<Authentication> resolved(ByteString hash) {
    if (watch.isSilent()) {
      return UNAVAILABLE;
    }
    Authentication known = keys.get(hash, Instant.now());
    return known != null ? Future.succeededFuture(known) : onCallersContext(lookUp(hash));
  }

  @Override
  public boolean isCurrent(AccessProfile profile) {
    return keys.isCurrent(profile, Instant.now()) && !watch.isSilent();
  }

  @Override
  public void onChange(Consumer<KeyChange> listener) {
    listeners.add(listener);
  }

  @Override
  public Future<Void> caughtUp(long sequence) {
    Promise<Void> promise = Promise.promise();
    await(sequence, promise, System.nanoTime() + CATCH_UP.toNanos());
    return promise.future();
  }

  private void await(long sequence, Promise<Void> promise, long untilNanos) {
    if (watch.hasSeen(sequence) || System.nanoTime() - untilNanos > 0) {
      promise.complete();
    } else {
      vertx.setTimer(CATCH_UP_LOOK.toMillis(), ignored -> await(sequence, promise, untilNanos));
    }
  }

  /** True once policy was heard, and again whenever it is. */
  boolean isReady() {
    return !watch.isSilent();
  }

  private static Future<Authentication> onCallersContext(Future<Authentication> answer) {
    Promise<Authentication> there = CallersContext.promise();
    answer.onComplete(there);
    return there.future();
  }

  private Future<Authentication> lookUp(ByteString hash) {
    if (lookUps.size() >= settings.lookUps()) {
      return UNAVAILABLE;
    }
    Promise<Authentication> mine = Promise.promise();
    Promise<Authentication> running = lookUps.putIfAbsent(hash, mine);
    if (running != null) {
      return running.future();
    }
    ask(hash, mine, 0);
    return mine.future();
  }

  private void ask(ByteString hash, Promise<Authentication> promise, int staleAnswers) {
    CallContext context =
        CallContext.ofService(Peer.EDGE, "default").withDeadline(settings.resolveTimeout());
    policy
        .resolveAccess(
            ResolveAccessRequest.newBuilder()
                .setContext(CallContexts.toProto(context))
                .setCredentialHash(hash)
                .setAnonymous(hash.equals(ANYBODY))
                .setUnderstandsRules(true)
                .setUnderstandsTokens(true)
                .build())
        .ifNoItem()
        .after(settings.resolveTimeout())
        .fail()
        .subscribe()
        .with(
            response -> read(hash, promise, staleAnswers, response),
            failure -> {
              LOG.debugf("Policy did not resolve a key: %s", failure.getMessage());
              finish(hash, promise, new Unavailable());
            });
  }

  /** Rules may have to be compiled, which is not for an event loop. */
  private void read(
      ByteString hash,
      Promise<Authentication> promise,
      int staleAnswers,
      ResolveAccessResponse response) {
    if (response.getProfile().getRulesCount() == 0) {
      take(hash, promise, staleAnswers, response, toAuthentication(hash, response));
    } else {
      vertx
          .executeBlocking(() -> toAuthentication(hash, response), false)
          .onSuccess(answer -> take(hash, promise, staleAnswers, response, answer))
          .onFailure(
              failure -> {
                LOG.error("The rules of a key could not be read", failure);
                finish(hash, promise, new Unavailable());
              });
    }
  }

  private void take(
      ByteString hash,
      Promise<Authentication> promise,
      int staleAnswers,
      ResolveAccessResponse response,
      Authentication answer) {
    if (watch.isSilent() || answer instanceof Unavailable) {
      finish(hash, promise, new Unavailable());
    } else if (ruled.knows(response) && keys.put(hash, answer, response.getSequence())) {
      finish(hash, promise, answer);
    } else if (staleAnswers < MOST_STALE_ANSWERS) {
      vertx.setTimer(STALE_PAUSE.toMillis(), ignored -> ask(hash, promise, staleAnswers + 1));
    } else {
      finish(hash, promise, new Unavailable());
    }
  }

  private void finish(ByteString hash, Promise<Authentication> promise, Authentication answer) {
    lookUps.remove(hash);
    promise.complete(answer);
  }

  private static Authentication toAuthentication(ByteString hash, ResolveAccessResponse response) {
    if (hash.equals(ANYBODY) && !response.getProfile().getKeyId().equals(Anonymous.KEY_ID)) {
      // A policy of an older version looks for a key that there is not.
      return new Unavailable();
    }
    return switch (response.getAnswerCase()) {
      case PROFILE -> new Authenticated(ReadProfile.of(response.getProfile()));
      case REFUSED -> {
        Refused refused = response.getRefused();
        yield new Rejected(
            refused.getReason(), text(refused.getTenant()), text(refused.getKeyId()));
      }
      case ANSWER_NOT_SET -> new Unavailable();
    };
  }

  private void take(AccessEvent event) {
    switch (event.getEventCase()) {
      case KEY_CHANGED -> {
        KeyChanged change = event.getKeyChanged();
        keys.changed(change, event.getSequence());
        tell(new KeyChange(change.getTenant(), change.getKeyId(), change.getEnded()));
      }
      case LIMITS_CHANGED ->
          keys.limitsChanged(event.getLimitsChanged().getTenant(), event.getSequence());
      case ACCESS_CHANGED ->
          keys.accessChanged(event.getAccessChanged().getTenant(), event.getSequence())
              .forEach(profile -> tell(new KeyChange(profile.tenant(), profile.keyId(), false)));
      case RESET -> keys.reset(event.getSequence());
      case HEARTBEAT, EVENT_NOT_SET -> {}
    }
  }

  private void expire() {
    for (AccessProfile profile : keys.expire(Instant.now())) {
      // Of a credential that was replaced the key lives on.
      tell(new KeyChange(profile.tenant(), profile.keyId(), !profile.replaced()));
    }
  }

  private void tell(KeyChange change) {
    for (Consumer<KeyChange> listener : listeners) {
      try {
        listener.accept(change);
      } catch (RuntimeException e) {
        LOG.error("A listener for key changes failed", e);
      }
    }
  }

  private static @Nullable String text(String value) {
    return value.isEmpty() ? null : value;
  }

  private static ByteString hash(String credential) {
    try {
      return UnsafeByteOperations.unsafeWrap(
          MessageDigest.getInstance("SHA-256").digest(credential.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
