package dev.sallyport.standalone.peer;

import com.google.protobuf.ByteString;
import dev.sallyport.edge.peer.SandboxPeer;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.grpc.CallContexts;
import dev.sallyport.proto.sandbox.v1.DescribeRequest;
import dev.sallyport.proto.sandbox.v1.DescribeResponse;
import dev.sallyport.proto.sandbox.v1.RunEnd;
import dev.sallyport.proto.sandbox.v1.RunStarted;
import dev.sallyport.proto.sandbox.v1.Start;
import dev.sallyport.proto.sandbox.v1.ToolCall;
import dev.sallyport.proto.sandbox.v1.ToolResult;
import dev.sallyport.sandbox.run.SandboxOperations;
import dev.sallyport.sandbox.run.Sink;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** The sandbox, asked by edge. Its workers are processes of their own here too. */
@Singleton
final class LocalSandboxPeer implements SandboxPeer {

  private final SandboxOperations sandbox;

  LocalSandboxPeer(SandboxOperations sandbox) {
    this.sandbox = sandbox;
  }

  @Override
  public Run open(Start start, Listener listener) {
    return new Running(
        sandbox.open(CallContexts.of(start.getContext(), Peer.EDGE), start, new Back(listener)));
  }

  @Override
  public Uni<DescribeResponse> describe(DescribeRequest request) {
    return Uni.createFrom()
        .item(() -> sandbox.describe(CallContexts.of(request.getContext(), Peer.EDGE)));
  }

  @Override
  public void prepare() {
    sandbox.prepare();
  }

  private record Running(dev.sallyport.sandbox.run.Run run) implements Run {

    @Override
    public void answer(ToolResult result) {
      run.answer(result);
    }

    @Override
    public void stop() {
      run.stop();
    }
  }

  private record Back(Listener listener) implements Sink {

    @Override
    public void started(RunStarted started) {
      listener.started(started);
    }

    @Override
    public void toolCall(ToolCall call) {
      listener.call(call);
    }

    @Override
    public void output(ByteString text) {
      listener.output(text);
    }

    @Override
    public void end(RunEnd end) {
      listener.end(end);
    }
  }
}
