package dev.sallyport.edge.mcp.legacy;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Names the response stream of one call. An event id says its stream, as 2025-11-25
 * basic/transports requires: ids are unique in a session, and only that stream is replayed.
 */
record StreamId(String name) {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern EVENT = Pattern.compile("c([0-9a-z]{1,24})\\.([0-9]{1,9})");

  /** An event of a stream. */
  record Place(StreamId stream, int number) {}

  static StreamId next() {
    byte[] random = new byte[10];
    RANDOM.nextBytes(random);
    return new StreamId(new BigInteger(1, random).toString(Character.MAX_RADIX));
  }

  String event(int number) {
    return "c" + name + '.' + number;
  }

  /** Null for an event id that is not of such a stream. */
  static @Nullable Place of(@Nullable String eventId) {
    Matcher matcher = eventId == null ? null : EVENT.matcher(eventId);
    return matcher == null || !matcher.matches()
        ? null
        : new Place(new StreamId(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }
}
