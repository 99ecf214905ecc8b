package dev.sallyport.edge.mcp;

import dev.sallyport.edge.call.TaskIds;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.list.VisibleLists;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.StringJoiner;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What an endpoint offers one caller: capabilities and instructions, merged from the servers behind
 * it that the caller may use, and only what really works for it.
 */
@Singleton
public class Offering {

  /** All instructions together; a model reads them before every task. */
  private static final int MOST_INSTRUCTIONS = 64 * 1024;

  /** Capabilities that the gateway does not take part in, for the endpoint of one server. */
  private static final List<String> PASSED_ON = List.of("experimental", "extensions", "tasks");

  private final Catalogues catalogues;
  private final VisibleLists lists;

  Offering(Catalogues catalogues, VisibleLists lists) {
    this.catalogues = catalogues;
    this.lists = lists;
  }

  /**
   * {@code ServerCapabilities}, a JSON object.
   *
   * @param era of the client
   */
  public byte[] capabilities(McpRequest request, Era era) {
    List<ServerEntry> servers = servers(request);
    List<ServerEntry> visible = visible(request);
    JsonWriter json = new JsonWriter().beginObject();
    if (request.server() == null || visible.isEmpty() || any(visible, s -> mayHaveTools(s))) {
      json.name("tools").beginObject().member("listChanged", true).endObject();
    }
    // What a script returned that was too long for an answer is read as a resource.
    boolean scripts = request.server() == null && any(visible, ServerEntry::codeMode);
    if (scripts || any(servers, server -> has(server, "resources"))) {
      json.name("resources").beginObject().member("listChanged", true);
      if (any(servers, Offering::canSubscribe)) {
        json.member("subscribe", true);
      }
      json.endObject();
    }
    if (any(servers, server -> has(server, "prompts"))) {
      json.name("prompts").beginObject().member("listChanged", true).endObject();
    }
    if (any(servers, server -> has(server, "completions"))) {
      json.name("completions").beginObject().endObject();
    }
    // What a tool logs is for whoever calls the tool.
    if (any(visible, server -> has(server, "logging"))) {
      json.name("logging").beginObject().endObject();
    }
    if (request.server() != null && !servers.isEmpty()) {
      passOn(servers.getFirst(), json);
    } else if (era == Era.MODERN
        && any(visible, server -> TaskIds.isDeclared(server.capabilities()))) {
      json.name("extensions")
          .beginObject()
          .name(TaskIds.EXTENSION)
          .beginObject()
          .endObject()
          .endObject();
    }
    return json.endObject().toBytes();
  }

  private static void passOn(ServerEntry server, JsonWriter json) {
    if (server.capabilities().length == 0) {
      return;
    }
    JsonObject declared = JsonObject.of(server.capabilities());
    for (String name : PASSED_ON) {
      Span value = declared.get(name);
      if (value != null) {
        json.name(name).raw(declared.data(), value);
      }
    }
  }

  private static boolean mayHaveTools(ServerEntry server) {
    return server.capabilities().length == 0 || has(server, "tools");
  }

  private static boolean has(ServerEntry server, String capability) {
    if (server.capabilities().length > 0) {
      return server.capability(capability) != null;
    }
    // A pinned server has said nothing; what it lists speaks for it.
    return switch (capability) {
      case "resources" ->
          !server.offers(ListKind.RESOURCES).isEmpty()
              || !server.offers(ListKind.TEMPLATES).isEmpty();
      case "prompts" -> !server.offers(ListKind.PROMPTS).isEmpty();
      default -> false;
    };
  }

  /** Whether changes of its resources can be heard of. */
  static boolean canSubscribe(ServerEntry server) {
    JsonObject resources = server.capability("resources");
    return resources != null && resources.isTrue("subscribe");
  }

  /** Whether the caller can hear of changes of resources at this endpoint. */
  boolean canSubscribe(McpRequest request) {
    return any(servers(request), Offering::canSubscribe);
  }

  /** Whether the endpoint has lists of this capability for the caller. */
  boolean has(McpRequest request, String capability) {
    return any(servers(request), server -> has(server, capability));
  }

  private static boolean any(List<ServerEntry> servers, Predicate<ServerEntry> what) {
    return servers.stream().anyMatch(what);
  }

  /** Resources, prompts and the like of a server belong to those who may use all of it. */
  private List<ServerEntry> servers(McpRequest request) {
    AccessProfile profile = request.profile();
    return behind(request).filter(server -> server.isWholeFor(profile)).toList();
  }

  /** Those of which the caller may use something. */
  private List<ServerEntry> visible(McpRequest request) {
    return behind(request)
        .filter(server -> lists.isVisible(request.profile(), server.name()))
        .toList();
  }

  private Stream<ServerEntry> behind(McpRequest request) {
    TenantCatalogue catalogue = catalogues.current(request.profile().tenant());
    return request.server() == null
        ? catalogue.servers().stream()
        : Stream.ofNullable(catalogue.server(request.server()));
  }

  /**
   * Guidance for models. On the endpoint of one server it is that server's; on the aggregate one,
   * that of every server of which the caller sees something, under its name.
   *
   * @return null when there is none
   */
  public @Nullable String instructions(McpRequest request) {
    TenantCatalogue catalogue = catalogues.current(request.profile().tenant());
    if (request.server() != null) {
      ServerEntry entry = catalogue.server(request.server());
      return entry == null || entry.instructions().isEmpty() ? null : entry.instructions();
    }
    StringJoiner all = new StringJoiner("\n\n");
    all.setEmptyValue("");
    int length = 0;
    for (ServerEntry server : catalogue.servers()) {
      if (server.instructions().isEmpty() || !lists.isVisible(request.profile(), server.name())) {
        continue;
      }
      String one = "# " + server.name() + "\n" + server.instructions().strip();
      length += one.length() + 2;
      if (length > MOST_INSTRUCTIONS) {
        // Half an instruction may say the opposite of the whole.
        continue;
      }
      all.add(one);
    }
    return all.length() == 0 ? null : all.toString();
  }
}
