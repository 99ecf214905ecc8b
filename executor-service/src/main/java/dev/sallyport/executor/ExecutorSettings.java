package dev.sallyport.executor;

import dev.sallyport.executor.upstream.UpstreamLimits;
import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of the executor. */
@ConfigMapping(prefix = "sallyport.executor")
public interface ExecutorSettings {

  /** Stable name of this replica, by which registry knows who owns a server. */
  @WithDefault("executor")
  String name();

  /** Where running programs are recorded, so that none is left behind. Absent: a temporary one. */
  Optional<Path> runFolder();

  Call call();

  Connect connect();

  Parked parked();

  Catalogue catalogue();

  Breaker breaker();

  /** Limits of a call. */
  interface Call {

    /** Without progress, where the server definition says nothing else. */
    @WithDefault("60s")
    Duration timeout();

    /** With whatever progress. */
    @WithDefault("10m")
    Duration longest();

    /** Calls of one server at once, where its definition says nothing else. */
    @WithDefault("256")
    int maxInFlight();

    /** Largest message that an upstream may send. */
    @WithDefault("32M")
    MemorySize maxAnswer();
  }

  /** Calls that wait for input of a modern client. */
  interface Parked {

    /** How long one waits. */
    @WithDefault("5m")
    Duration life();

    /** How many of one virtual key or user wait at once. */
    @WithDefault("32")
    int perCaller();
  }

  /** How upstreams are connected. */
  interface Connect {

    /** How long a server may take to say which era it is of. */
    @WithDefault("10s")
    Duration probe();

    /** How long it may take to start and shake hands. */
    @WithDefault("60s")
    Duration start();

    @WithDefault("200ms")
    Duration firstBackoff();

    @WithDefault("30s")
    Duration longestBackoff();

    /** Between two checks of an HTTP server. */
    @WithDefault("30s")
    Duration healthInterval();

    /** Connections of callers and sessions to one server at once. */
    @WithDefault("64")
    int mostOwn();

    /** How long a connection of a caller or session is kept that nobody uses. */
    @WithDefault("10m")
    Duration ownIdle();

    /**
     * How long an idle HTTP connection is kept where the server does not say how long it keeps it.
     * Many close theirs after 5 s, and a call that meets the end is lost.
     */
    @WithDefault("4s")
    Duration keepAlive();
  }

  /** Limits of a catalogue. */
  interface Catalogue {

    @WithDefault("100")
    int maxPages();

    @WithDefault("5000")
    int maxTools();

    @WithDefault("32M")
    MemorySize maxBytes();
  }

  /** When a server whose calls break off is given a rest. */
  interface Breaker {

    /** How many of the last calls are looked at. */
    @WithDefault("20")
    int calls();

    /** Which part of them must have failed, 0 to 1. */
    @WithDefault("0.5")
    double failureRatio();

    @WithDefault("5s")
    Duration rest();
  }

  default UpstreamLimits limits() {
    return new UpstreamLimits(
        call().timeout(),
        call().longest(),
        call().maxInFlight(),
        Math.toIntExact(call().maxAnswer().asLongValue()),
        connect().probe(),
        connect().start(),
        connect().firstBackoff(),
        connect().longestBackoff(),
        connect().healthInterval(),
        catalogue().maxPages(),
        catalogue().maxTools(),
        Math.toIntExact(catalogue().maxBytes().asLongValue()),
        connect().mostOwn(),
        connect().ownIdle(),
        connect().keepAlive());
  }
}
