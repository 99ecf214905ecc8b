package dev.sallyport.testkit.echo;

import java.time.Duration;

/** What a tool of the echo server does when it is called. */
sealed interface EchoReply {

  /** Answers at once; {@code members} are those of the result object, without its braces. */
  record Result(byte[] members) implements EchoReply {}

  /** Answers after {@code delay}, with {@code steps} progress notifications on the way. */
  record Later(Duration delay, int steps, byte[] members) implements EchoReply {}

  /** Answers with a JSON-RPC error. */
  record ErrorAnswer(int code, String message) implements EchoReply {}

  /** Never answers, and keeps the connection. */
  record Silence() implements EchoReply {}

  /** Answers with these bytes in place of a JSON-RPC message. */
  record Garbage(byte[] body) implements EchoReply {}

  /** Closes the connection without an answer. */
  record Drop() implements EchoReply {}

  /** Says what the arguments hold, byte for byte; see {@link EchoReplay}. */
  record Replay() implements EchoReply {}

  /** Answers another request than the one that was made. */
  record WrongId(byte[] members) implements EchoReply {}
}
