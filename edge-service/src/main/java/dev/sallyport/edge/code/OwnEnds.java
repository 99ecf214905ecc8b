package dev.sallyport.edge.code;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.call.RunningCall;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.kit.grpc.GrpcErrors;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.proto.executor.v1.Cancelled;
import dev.sallyport.proto.executor.v1.Completed;
import dev.sallyport.proto.executor.v1.End;
import io.vertx.core.buffer.Buffer;

/** What an executor says at the end of a call, of calls that the gateway answers by itself. */
final class OwnEnds {

  private OwnEnds() {}

  /** The answer to the call with this result. */
  static Buffer response(RunningCall call, byte[] result) {
    Frame.Request request = call.call().frame();
    return HeapBytes.wrap(FrameBytes.result(request.id().bytes(request.data()), result));
  }

  static End completed(boolean isError) {
    return End.newBuilder().setCompleted(Completed.newBuilder().setResultIsError(isError)).build();
  }

  static End failed(Failure failure) {
    return End.newBuilder().setFailed(GrpcErrors.toProto(failure)).build();
  }

  static End cancelled() {
    return End.newBuilder().setCancelled(Cancelled.getDefaultInstance()).build();
  }
}
