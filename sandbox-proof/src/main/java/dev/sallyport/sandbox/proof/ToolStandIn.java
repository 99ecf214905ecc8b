package dev.sallyport.sandbox.proof;

import com.google.protobuf.ByteString;
import dev.sallyport.proto.common.v1.Failure;
import dev.sallyport.proto.sandbox.v1.Suspend;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Answers the calls of a script in place of edge, each on a thread of its own. */
@FunctionalInterface
public interface ToolStandIn {

  /** Each call is answered with its own arguments. */
  ToolStandIn ECHO = call -> value(call.getArguments().toString(StandardCharsets.UTF_8));

  /** No call is ever answered. */
  ToolStandIn SILENT = call -> Optional.empty();

  /** The answer, whose step is set by who asks; empty: there is never one. */
  Optional<ToolResult> answer(ToolCall call) throws InterruptedException;

  /** An answer of JSON. */
  static Optional<ToolResult> value(String json) {
    return Optional.of(ToolResult.newBuilder().setValue(ByteString.copyFromUtf8(json)).build());
  }

  /** A failure. */
  static Optional<ToolResult> failed(String code, String message) {
    return Optional.of(
        ToolResult.newBuilder()
            .setFailed(Failure.newBuilder().setCode(code).setMessage(message))
            .build());
  }

  /** The answer comes later. */
  static Optional<ToolResult> suspended() {
    return Optional.of(ToolResult.newBuilder().setSuspend(Suspend.getDefaultInstance()).build());
  }
}
