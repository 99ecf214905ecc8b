package dev.sallyport.edge.dialect;

import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Listing;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One property of which several branches of a union have a schema. */
final class MergedProperty {

  private static final Set<String> OF_CHOICES =
      Set.of("type", "const", "enum", "title", "description");

  private MergedProperty() {}

  /**
   * @param own what the object itself says of the property; null for nothing
   * @param said what branches say of it, at least one
   * @param all every branch holds, not one of them
   */
  static SchemaTree of(@Nullable SchemaTree own, List<SchemaTree> said, boolean all) {
    Set<SchemaTree> different = new LinkedHashSet<>(said);
    if (all) {
      Set<SchemaTree> every = new LinkedHashSet<>();
      if (own != null) {
        every.add(own);
      }
      every.addAll(different);
      return together("allOf", every);
    }
    SchemaTree choices = different.size() == 1 ? null : choices(different);
    SchemaTree any = choices == null ? together("anyOf", different) : choices;
    if (own == null || own.equals(any)) {
      return any;
    }
    Set<SchemaTree> both = new LinkedHashSet<>();
    both.add(own);
    both.add(any);
    return together("allOf", both);
  }

  private static SchemaTree together(String keyword, Set<SchemaTree> schemas) {
    return schemas.size() == 1
        ? schemas.iterator().next()
        : new Members(Map.of(keyword, new Listing(List.copyOf(schemas))));
  }

  /** What tells branches apart is a constant in each: here it is one {@code enum}. */
  private static @Nullable SchemaTree choices(Set<SchemaTree> schemas) {
    Set<SchemaTree> values = new LinkedHashSet<>();
    Set<SchemaTree> types = new LinkedHashSet<>();
    for (SchemaTree schema : schemas) {
      if (!(schema instanceof Members members)
          || !OF_CHOICES.containsAll(members.members().keySet())) {
        return null;
      }
      SchemaTree constant = members.get("const");
      if (constant != null) {
        values.add(constant);
      } else if (members.get("enum") instanceof Listing listing) {
        values.addAll(listing.items());
      } else {
        return null;
      }
      SchemaTree type = members.get("type");
      if (type != null) {
        types.add(type);
      }
    }
    Map<String, SchemaTree> made = new LinkedHashMap<>();
    if (types.size() == 1) {
      made.put("type", types.iterator().next());
    }
    made.put("enum", new Listing(new ArrayList<>(values)));
    return new Members(made);
  }
}
