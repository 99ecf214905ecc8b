package dev.sallyport.edge.call;

import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.peer.ExecutorPeer.Answers;
import dev.sallyport.edge.peer.ExecutorPeer.Exchange;
import org.jspecify.annotations.Nullable;

/**
 * Tools of the gateway itself, and what they have left to be read. They go the way of all calls,
 * and are run here instead of by an executor; what they call in turn goes the same way, each call
 * by itself.
 */
public interface OwnTools {

  /** What of it the call means; null where it means nothing, or its caller has none. */
  @Nullable Target find(ToolCall call);

  /** Under which these tools are recorded; no upstream can have its name. */
  ServerEntry server();

  /**
   * Runs the call, as {@link dev.sallyport.edge.peer.ExecutorPeer#open} does: never throws and
   * never blocks.
   *
   * @param pipeline for what the tool calls
   */
  Exchange open(RunningCall call, Answers answers, Nested pipeline);

  /** The pipeline, for calls that a call makes. */
  interface Nested {

    /** See {@link ToolCallPipeline#start}. */
    @Nullable RunningCall start(ToolCall call, CallAnswers answers);

    /** What would become of a call now. Nothing is recorded, asked or reserved. */
    Foreseen foresee(ToolCall call);
  }

  /**
   * What would become of a call, but for limits.
   *
   * @param decision {@code allow}, {@code deny} or {@code ask}
   * @param rule what decides it, as records name it
   * @param reason empty where it is allowed
   * @param costMicros when it is delivered, in millionths of the currency unit
   */
  record Foreseen(String decision, String rule, String reason, long costMicros) {}
}
