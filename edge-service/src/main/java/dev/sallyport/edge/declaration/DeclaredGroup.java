package dev.sallyport.edge.declaration;

import dev.sallyport.proto.policy.v1.OwnerRef;
import dev.sallyport.proto.policy.v1.ToolGroup;
import java.util.List;

/**
 * A tool group as a person defines it, in a file or through the admin API.
 *
 * @param title for people; may be empty
 * @param tools patterns; empty: nothing
 * @param attachedTo whom it is for
 */
public record DeclaredGroup(
    String slug, String title, List<String> tools, List<OwnerRef> attachedTo) {

  public DeclaredGroup {
    tools = List.copyOf(tools);
    attachedTo = List.copyOf(attachedTo);
  }

  /** As policy takes it. */
  public ToolGroup toProto() {
    return ToolGroup.newBuilder()
        .setSlug(slug)
        .setTitle(title)
        .addAllTools(tools)
        .addAllAttached(attachedTo)
        .build();
  }
}
