package dev.sallyport.edge.call;

import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.mcp.protocol.Methods;
import org.jspecify.annotations.Nullable;

/**
 * What a call is for: a tool, a task of one, a prompt, a resource, or whatever else a server has.
 *
 * @param server name of the upstream
 * @param name what the upstream calls it; empty where the method has no such thing
 * @param exposedName what the client calls it
 * @param toolName the tool whose rule counts; empty where it takes the whole server
 * @param tool null for anything but a tool
 */
public record Target(
    String server, String name, String exposedName, String toolName, @Nullable ToolEntry tool) {

  public static Target of(ToolEntry tool) {
    return new Target(tool.server(), tool.tool(), tool.exposedName(), tool.tool(), tool);
  }

  /** Something that belongs to those who may use the whole server. */
  public static Target ofServer(String server, String name, String exposedName) {
    return new Target(server, name, exposedName, "", null);
  }

  static Target of(TaskIds.Task task, String exposedName) {
    return new Target(task.server(), task.id(), exposedName, task.tool(), null);
  }

  /**
   * It may be done twice: reading is harmless, a tool says so by itself, and an answer that a task
   * has had is ignored (extension tasks, "Task Update Requests"). Of what is not known, nothing.
   */
  boolean isRepeatable(String method) {
    if (tool != null) {
      return tool.repeatable();
    }
    return switch (method) {
      case Methods.PROMPTS_GET,
          Methods.RESOURCES_READ,
          Methods.COMPLETE,
          Methods.TASKS_GET,
          Methods.TASKS_UPDATE,
          Methods.TASKS_CANCEL ->
          true;
      default -> false;
    };
  }
}
