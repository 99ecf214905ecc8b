package dev.sallyport.kit.call;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;

/**
 * Identifies one call in every service, log and record: a UUIDv7 (RFC 9562, section 5.7), so that
 * ids sort by time and the day inside them names the partition of the record.
 */
public record CallId(UUID value) implements Comparable<CallId> {

  private static final SecureRandom RANDOM = new SecureRandom();

  /** A new id, stamped with the current time in milliseconds. */
  public static CallId next() {
    return at(System.currentTimeMillis());
  }

  /** A new id stamped with {@code epochMillis}. */
  public static CallId at(long epochMillis) {
    byte[] random = new byte[10];
    RANDOM.nextBytes(random);
    long high = (epochMillis << 16) | 0x7000L | ((random[0] & 0x0fL) << 8) | (random[1] & 0xffL);
    long low = 0x2L << 62;
    long tail = 0;
    for (int i = 2; i < 10; i++) {
      tail = (tail << 8) | (random[i] & 0xffL);
    }
    return new CallId(new UUID(high, low | (tail & 0x3fff_ffff_ffff_ffffL)));
  }

  /**
   * Reads the canonical text form.
   *
   * @throws IllegalArgumentException if the text is not a UUID of version 7
   */
  public static CallId parse(String text) {
    UUID uuid = UUID.fromString(text);
    if (uuid.version() != 7) {
      throw new IllegalArgumentException("not a UUIDv7");
    }
    return new CallId(uuid);
  }

  /** When the id was made, to the millisecond. */
  public Instant time() {
    return Instant.ofEpochMilli(value.getMostSignificantBits() >>> 16);
  }

  @Override
  public int compareTo(CallId other) {
    int high =
        Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
    return high != 0
        ? high
        : Long.compareUnsigned(
            value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
