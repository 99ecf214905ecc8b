package dev.sallyport.edge.code;

import dev.sallyport.codemode.CodeCatalogue;
import dev.sallyport.codemode.CodeTool;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.proto.sandbox.v1.ScriptFunction;
import dev.sallyport.proto.sandbox.v1.ScriptNamespace;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What scripts of some callers find. Immutable, shared.
 *
 * @param catalogue what their models read
 * @param namespaces the globals of their scripts
 */
record Scripted(CodeCatalogue catalogue, List<ScriptNamespace> namespaces, Set<Tool> tools) {

  /** A tool by the names of its upstream. */
  record Tool(String server, String name) {}

  static Scripted of(List<ToolEntry> visible) {
    Set<Tool> tools = HashSet.newHashSet(visible.size());
    visible.forEach(tool -> tools.add(new Tool(tool.server(), tool.tool())));
    CodeCatalogue catalogue =
        CodeCatalogue.of(
            visible.stream()
                .map(tool -> new CodeTool(tool.server(), tool.tool(), tool.definition()))
                .toList());
    return new Scripted(
        catalogue,
        catalogue.namespaces().stream().map(Scripted::namespace).toList(),
        Set.copyOf(tools));
  }

  private static ScriptNamespace namespace(CodeCatalogue.Namespace namespace) {
    ScriptNamespace.Builder proto =
        ScriptNamespace.newBuilder().setName(namespace.name()).setServer(namespace.server());
    for (CodeCatalogue.Function function : namespace.functions()) {
      proto.addFunctions(
          ScriptFunction.newBuilder().setName(function.name()).setTool(function.tool()));
    }
    return proto.build();
  }

  boolean has(String server, String tool) {
    return tools.contains(new Tool(server, tool));
  }
}
