package dev.sallyport.edge.declaration;

import dev.sallyport.proto.registry.v1.Http;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.Sse;
import dev.sallyport.proto.registry.v1.Stdio;
import dev.sallyport.proto.registry.v1.ToolAllowance;
import dev.sallyport.proto.registry.v1.ToolApproval;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An upstream server as a person defines it, in a file or through the admin API.
 *
 * @param protocolVersion {@code auto} or a revision
 * @param isolation {@code shared}, {@code caller} or {@code session}
 * @param callTimeout null: the gateway's default
 * @param prefix stands in exposed tool names instead of the server's name; null: the name
 * @param tools patterns of names of those that are offered; null: all, and the rest of the server
 * @param prices what calls cost
 * @param approval patterns of names of tools of which every call needs an approval
 * @param codeMode scripts call its tools, and lists that join servers do not have them
 */
public record DeclaredServer(
    String name,
    boolean enabled,
    Way way,
    String protocolVersion,
    String isolation,
    @Nullable Duration callTimeout,
    @Nullable String prefix,
    @Nullable List<String> tools,
    DeclaredPrices prices,
    List<String> approval,
    boolean codeMode) {

  /** How the upstream is reached. Values of env and headers may be secret references. */
  public sealed interface Way {

    /**
     * @param directory null: the gateway's choice
     */
    record Command(
        String command, List<String> args, Map<String, String> env, @Nullable String directory)
        implements Way {}

    /** Streamable HTTP. */
    record StreamableHttp(String url, Map<String, String> headers) implements Way {}

    /** HTTP with server-sent events, the transport of revision 2024-11-05. */
    record ServerSentEvents(String url, Map<String, String> headers) implements Way {}
  }

  /** As registry takes it. */
  public ServerDefinition toProto(String tenant, String source) {
    ServerDefinition.Builder proto =
        ServerDefinition.newBuilder()
            .setTenant(tenant)
            .setName(name)
            .setEnabled(enabled)
            .setProtocolVersion(protocolVersion)
            .setIsolation(isolation)
            .setSource(source)
            .setCodeMode(codeMode);
    if (callTimeout != null) {
      proto.setCallTimeoutMillis((int) callTimeout.toMillis());
    }
    if (prefix != null) {
      proto.setPrefix(prefix);
    }
    if (tools != null) {
      proto.setToolsOffered(ToolAllowance.newBuilder().addAllPatterns(tools));
    }
    if (!prices.equals(DeclaredPrices.NOTHING)) {
      proto.setPrices(prices.toProto());
    }
    if (!approval.isEmpty()) {
      proto.setApproval(ToolApproval.newBuilder().addAllPatterns(approval));
    }
    switch (way) {
      case Way.Command command -> {
        Stdio.Builder stdio =
            Stdio.newBuilder()
                .setCommand(command.command())
                .addAllArgs(command.args())
                .putAllEnv(command.env());
        if (command.directory() != null) {
          stdio.setWorkingDirectory(command.directory());
        }
        proto.setStdio(stdio);
      }
      case Way.StreamableHttp http ->
          proto.setHttp(Http.newBuilder().setUrl(http.url()).putAllHeaders(http.headers()));
      case Way.ServerSentEvents sse ->
          proto.setSse(Sse.newBuilder().setUrl(sse.url()).putAllHeaders(sse.headers()));
    }
    return proto.build();
  }
}
