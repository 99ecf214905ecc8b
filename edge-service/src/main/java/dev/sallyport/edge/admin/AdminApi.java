package dev.sallyport.edge.admin;

import jakarta.ws.rs.core.Application;
import org.eclipse.microprofile.openapi.annotations.OpenAPIDefinition;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeIn;
import org.eclipse.microprofile.openapi.annotations.enums.SecuritySchemeType;
import org.eclipse.microprofile.openapi.annotations.info.Info;
import org.eclipse.microprofile.openapi.annotations.security.SecurityRequirement;
import org.eclipse.microprofile.openapi.annotations.security.SecurityScheme;
import org.eclipse.microprofile.openapi.annotations.security.SecuritySchemes;

/** What the OpenAPI document says of the API as a whole. */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Sallyport admin API",
            version = "v1",
            description =
                "Virtual keys, limits, approvals, servers, tools and recorded calls of one tenant. Every request carries the admin key;"
                    + " every error is problem details (RFC 9457) with a stable `code`; unknown members of a body"
                    + " are refused with their name; every action takes a permission and is recorded. A POST that"
                    + " carries an `Idempotency-Key` (1 to 255 visible ASCII characters) is done once: sent again within 24"
                    + " hours, it is answered as the first time, with `Idempotency-Replayed: true`."),
    security = {@SecurityRequirement(name = "bearer"), @SecurityRequirement(name = "header")})
@SecuritySchemes({
  @SecurityScheme(
      securitySchemeName = "bearer",
      type = SecuritySchemeType.HTTP,
      scheme = "bearer",
      description = "The admin key."),
  @SecurityScheme(
      securitySchemeName = "header",
      type = SecuritySchemeType.APIKEY,
      in = SecuritySchemeIn.HEADER,
      apiKeyName = AdminDoor.KEY_HEADER,
      description = "The admin key.")
})
public class AdminApi extends Application {}
