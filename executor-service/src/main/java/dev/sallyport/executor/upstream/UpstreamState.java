package dev.sallyport.executor.upstream;

import dev.sallyport.proto.registry.v1.Health;
import java.time.Instant;

/**
 * Where an upstream stands. Immutable; only the upstream's own thread of control makes the next
 * one.
 */
public sealed interface UpstreamState {

  /** When this state began. */
  Instant since();

  /** One sentence for people on why it is not ready; empty when it is. */
  String reason();

  Health health();

  /** States in which calls are dispatched. */
  sealed interface Usable extends UpstreamState {
    Connection connection();

    Greeting greeting();

    default Down down(String reason, int failures, Instant now) {
      return new Down(now, reason, failures);
    }
  }

  /**
   * Being connected.
   *
   * @param failures how many attempts in a row have failed
   */
  record Connecting(Instant since, int failures) implements UpstreamState {

    public Ready ready(Connection connection, Greeting greeting, Instant now) {
      return new Ready(now, connection, greeting);
    }

    public Down down(String reason, Instant now) {
      return new Down(now, reason, failures + 1);
    }

    public Quarantined quarantined(String reason, Instant now) {
      return new Quarantined(now, reason);
    }

    @Override
    public String reason() {
      return "The server is being connected; try again shortly.";
    }

    @Override
    public Health health() {
      return Health.HEALTH_CONNECTING;
    }
  }

  /** Connected, and its catalogue is known. */
  record Ready(Instant since, Connection connection, Greeting greeting) implements Usable {

    public Degraded degraded(String reason, Instant now) {
      return new Degraded(now, reason, connection, greeting);
    }

    @Override
    public String reason() {
      return "";
    }

    @Override
    public Health health() {
      return Health.HEALTH_READY;
    }
  }

  /** Connected, but something does not work; calls are still made. */
  record Degraded(Instant since, String reason, Connection connection, Greeting greeting)
      implements Usable {

    public Ready recovered(Instant now) {
      return new Ready(now, connection, greeting);
    }

    @Override
    public Health health() {
      return Health.HEALTH_DEGRADED;
    }
  }

  /** Not there; it is tried again by itself. */
  record Down(Instant since, String reason, int failures) implements UpstreamState {

    public Connecting retry(Instant now) {
      return new Connecting(now, failures);
    }

    @Override
    public Health health() {
      return Health.HEALTH_DOWN;
    }
  }

  /** Cannot work as it is defined; only a new definition helps. */
  record Quarantined(Instant since, String reason) implements UpstreamState {

    @Override
    public Health health() {
      return Health.HEALTH_QUARANTINED;
    }
  }
}
