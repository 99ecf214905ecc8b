package dev.sallyport.edge.call;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.ExposedUris;
import dev.sallyport.edge.catalog.OfferEntry;
import dev.sallyport.edge.catalog.ServerEntry;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.dialect.ToolNames;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Subject;
import dev.sallyport.mcp.protocol.Methods;
import org.jspecify.annotations.Nullable;

/** Finds what a request means in the catalogue, and says so when it means nothing. */
final class Targets {

  private Targets() {}

  /**
   * Null when there is no such thing. Whether the caller may use it is asked afterwards.
   *
   * @param names asked for tools that the endpoint does not have under the name of the call
   */
  static @Nullable Target find(
      TenantCatalogue catalogue, ToolCall call, TaskIds tasks, ToolNames names) {
    if (TaskIds.isAbout(call)) {
      return task(catalogue, call, tasks);
    }
    String server = call.server();
    if (server != null && catalogue.server(server) == null) {
      return null;
    }
    Target target =
        server == null ? onAggregate(catalogue, call) : onServer(catalogue, server, call);
    if (target != null || !call.isToolCall()) {
      return target;
    }
    ToolEntry tool = names.find(catalogue, server, call.name(), call.client().dialect());
    return tool == null ? null : Target.of(tool);
  }

  private static @Nullable Target task(TenantCatalogue catalogue, ToolCall call, TaskIds tasks) {
    TaskIds.Task task = tasks.open(call.profile(), call.name());
    boolean here = call.server() == null || task != null && call.server().equals(task.server());
    return task == null || !here || catalogue.server(task.server()) == null
        ? null
        : Target.of(task, call.name());
  }

  /**
   * Where a resource is.
   *
   * @param server endpoint at which it is named; null for the aggregate one
   */
  static @Nullable Target resource(
      TenantCatalogue catalogue, AccessProfile profile, @Nullable String server, String uri) {
    if (server != null) {
      return catalogue.server(server) == null ? null : Target.ofServer(server, uri, uri);
    }
    ExposedUris.Named named =
        catalogue
            .offers()
            .route(
                uri,
                name ->
                    catalogue.server(name) instanceof ServerEntry one && one.isWholeFor(profile));
    return named == null ? null : Target.ofServer(named.server(), named.uri(), uri);
  }

  private static @Nullable Target onServer(
      TenantCatalogue catalogue, String server, ToolCall call) {
    if (!call.isToolCall()) {
      // Names are the server's own, and what it does not list it may have all the same.
      return Target.ofServer(server, call.name(), call.name());
    }
    ServerEntry entry = catalogue.server(server);
    ToolEntry tool = entry == null ? null : entry.tool(call.name());
    return tool == null ? null : Target.of(tool);
  }

  private static @Nullable Target onAggregate(TenantCatalogue catalogue, ToolCall call) {
    String name = call.name();
    return switch (call.frame().method()) {
      case Methods.TOOLS_CALL -> {
        ToolEntry tool = catalogue.tool(name);
        yield tool == null ? null : Target.of(tool);
      }
      case Methods.PROMPTS_GET -> of(catalogue.offers().prompt(name));
      case Methods.RESOURCES_READ -> resource(catalogue, call.profile(), null, name);
      case Methods.COMPLETE -> {
        if (Subject.refersToPrompt(call.frame())) {
          yield of(catalogue.offers().prompt(name));
        }
        OfferEntry template = catalogue.offers().template(name);
        yield template == null ? resource(catalogue, call.profile(), null, name) : of(template);
      }
      default -> null;
    };
  }

  private static @Nullable Target of(@Nullable OfferEntry entry) {
    return entry == null
        ? null
        : Target.ofServer(entry.server(), entry.name(), entry.exposedName());
  }

  /**
   * The one rule for what a caller may see and use: a tool and its tasks by the tool's own pattern;
   * resources, prompts and everything else of a server belong to those who may use all of it.
   */
  static boolean isAllowed(AccessProfile profile, ServerEntry server, Target target) {
    return target.toolName().isEmpty()
        ? server.isWholeFor(profile)
        : server.offered().has(target.toolName())
            && profile.allows(target.server(), target.toolName());
  }

  /** The same answer for what is unknown and for what is hidden. */
  static Failure unknown(ToolCall call) {
    String name = call.name();
    return switch (call.frame().method()) {
      case Methods.TOOLS_CALL -> Failure.of(ErrorCode.UNKNOWN_TOOL, "Unknown tool: " + name);
      case Methods.PROMPTS_GET -> Failure.of(ErrorCode.UNKNOWN_PROMPT, "Unknown prompt: " + name);
      case Methods.RESOURCES_READ ->
          Failure.of(ErrorCode.UNKNOWN_RESOURCE, "Resource not found: " + name);
      case Methods.COMPLETE ->
          Failure.of(
              ErrorCode.INVALID_PARAMS,
              "Invalid params: \"ref\" refers to no prompt or resource template.");
      case Methods.TASKS_GET, Methods.TASKS_UPDATE, Methods.TASKS_CANCEL ->
          Failure.of(ErrorCode.INVALID_PARAMS, "Invalid params: there is no such task.");
      default -> Failure.of(ErrorCode.UNKNOWN_METHOD, "Method not found: " + call.frame().method());
    };
  }
}
