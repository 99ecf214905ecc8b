package dev.sallyport.edge.idempotency;

import dev.sallyport.kit.seal.Envelope;
import io.vertx.core.Future;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;

/**
 * The first answers to requests with an idempotency key.
 *
 * <p>A request claims its key before it is done. The claim ends by itself, so that a key is not
 * lost with an edge that goes away in the middle. What is kept opens only for the tenant, the
 * sender and the key that it was kept for.
 */
@Singleton
public final class FirstAnswers {

  /** How long a first answer is given again. */
  public static final Duration KEPT = Duration.ofHours(24);

  private static final String PURPOSE = "first-answer";
  private static final byte VERSION = 1;
  private static final byte RUNNING = 0;
  private static final byte ANSWERED = 1;
  private static final int FINGERPRINT = 32;

  private final AnswerStore store;
  private final Envelope envelope;
  private final InstantSource clock;

  @Inject
  FirstAnswers(AnswerStore store, Envelope envelope) {
    this(store, envelope, InstantSource.system());
  }

  FirstAnswers(AnswerStore store, Envelope envelope, InstantSource clock) {
    this.store = store;
    this.envelope = envelope;
    this.clock = clock;
  }

  /**
   * Claims the key for a request.
   *
   * @param sender whose key it is; another sender's key of the same value is another key
   * @param request what makes two requests the same one: method, path, body
   * @param longest how long a claim holds when nothing comes of it
   */
  public Future<Claim> claim(
      String tenant, String sender, IdempotencyKey key, byte[] request, Duration longest) {
    String binding = tenant + '\n' + sender + '\n' + key.value();
    byte[] fingerprint = sha256(request);
    String name = HexFormat.of().formatHex(sha256(binding.getBytes(StandardCharsets.UTF_8)));
    // A mark is unique, because sealing is: only whoever made it can replace it.
    String mark = envelope.sealText(PURPOSE, binding, running(fingerprint, longest));
    return store
        .putIfAbsent(tenant, name, mark, longest)
        .map(
            present ->
                present
                    .map(text -> read(binding, text, fingerprint))
                    .orElseGet(() -> new Claim.First(tenant, name, binding, mark, fingerprint)));
  }

  /** Keeps the answer; nothing when the claim ended before. */
  public Future<Boolean> keep(Claim.First claim, Answer answer) {
    String text =
        envelope.sealText(PURPOSE, claim.binding(), answered(claim.fingerprint(), answer));
    return store.replace(claim.tenant(), claim.name(), claim.mark(), text, KEPT);
  }

  /** Gives the key free: the request may be sent again. */
  public Future<Void> release(Claim.First claim) {
    return store.remove(claim.tenant(), claim.name(), claim.mark());
  }

  private byte[] running(byte[] fingerprint, Duration longest) {
    return write(
        out -> {
          out.writeByte(VERSION);
          out.writeByte(RUNNING);
          out.write(fingerprint);
          out.writeLong(clock.instant().plus(longest).toEpochMilli());
        });
  }

  private static byte[] answered(byte[] fingerprint, Answer answer) {
    return write(
        out -> {
          out.writeByte(VERSION);
          out.writeByte(ANSWERED);
          out.write(fingerprint);
          out.writeInt(answer.status());
          out.writeUTF(answer.mediaType());
          out.writeUTF(answer.etag());
          out.writeUTF(answer.location());
          out.writeUTF(String.join(" ", answer.permissions()));
          byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
          out.writeInt(body.length);
          out.write(body);
        });
  }

  private Claim read(String binding, String text, byte[] fingerprint) {
    Optional<byte[]> plain = envelope.openText(PURPOSE, binding, text);
    if (plain.isEmpty()) {
      return new Claim.Unreadable();
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(plain.get()))) {
      if (in.readByte() != VERSION) {
        return new Claim.Unreadable();
      }
      byte state = in.readByte();
      if (!MessageDigest.isEqual(in.readNBytes(FINGERPRINT), fingerprint)) {
        return new Claim.Another();
      }
      return switch (state) {
        case RUNNING -> new Claim.Running(left(in.readLong()));
        case ANSWERED -> new Claim.Answered(answer(in));
        default -> new Claim.Unreadable();
      };
    } catch (IOException e) {
      return new Claim.Unreadable();
    }
  }

  private Duration left(long untilMillis) {
    Duration left = Duration.between(clock.instant(), Instant.ofEpochMilli(untilMillis));
    return left.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : left;
  }

  private static Answer answer(DataInputStream in) throws IOException {
    int status = in.readInt();
    String mediaType = in.readUTF();
    String etag = in.readUTF();
    String location = in.readUTF();
    String permissions = in.readUTF();
    String body = new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8);
    return new Answer(
        status,
        mediaType,
        etag,
        location,
        permissions.isEmpty() ? Set.of() : Set.of(permissions.split(" ")),
        body);
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] write(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writing.to(out);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }
}
