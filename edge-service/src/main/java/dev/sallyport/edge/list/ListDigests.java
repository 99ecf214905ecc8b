package dev.sallyport.edge.list;

import dev.sallyport.edge.catalog.ListKind;
import java.util.ArrayList;
import java.util.List;

/** What a caller could list at one moment, in short: equal for equal lists. */
public record ListDigests(long tools, long resources, long prompts) {

  /** The lists that differ, resources standing for templates too. */
  public List<ListKind> changedSince(ListDigests before) {
    List<ListKind> changed = new ArrayList<>(1);
    if (tools != before.tools) {
      changed.add(ListKind.TOOLS);
    }
    if (resources != before.resources) {
      changed.add(ListKind.RESOURCES);
    }
    if (prompts != before.prompts) {
      changed.add(ListKind.PROMPTS);
    }
    return changed;
  }
}
