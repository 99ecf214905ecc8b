package dev.sallyport.edge.session;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.dialect.Client;
import dev.sallyport.edge.dialect.Clients;
import dev.sallyport.kit.seal.Envelope;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Makes, finds and ends legacy sessions. Any thread. */
@Singleton
public class Sessions {

  private static final Logger LOG = Logger.getLogger(Sessions.class);
  private static final String PURPOSE = "session";

  /** More than this is not carried: the id has to fit into a header. */
  private static final int LONGEST_CAPABILITIES = 1024;

  /** The longest id that is looked at. */
  private static final int LONGEST_ID = 4096;

  /** A session is asked for again after this, in case the news of its end was lost. */
  private static final long TRUSTED_NANOS = Duration.ofSeconds(30).toNanos();

  private final Envelope envelope;
  private final Tombstones tombstones;
  private final SessionMemories memories;
  private final Clients clients;
  private final Duration life;
  private final RecentlyUsed<String, Known> known;
  private final RecentlyUsed<UUID, Boolean> ended;
  private final RecentlyUsed<UUID, Long> changed;
  private final List<Consumer<UUID>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<UUID>> changeListeners = new CopyOnWriteArrayList<>();

  Sessions(
      Envelope envelope,
      Tombstones tombstones,
      SessionMemories memories,
      Clients clients,
      SessionSettings settings) {
    this.envelope = envelope;
    this.tombstones = tombstones;
    this.memories = memories;
    this.clients = clients;
    this.changed = new RecentlyUsed<>(settings.cached(), nanos -> 1);
    this.life = settings.life();
    this.known = new RecentlyUsed<>(settings.cached(), session -> 1);
    this.ended = new RecentlyUsed<>(settings.cached(), session -> 1);
  }

  void start(@Observes StartupEvent event) {
    tombstones.onEnded(this::forget);
    memories.onChanged(this::changed);
  }

  /** Called with each session that has set something, here or on another edge. */
  public void onChanged(Consumer<UUID> listener) {
    changeListeners.add(listener);
  }

  /** The client wants log messages from this level on. Fails when that cannot be kept. */
  public Future<Void> setLevel(Session session, String level) {
    return memories
        .setLevel(session.tenant(), session.id(), level, left(session))
        .onSuccess(done -> changed(session.id()));
  }

  /** The client wants to hear of changes of a resource. Fails when that cannot be kept. */
  public Future<Void> subscribe(Session session, SessionMemory.Subscription subscription) {
    return memories
        .subscribe(session.tenant(), session.id(), subscription, left(session))
        .onSuccess(done -> changed(session.id()));
  }

  public Future<Void> unsubscribe(Session session, SessionMemory.Subscription subscription) {
    return memories
        .unsubscribe(session.tenant(), session.id(), subscription)
        .onSuccess(done -> changed(session.id()));
  }

  /** What the session has set by now. Fails when the store cannot be reached. */
  public Future<SessionMemory> memory(Session session) {
    return memories.load(session.tenant(), session.id());
  }

  private Duration left(Session session) {
    return Duration.between(Instant.now(), session.created().plus(life)).plusMinutes(1);
  }

  private void changed(UUID session) {
    changed.put(session, System.nanoTime());
    changeListeners.forEach(listener -> listener.accept(session));
  }

  /** Called with each session that ended, here or on another edge. */
  public void onEnded(Consumer<UUID> listener) {
    listeners.add(listener);
  }

  /**
   * Makes a session.
   *
   * @return its id for {@code Mcp-Session-Id}: visible ASCII
   */
  public String create(
      AccessProfile profile, ProtocolVersion version, byte[] capabilities, Client client) {
    byte[] carried = capabilities.length > LONGEST_CAPABILITIES ? new byte[0] : capabilities;
    byte[] info = client.text().getBytes(StandardCharsets.UTF_8);
    int nameLength = client.name().getBytes(StandardCharsets.UTF_8).length;
    UUID id = UUID.randomUUID();
    byte[] content =
        ByteBuffer.allocate(3 * Long.BYTES + 1 + 3 * Short.BYTES + carried.length + info.length)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .putLong(System.currentTimeMillis())
            .put((byte) version.ordinal())
            .putShort((short) carried.length)
            .put(carried)
            .putShort((short) info.length)
            .put(info)
            .putShort((short) nameLength)
            .array();
    String text = envelope.sealText(PURPOSE, binding(profile), content);
    Session session = read(profile, content);
    if (session != null) {
      known.put(text, new Known(session, System.nanoTime()));
    }
    return text;
  }

  /**
   * The session of this id, if it lives and is this caller's. Completed at once for a session that
   * this edge knows; never fails. When Redis is away an unended session goes on: the key decides
   * what may be done, and it is checked elsewhere.
   */
  public Future<Optional<Session>> find(AccessProfile profile, String id) {
    Known cached = known.get(id);
    Session session = cached == null ? open(profile, id) : cached.session;
    if (session == null
        || !session.tenant().equals(profile.tenant())
        || !session.keyId().equals(profile.keyId())
        || session.created().plus(life).isBefore(Instant.now())
        || ended.get(session.id()) != null) {
      return Future.succeededFuture(Optional.empty());
    }
    long now = System.nanoTime();
    Long news = changed.get(session.id());
    if (cached != null
        && (news == null || news - cached.askedNanos < 0)
        && now - cached.askedNanos < TRUSTED_NANOS) {
      return Future.succeededFuture(Optional.of(session));
    }
    Future<SessionMemory> memory =
        memories
            .load(session.tenant(), session.id())
            .recover(failure -> Future.succeededFuture(session.memory()));
    return tombstones
        .exists(session.tenant(), session.id())
        .recover(
            failure -> {
              LOG.warnf(
                  "Redis does not answer; ended sessions of other edges are not known: %s",
                  failure.getMessage());
              return Future.succeededFuture(false);
            })
        .compose(
            gone -> {
              if (gone) {
                forget(session.id());
                return Future.succeededFuture(Optional.<Session>empty());
              }
              return memory.map(
                  set -> {
                    Session current = session.with(set);
                    known.put(id, new Known(current, now));
                    return Optional.of(current);
                  });
            });
  }

  /**
   * Ends a session everywhere. Here it has ended at once.
   *
   * @return fails when the other edges could not be told
   */
  public Future<Void> end(Session session) {
    forget(session.id());
    Duration keep = Duration.between(Instant.now(), session.created().plus(life));
    return keep.isNegative()
        ? Future.succeededFuture()
        : tombstones.put(session.tenant(), session.id(), keep.plusMinutes(1));
  }

  private void forget(UUID session) {
    ended.put(session, true);
    listeners.forEach(listener -> listener.accept(session));
  }

  private @Nullable Session open(AccessProfile profile, String id) {
    if (id.length() > LONGEST_ID) {
      return null;
    }
    return envelope
        .openText(PURPOSE, binding(profile), id)
        .map(content -> read(profile, content))
        .orElse(null);
  }

  private @Nullable Session read(AccessProfile profile, byte[] content) {
    ByteBuffer read = ByteBuffer.wrap(content);
    UUID id = new UUID(read.getLong(), read.getLong());
    Instant created = Instant.ofEpochMilli(read.getLong());
    int version = read.get();
    if (version < 0 || version >= ProtocolVersion.values().length) {
      return null;
    }
    byte[] capabilities = new byte[read.getShort()];
    read.get(capabilities);
    byte[] info = new byte[read.getShort()];
    read.get(info);
    return new Session(
        id,
        profile.tenant(),
        profile.keyId(),
        ProtocolVersion.values()[version],
        created,
        capabilities,
        client(info, read),
        SessionMemory.EMPTY);
  }

  /** A session of an edge that knew no dialects does not say what is the name, and has none. */
  private Client client(byte[] info, ByteBuffer read) {
    if (read.remaining() < Short.BYTES) {
      return Client.withoutDialect(new String(info, StandardCharsets.UTF_8));
    }
    int nameLength = read.getShort();
    int version = Math.min(nameLength + 1, info.length);
    return clients.named(
        new String(info, 0, nameLength, StandardCharsets.UTF_8),
        new String(info, version, info.length - version, StandardCharsets.UTF_8));
  }

  private static String binding(AccessProfile profile) {
    return profile.tenant() + '\n' + profile.keyId();
  }

  private record Known(Session session, long askedNanos) {}
}
