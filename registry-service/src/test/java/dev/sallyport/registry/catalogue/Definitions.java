package dev.sallyport.registry.catalogue;

import com.google.protobuf.ByteString;
import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.proto.registry.v1.ApplyServersRequest;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.DeleteServerRequest;
import dev.sallyport.proto.registry.v1.Health;
import dev.sallyport.proto.registry.v1.HealthReport;
import dev.sallyport.proto.registry.v1.Http;
import dev.sallyport.proto.registry.v1.ListServersRequest;
import dev.sallyport.proto.registry.v1.PutServerRequest;
import dev.sallyport.proto.registry.v1.PutServerResponse;
import dev.sallyport.proto.registry.v1.ReportAck;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.proto.registry.v1.ServerStatus;
import dev.sallyport.proto.registry.v1.ServerView;
import dev.sallyport.proto.registry.v1.Stdio;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** What edge and executor say to registry in these tests. */
record Definitions(RegistryOperations registry, String tenant) {

  static ServerDefinition stdio(String name) {
    return ServerDefinition.newBuilder()
        .setName(name)
        .setEnabled(true)
        .setStdio(Stdio.newBuilder().setCommand("mcp-" + name).addArgs("--stdio"))
        .build();
  }

  static ServerDefinition http(String name, String url) {
    return ServerDefinition.newBuilder()
        .setName(name)
        .setEnabled(true)
        .setHttp(Http.newBuilder().setUrl(url))
        .build();
  }

  static ToolDefinition tool(String name, String definition) {
    return ToolDefinition.newBuilder()
        .setName(name)
        .setDefinition(ByteString.copyFromUtf8(definition))
        .build();
  }

  static ToolDefinition tool(String name) {
    return tool(name, "{\"name\":\"" + name + "\",\"inputSchema\":{\"type\":\"object\"}}");
  }

  CallContext edge() {
    return CallContext.ofService(Peer.EDGE, tenant);
  }

  CallContext executor() {
    return CallContext.ofService(Peer.EXECUTOR, tenant);
  }

  PutServerResponse put(ServerDefinition definition) {
    return put(definition, 0);
  }

  PutServerResponse put(ServerDefinition definition, long expectedRevision) {
    return await(
        registry.putServer(
            edge(),
            PutServerRequest.newBuilder()
                .setDefinition(definition)
                .setExpectedRevision(expectedRevision)
                .build()));
  }

  void delete(String name) {
    await(registry.deleteServer(edge(), DeleteServerRequest.newBuilder().setServer(name).build()));
  }

  ApplyServersResponse apply(String source, ServerDefinition... servers) {
    return apply(source, false, servers);
  }

  ApplyServersResponse apply(String source, boolean dryRun, ServerDefinition... servers) {
    return await(
        registry.applyServers(
            edge(),
            ApplyServersRequest.newBuilder()
                .setSource(source)
                .addAllServers(List.of(servers))
                .setDryRun(dryRun)
                .build()));
  }

  List<ServerView> list() {
    return await(registry.listServers(edge(), ListServersRequest.getDefaultInstance()))
        .getServersList();
  }

  ServerView view(String name) {
    return await(
            registry.listServers(edge(), ListServersRequest.newBuilder().setServer(name).build()))
        .getServers(0);
  }

  boolean report(String server, long epoch, long generation, ToolDefinition... tools) {
    return report("executor-1", server, epoch, generation, 0, tools);
  }

  boolean report(
      String executor,
      String server,
      long epoch,
      long generation,
      long revision,
      ToolDefinition... tools) {
    return report(Health.HEALTH_READY, executor, server, epoch, generation, revision, tools);
  }

  boolean report(
      Health health,
      String executor,
      String server,
      long epoch,
      long generation,
      long revision,
      ToolDefinition... tools) {
    return ack(health, executor, server, epoch, generation, revision, tools).getAccepted();
  }

  ReportAck ack(
      Health health,
      String executor,
      String server,
      long epoch,
      long generation,
      long revision,
      ToolDefinition... tools) {
    return await(
        registry.reportCatalogue(
            executor(),
            CatalogueReport.newBuilder()
                .setExecutor(executor)
                .setServer(server)
                .setOwnerEpoch(epoch)
                .setGeneration(generation)
                .setServerRevision(revision)
                .setStatus(status(health))
                .setInstructions("Use it well.")
                .addAllTools(Arrays.asList(tools))
                .build()));
  }

  boolean health(String server, long epoch, long generation, Health health) {
    return await(
            registry.reportHealth(
                executor(),
                HealthReport.newBuilder()
                    .setExecutor("executor-1")
                    .setServer(server)
                    .setOwnerEpoch(epoch)
                    .setGeneration(generation)
                    .setStatus(status(health))
                    .build()))
        .getAccepted();
  }

  static ServerStatus status(Health health) {
    return ServerStatus.newBuilder()
        .setHealth(health)
        .setReason(health == Health.HEALTH_READY ? "" : "It does not answer.")
        .build();
  }

  static <T> T await(Uni<T> uni) {
    return uni.await().atMost(Duration.ofSeconds(20));
  }
}
