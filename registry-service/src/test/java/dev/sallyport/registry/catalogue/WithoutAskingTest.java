package dev.sallyport.registry.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.proto.registry.v1.CatalogueEvent;
import dev.sallyport.proto.registry.v1.Heartbeat;
import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ToolAllowance;
import dev.sallyport.proto.registry.v1.ToolApproval;
import dev.sallyport.proto.registry.v1.ToolDefinition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** During an upgrade an edge that cannot ask must not run what has to be asked for. */
class WithoutAskingTest {

  @Test
  void anEdgeThatCannotAskIsNotOfferedWhatAsks() {
    assertThat(offered(asking(server("read", "delete_all", "delete_one"), "delete_*")))
        .containsExactly("read");
  }

  @Test
  void whatWasNotOfferedStaysSo() {
    ServerCatalogue some =
        asking(server("read", "write", "delete"), "delete").toBuilder()
            .setToolsOffered(ToolAllowance.newBuilder().addPatterns("read").addPatterns("del*"))
            .build();

    assertThat(offered(some)).containsExactly("read");
  }

  @Test
  void aNameThatWouldBeAPatternIsNotOffered() {
    assertThat(offered(asking(server("read", "*", "delete"), "delete"))).containsExactly("read");
  }

  @Test
  void whatDoesNotAskIsToldAsItIs() {
    CatalogueEvent plain = event(server("read"));
    CatalogueEvent beat =
        CatalogueEvent.newBuilder().setHeartbeat(Heartbeat.getDefaultInstance()).build();

    assertThat(WithoutAsking.of(plain)).isSameAs(plain);
    assertThat(WithoutAsking.of(beat)).isSameAs(beat);
  }

  private static List<String> offered(ServerCatalogue server) {
    return WithoutAsking.of(event(server)).getServer().getToolsOffered().getPatternsList();
  }

  private static CatalogueEvent event(ServerCatalogue server) {
    return CatalogueEvent.newBuilder().setSequence(3).setServer(server).build();
  }

  private static ServerCatalogue asking(ServerCatalogue server, String pattern) {
    return server.toBuilder().setApproval(ToolApproval.newBuilder().addPatterns(pattern)).build();
  }

  private static ServerCatalogue server(String... tools) {
    ServerCatalogue.Builder server = ServerCatalogue.newBuilder().setTenant("t").setServer("fs");
    for (String tool : tools) {
      server.addTools(ToolDefinition.newBuilder().setName(tool));
    }
    return server.build();
  }
}
