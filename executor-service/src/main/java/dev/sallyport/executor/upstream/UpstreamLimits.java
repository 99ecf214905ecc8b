package dev.sallyport.executor.upstream;

import java.time.Duration;

/**
 * What an upstream may take at most.
 *
 * @param callTimeout for a call whose server definition names none; renewed by progress
 * @param longestCall for a call with whatever progress
 * @param maxInFlight calls at once, where the definition names none
 * @param maxAnswer bytes of one message from the upstream
 * @param probe how long an upstream may take to answer the question which era it is of
 * @param start how long it may take to start and shake hands
 * @param firstBackoff before the first reconnect
 * @param longestBackoff before any reconnect
 * @param healthInterval between two checks of an HTTP upstream
 * @param cataloguePages pages of one tools/list
 * @param catalogueTools tools of one upstream
 * @param catalogueBytes bytes of all definitions together
 * @param mostOwn connections of callers and sessions to one upstream at once
 * @param ownIdle how long such a connection is kept that nobody uses
 * @param keepAlive how long an idle HTTP connection is kept whose server does not say how long
 */
public record UpstreamLimits(
    Duration callTimeout,
    Duration longestCall,
    int maxInFlight,
    int maxAnswer,
    Duration probe,
    Duration start,
    Duration firstBackoff,
    Duration longestBackoff,
    Duration healthInterval,
    int cataloguePages,
    int catalogueTools,
    int catalogueBytes,
    int mostOwn,
    Duration ownIdle,
    Duration keepAlive) {

  public static final UpstreamLimits DEFAULT =
      new UpstreamLimits(
          Duration.ofSeconds(60),
          Duration.ofMinutes(10),
          256,
          32 * 1024 * 1024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofMillis(200),
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          100,
          5_000,
          32 * 1024 * 1024,
          64,
          Duration.ofMinutes(10),
          Duration.ofSeconds(4));
}
