package dev.sallyport.demo;

import dev.sallyport.mcp.json.JsonWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tools there are, in the order in which they are listed. Usable from any thread. */
final class Toolbox {

  private static final int MOST_ANNOUNCED = 20;

  private final Map<String, Tool> tools = new LinkedHashMap<>();
  private final Runnable onChange;
  private int announced;

  Toolbox(Runnable onChange) {
    this.onChange = onChange;
    for (Tool tool : BuiltInTools.all(this)) {
      tools.put(tool.name(), tool);
    }
  }

  synchronized @Nullable Tool find(String name) {
    return tools.get(name);
  }

  /** The result of {@code tools/list}: everything on one page. */
  synchronized byte[] list(boolean modern) {
    JsonWriter result = new JsonWriter().beginObject();
    if (modern) {
      result.member("resultType", "complete");
    }
    result.name("tools").beginArray();
    for (Tool tool : tools.values()) {
      result.raw(tool.definition());
    }
    result.endArray();
    if (modern) {
      result.member("ttlMs", 0).member("cacheScope", "public");
      Identity.meta(result);
    }
    return result.endObject().toBytes();
  }

  /** Adds a tool that greets. False if there is one of that name, or there are too many. */
  boolean announce(String name) {
    synchronized (this) {
      if (announced == MOST_ANNOUNCED || tools.containsKey(name)) {
        return false;
      }
      tools.put(name, BuiltInTools.greeting(name));
      announced++;
    }
    onChange.run();
    return true;
  }
}
