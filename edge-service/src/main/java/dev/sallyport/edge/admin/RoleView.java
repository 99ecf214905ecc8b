package dev.sallyport.edge.admin;

import dev.sallyport.proto.policy.v1.Role;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** A role as the API shows it. */
@Schema(name = "Role", description = "A named set of permissions.")
record RoleView(
    @Schema(examples = "support") String name,
    @Schema(examples = "[\"keys:read\", \"calls:read\"]") List<String> permissions,
    @Schema(
            description =
                "`built-in`: always there and never changed; `api`; or `file:<name>`: changed in that file only.")
        String source,
    @Schema(description = "Grows with every change; also the ETag. 0 for a built-in role.")
        long revision) {

  static RoleView of(Role role) {
    return new RoleView(
        role.getName(),
        List.copyOf(role.getPermissionsList()),
        role.getSource(),
        role.getRevision());
  }

  /** The part that PUT takes, in the words of sallyport.yaml. */
  @Schema(name = "RoleDefinition")
  record Definition(
      @Schema(
              required = true,
              description = "Permissions; [] allows nothing.",
              examples = "[\"keys:read\", \"calls:read\"]")
          List<String> permissions) {}

  /** All roles of the tenant. */
  @Schema(name = "Roles")
  record Page(List<RoleView> roles) {}
}
