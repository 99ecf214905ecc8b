package dev.sallyport.audit.chain;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.audit.v1.AuditRecord;
import dev.sallyport.proto.audit.v1.Content;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Computes the links of a chain. Pure: the same record in the same place always has the same hash.
 * The serialisation is described in the package, and never changes for a version.
 */
public final class HashChain {

  /** Chains of one tenant. */
  public static final int SHARDS = 4;

  public static final int HASH_BYTES = 32;

  /**
   * The version of the serialisation that new records get. From 2 it covers whose keys called, from
   * 3 the tokens of what went back, from 4 the group and the isolation.
   */
  public static final int VERSION = 4;

  private static final int OLDEST = 1;
  private static final int WITH_OWNERS = 2;
  private static final int WITH_TOKENS = 3;
  private static final int WITH_GROUP_AND_ISOLATION = 4;

  private static final byte[] DOMAIN = "sallyport.audit.record".getBytes(StandardCharsets.US_ASCII);
  private static final int ABSENT = -1;

  private HashChain() {}

  /** The shard in which the records of an edge are chained. */
  public static int shardOf(String edge) {
    return sha256().digest(edge.getBytes(StandardCharsets.UTF_8))[0] & (SHARDS - 1);
  }

  /** Puts a record after the head of its chain. */
  public static ChainedRecord append(ChainHead head, AuditRecord record) {
    long position = head.position() + 1;
    return new ChainedRecord(
        record,
        head.shard(),
        VERSION,
        position,
        head.hash(),
        hash(VERSION, head.shard(), position, head.hash(), record));
  }

  /** The head of the chain when {@code last} is its last record. */
  public static ChainHead after(ChainedRecord last) {
    return new ChainHead(last.record().getTenant(), last.shard(), last.position(), last.hash());
  }

  /**
   * The hash of a record in a place.
   *
   * @throws IllegalArgumentException for a version that this release does not know
   */
  public static byte[] hash(
      int version, int shard, long position, byte[] previousHash, AuditRecord record) {
    if (!isKnown(version)) {
      throw new IllegalArgumentException("unknown version of the chain: " + version);
    }
    Serialisation out = new Serialisation();
    out.bytes(DOMAIN);
    out.number(version);
    out.number(shard);
    out.number(position);
    out.bytes(previousHash);
    out.text(record.getTenant());
    out.text(record.getCallId());
    out.number(record.getSequence());
    out.number(record.getKindValue());
    out.text(record.getEdge());
    out.number(record.getEdgeEpoch());
    out.number(record.getTimeMicros());
    out.text(record.getParentCallId());
    out.text(record.getCaller());
    out.text(record.getKeyId());
    out.text(record.getKeyName());
    out.text(record.getDoor());
    out.text(record.getClientProtocolVersion());
    out.text(record.getClientInfo());
    out.text(record.getMethod());
    out.text(record.getServer());
    out.text(record.getTool());
    out.text(record.getExposedName());
    content(out, record.hasArguments(), record.getArguments());
    content(out, record.hasResult(), record.getResult());
    out.text(record.getDecision());
    out.text(record.getRule());
    out.text(record.getCatalogueVersion());
    out.number(record.getOutcomeValue());
    out.text(record.getErrorCode());
    out.number(record.getLatencyMicros());
    out.number(record.getUpstreamMicros());
    out.number(record.getCostMicros());
    out.text(record.getTraceId());
    out.number(record.getDropped());
    // A record of before has none: one that has was changed, and its hash does not hold.
    if (version >= WITH_OWNERS || hasOwners(record)) {
      out.text(record.getCustomer());
      out.text(record.getTeam());
      out.text(record.getUser());
    }
    if (version >= WITH_TOKENS || record.getResultTokens() != 0) {
      out.number(record.getResultTokens());
    }
    if (version >= WITH_GROUP_AND_ISOLATION || hasGroupOrIsolation(record)) {
      out.text(record.getGroup());
      out.text(record.getIsolation());
    }
    return out.digest();
  }

  private static boolean hasOwners(AuditRecord record) {
    return !record.getCustomer().isEmpty()
        || !record.getTeam().isEmpty()
        || !record.getUser().isEmpty();
  }

  private static boolean hasGroupOrIsolation(AuditRecord record) {
    return !record.getGroup().isEmpty() || !record.getIsolation().isEmpty();
  }

  /** Is this the version of a serialisation that this release knows? */
  static boolean isKnown(int version) {
    return version >= OLDEST && version <= VERSION;
  }

  private static void content(Serialisation out, boolean present, Content content) {
    if (present) {
      out.number(content.getLength());
      out.bytes(content.getSaltedDigest());
    } else {
      out.absent();
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Every member with its length before it, so that no two records have the same bytes. */
  private static final class Serialisation {

    private byte[] buffer = new byte[1024];
    private int length;

    void number(long value) {
      ByteBuffer.wrap(room(8), length, 8).putLong(value);
      length += 8;
    }

    void text(String value) {
      bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    void bytes(byte[] value) {
      size(value.length);
      System.arraycopy(value, 0, room(value.length), length, value.length);
      length += value.length;
    }

    void bytes(ByteString value) {
      size(value.size());
      value.copyTo(room(value.size()), length);
      length += value.size();
    }

    void absent() {
      size(ABSENT);
    }

    private void size(int value) {
      ByteBuffer.wrap(room(4), length, 4).putInt(value);
      length += 4;
    }

    private byte[] room(int bytes) {
      if (length + bytes > buffer.length) {
        buffer = java.util.Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + bytes));
      }
      return buffer;
    }

    byte[] digest() {
      MessageDigest digest = sha256();
      digest.update(buffer, 0, length);
      return digest.digest();
    }
  }
}
