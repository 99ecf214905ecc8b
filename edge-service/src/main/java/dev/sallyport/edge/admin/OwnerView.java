package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.sallyport.edge.declaration.OwnerText;
import dev.sallyport.proto.policy.v1.Owner;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A customer, team or user as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Owner", description = "A customer, team or user: whom virtual keys belong to.")
record OwnerView(
    @Schema(examples = "own_3q2mB0f8Zk1Xc9YtQw7LrA") String id,
    @Schema(
            description = "Kind and name: customer:, team: or user: and the name.",
            examples = "team:payments")
        String name,
    @JsonUnwrapped Definition definition,
    @Schema(description = "`api`, or `file:<name>`: then it is changed in that file only.")
        String source,
    @Schema(description = "Grows with every change; also the ETag.") long revision) {

  /** The part that PUT takes, in the words of sallyport.yaml. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "OwnerDefinition")
  record Definition(
      @Schema(
              description =
                  "Of a team a customer or a team, of a user a team or a customer; absent: the tenant itself.",
              examples = "customer:initech")
          @Nullable String parent,
      @Schema(
              description =
                  "Tool groups can be attached to roles; keys have those of all that they belong to.",
              examples = "[\"reviewer\"]")
          @Nullable List<String> roles) {}

  static OwnerView of(Owner owner) {
    return new OwnerView(
        owner.getId(),
        OwnerText.of(owner.getRef()),
        definition(owner),
        owner.getSource(),
        owner.getRevision());
  }

  static Definition definition(Owner owner) {
    return new Definition(
        owner.hasParent() ? OwnerText.of(owner.getParent()) : null,
        owner.getRolesCount() == 0 ? null : List.copyOf(owner.getRolesList()));
  }

  /** All owners of the tenant. */
  @Schema(name = "Owners")
  record Page(
      List<OwnerView> owners,
      @Schema(description = "There are more: ask again with this as `after`.")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String next) {}
}
