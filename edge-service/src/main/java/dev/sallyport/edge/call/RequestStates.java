package dev.sallyport.edge.call;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.kit.call.CallId;
import dev.sallyport.kit.seal.Envelope;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.frame.Subject;
import dev.sallyport.mcp.json.CanonicalJson;
import dev.sallyport.mcp.json.JsonText;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The {@code requestState} that modern clients carry (2026-07-28 patterns/mrtr). Whatever it is
 * about travels sealed: bound to tenant, caller, endpoint, method, name and the canonical digest of
 * the arguments, with an expiry. What an upstream gave comes back to it byte for byte, and a state
 * of one caller is of no use to another although both share the gateway's credential.
 */
@Singleton
public class RequestStates {

  private static final String PURPOSE = "request-state";
  private static final byte STATELESS = 0;
  private static final byte PARKED = 1;
  private static final byte APPROVAL = 2;
  private static final int HEAD = 1 + Long.BYTES + 2 * Long.BYTES + Integer.BYTES;

  /** An upstream may expire its own earlier. */
  private static final Duration LIFE = Duration.ofHours(1);

  private static final int LONGEST = 256 * 1024;

  private final Envelope envelope;

  RequestStates(Envelope envelope) {
    this.envelope = envelope;
  }

  /**
   * A state of the upstream's, sealed, as a JSON string; null if the request cannot be bound to.
   */
  byte @Nullable [] seal(ToolCall call, CallId id, int legs, byte[] state) {
    return seal(call, STATELESS, LIFE, id, legs, ByteBuffer.wrap(state));
  }

  /** A parked call, sealed, as a JSON string; null if the request cannot be bound to. */
  byte @Nullable [] seal(
      ToolCall call, CallId id, int legs, String executor, ByteString handle, Duration life) {
    byte[] where = executor.getBytes(StandardCharsets.UTF_8);
    ByteBuffer content =
        ByteBuffer.allocate(Short.BYTES + where.length + handle.size())
            .putShort((short) where.length)
            .put(where)
            .put(handle.asReadOnlyByteBuffer())
            .flip();
    return seal(call, PARKED, life, id, legs, content);
  }

  /** A wait for an approval, sealed, as a JSON string; null if the request cannot be bound to. */
  byte @Nullable [] seal(ToolCall call, CallId id, int legs, Approvals.Pending pending) {
    Duration left = Duration.between(Instant.now(), pending.expiresAt());
    return seal(
        call,
        APPROVAL,
        left.plus(LIFE),
        id,
        legs,
        ByteBuffer.wrap(pending.id().getBytes(StandardCharsets.UTF_8)));
  }

  private byte @Nullable [] seal(
      ToolCall call, byte kind, Duration life, CallId id, int legs, ByteBuffer content) {
    String binding = binding(call.profile(), call.server(), call.frame());
    if (binding == null) {
      return null;
    }
    byte[] plain =
        ByteBuffer.allocate(HEAD + content.remaining())
            .put(kind)
            .putLong(System.currentTimeMillis() + life.toMillis())
            .putLong(id.value().getMostSignificantBits())
            .putLong(id.value().getLeastSignificantBits())
            .putInt(legs)
            .put(content)
            .array();
    return JsonText.quote(envelope.sealText(PURPOSE, binding, plain));
  }

  /**
   * A request of a client on behalf of a call.
   *
   * @param request as it is for the call: without what only the gateway had asked
   * @param resumption the call that goes on; null for one that begins
   */
  public record Leg(Frame.Request request, @Nullable Resumption resumption) {}

  /**
   * What the request is to its call; null if its {@code requestState} is not ours, not this
   * caller's, of another request, or too old.
   */
  public @Nullable Leg leg(AccessProfile profile, @Nullable String server, Frame.Request request) {
    if (request.params().requestState() == null) {
      return new Leg(request, null);
    }
    return switch (open(profile, server, request)) {
      case Resumption.Approval waited -> new Leg(ApprovalForm.withoutAnswer(request), waited);
      case Resumption other -> new Leg(request, other);
      case null -> null;
    };
  }

  private @Nullable Resumption open(
      AccessProfile profile, @Nullable String server, Frame.Request request) {
    Span span = request.params().requestState();
    String text =
        span == null || span.length() > LONGEST ? null : JsonText.string(request.data(), span);
    String binding = text == null ? null : binding(profile, server, request);
    if (text == null || binding == null) {
      return null;
    }
    return envelope
        .openText(PURPOSE, binding, text)
        .map(plain -> read(plain, request))
        .orElse(null);
  }

  private static @Nullable Resumption read(byte[] plain, Frame.Request request) {
    ByteBuffer read = ByteBuffer.wrap(plain);
    byte kind = read.get();
    if (read.getLong() < System.currentTimeMillis()) {
      return null;
    }
    CallId call = new CallId(new UUID(read.getLong(), read.getLong()));
    int legs = read.getInt();
    return switch (kind) {
      case STATELESS -> new Resumption.Stateless(call, legs, ByteString.copyFrom(read));
      case PARKED -> {
        byte[] where = new byte[read.getShort()];
        read.get(where);
        yield new Resumption.Parked(
            call, legs, new String(where, StandardCharsets.UTF_8), ByteString.copyFrom(read));
      }
      case APPROVAL ->
          new Resumption.Approval(
              call,
              legs,
              StandardCharsets.UTF_8.decode(read).toString(),
              ApprovalForm.goesOn(request));
      // Of a newer version.
      default -> null;
    };
  }

  /** Null for arguments that have no canonical form: their digest would say nothing. */
  private static @Nullable String binding(
      AccessProfile profile, @Nullable String server, Frame.Request request) {
    Span arguments = request.params().arguments();
    String digest = "";
    if (arguments != null) {
      if (!(CanonicalJson.digest(request.data(), arguments)
          instanceof CanonicalJson.Result.Digest(byte[] sha256))) {
        return null;
      }
      digest = HexFormat.of().formatHex(sha256);
    }
    String subject = Subject.text(request);
    return String.join(
        "\n",
        profile.tenant(),
        profile.keyId(),
        server == null ? "" : server,
        request.method(),
        digest,
        subject == null ? "" : subject);
  }
}
