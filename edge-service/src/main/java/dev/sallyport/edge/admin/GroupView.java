package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.edge.declaration.OwnerText;
import dev.sallyport.proto.policy.v1.ToolGroup;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A tool group as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Group", description = "A named collection of tools, and whom it is for.")
record GroupView(
    @Schema(examples = "grp_3q2mB0f8Zk1Xc9YtQw7LrA") String id,
    @Schema(examples = "release-tools") String name,
    @JsonUnwrapped Definition definition,
    @Schema(
            description = "Where it is served, to those that it is attached to.",
            examples = "/mcp/groups/release-tools")
        String endpoint,
    @Schema(description = "`api`, or `file:<name>`: then it is changed in that file only.")
        String source,
    @Schema(description = "Grows with every change; also the ETag.") long revision) {

  /** The part that PUT takes, in the words of sallyport.yaml. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "GroupDefinition")
  record Definition(
      @Schema(description = "For people.", examples = "What a release needs")
          @Nullable String title,
      @Schema(
              description = "Patterns `server__tool` with `*`; absent or empty: nothing.",
              examples = "[\"github__*\", \"jira__search\"]")
          List<String> tools,
      @Schema(
              description =
                  "`tenant` for everybody, or `customer:`, `team:`, `user:`, `key:`, `role:` and a name.",
              examples = "[\"team:payments\", \"role:reviewer\"]")
          List<String> attachedTo) {}

  static GroupView of(ToolGroup group) {
    return new GroupView(
        group.getId(),
        group.getSlug(),
        definition(group),
        "/mcp/groups/" + group.getSlug(),
        group.getSource(),
        group.getRevision());
  }

  static Definition definition(ToolGroup group) {
    return new Definition(
        group.getTitle().isEmpty() ? null : group.getTitle(),
        List.copyOf(group.getToolsList()),
        group.getAttachedList().stream().map(OwnerText::of).toList());
  }

  /** All groups of the tenant. */
  @Schema(name = "Groups")
  record Page(
      List<GroupView> groups,
      @Schema(description = "There are more: ask again with this as `after`.")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String next) {}
}
