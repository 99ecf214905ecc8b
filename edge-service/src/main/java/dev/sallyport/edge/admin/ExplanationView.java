package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Why a key may call a tool, or may not. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Explanation")
record ExplanationView(
    @Schema(
            description =
                "allowed; rejected: the key is not accepted; unknown: the tool is as if it did not exist; denied: a rule refuses it; unavailable: it is seen, and a call fails; asks: every call needs that a person approves it; limited: a limit is reached")
        String decision,
    @Schema(description = "The first step that stops the call, or the last one.") String reason,
    @Schema(description = "Name or id of the key.") String key,
    @Schema(description = "Name on the aggregate endpoint; absent where no server lists it.")
        @Nullable String tool,
    @Nullable String server,
    @Schema(
            description =
                "In the order in which a call meets them; all of them, so that what else stops it is seen.")
        List<Step> steps) {

  /** One of the rules that a call meets. */
  @Schema(name = "ExplanationStep")
  record Step(
      @Schema(
              description =
                  "key, catalogue, server, request, allow-list, rule (where one says something), health, approval where the server's definition has a person asked, and limit for each that counts the call")
          String step,
      boolean passes,
      @Schema(description = "What the rule says of this tool.") String detail) {}
}
