package dev.sallyport.policy.group;

import dev.sallyport.policy.kept.Kept;
import dev.sallyport.policy.owner.Ref;
import dev.sallyport.proto.policy.v1.ToolGroup;
import java.util.List;

/**
 * A tool group as it is kept.
 *
 * @param id {@code grp_} and 22 characters
 * @param name its slug
 * @param title for people; may be empty
 * @param tools patterns; empty: nothing
 * @param attached whom it is for
 */
public record StoredGroup(
    String tenant,
    String id,
    String name,
    String title,
    List<String> tools,
    List<Ref> attached,
    String source,
    long revision)
    implements Kept<StoredGroup> {

  public StoredGroup {
    tools = List.copyOf(tools);
    attached = List.copyOf(attached);
  }

  @Override
  public boolean saysTheSameAs(StoredGroup that) {
    return title.equals(that.title) && tools.equals(that.tools) && attached.equals(that.attached);
  }

  @Override
  public StoredGroup inPlaceOf(StoredGroup before) {
    return new StoredGroup(
        tenant, before.id, name, title, tools, attached, source, before.revision + 1);
  }

  ToolGroup toProto() {
    return ToolGroup.newBuilder()
        .setTenant(tenant)
        .setId(id)
        .setSlug(name)
        .setTitle(title)
        .addAllTools(tools)
        .addAllAttached(attached.stream().map(Ref::toProto).toList())
        .setSource(source)
        .setRevision(revision)
        .build();
  }
}
