package dev.sallyport.registry.catalogue;

import dev.sallyport.kit.error.CallFailed;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.proto.registry.v1.ApplyServersResponse;
import dev.sallyport.proto.registry.v1.ServerDefinition;
import dev.sallyport.registry.catalogue.ServerStore.Writing;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The servers that one source declares, to be made true. Servers of other sources are not touched.
 *
 * @param servers checked, by name
 */
record ServerDeclarations(String tenant, String source, Map<String, ServerDefinition> servers) {

  static ServerDeclarations of(String tenant, String source, List<ServerDefinition> declared) {
    ServerRules.checkSource(source);
    Map<String, ServerDefinition> servers = new LinkedHashMap<>();
    for (ServerDefinition definition : declared) {
      ServerDefinition checked = ServerRules.checked(definition, tenant, source);
      if (servers.put(checked.getName(), checked) != null) {
        throw ServerRules.invalid("Two servers are named " + checked.getName() + "; rename one.");
      }
    }
    return new ServerDeclarations(tenant, source, servers);
  }

  Uni<ApplyServersResponse> apply(Writing writing, String changedBy, boolean dryRun) {
    return writing
        .definitions(tenant)
        .chain(
            present -> {
              ApplyServersResponse.Builder response = ApplyServersResponse.newBuilder();
              List<ServerDefinition> saved = new ArrayList<>();
              List<ServerKey> removed = new ArrayList<>();
              Map<String, ServerDefinition> after = plan(present, response, saved, removed);
              ServerRules.checkDistinct(List.copyOf(after.values()));
              Uni<Void> steps = Uni.createFrom().voidItem();
              if (!dryRun) {
                for (ServerKey key : removed) {
                  steps =
                      steps
                          .chain(() -> writing.remove(key, changedBy))
                          .chain(() -> writing.announce(key));
                }
                for (ServerDefinition definition : saved) {
                  ServerKey key = new ServerKey(tenant, definition.getName());
                  steps =
                      steps
                          .chain(() -> writing.save(definition, changedBy))
                          .chain(() -> writing.announce(key));
                }
              }
              return steps.map(done -> response.build());
            });
  }

  private Map<String, ServerDefinition> plan(
      List<ServerDefinition> present,
      ApplyServersResponse.Builder response,
      List<ServerDefinition> saved,
      List<ServerKey> removed) {
    Map<String, ServerDefinition> after = new TreeMap<>();
    for (ServerDefinition server : present) {
      ServerDefinition declared = servers.get(server.getName());
      if (!server.getSource().equals(source)) {
        if (declared != null) {
          throw new CallFailed(
              Failure.of(
                  ErrorCode.CONFLICT,
                  "A server named "
                      + server.getName()
                      + " exists already and is not declared here; rename one of the two or delete"
                      + " that server."));
        }
        after.put(server.getName(), server);
      } else if (declared == null) {
        response.addRemoved(server.getName());
        removed.add(new ServerKey(tenant, server.getName()));
      } else {
        after.put(server.getName(), declared);
        if (!declared.equals(server.toBuilder().clearRevision().build())) {
          response.addChanged(server.getName());
          saved.add(declared);
        }
      }
    }
    servers.forEach(
        (name, declared) -> {
          if (after.putIfAbsent(name, declared) == null) {
            response.addAdded(name);
            saved.add(declared);
          }
        });
    return after;
  }
}
