package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A tool as the API shows it. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Tool")
record ToolView(
    @Schema(description = "Name on the aggregate endpoint.", examples = "fs__read_file")
        String name,
    String server,
    @Schema(description = "Name as the server says it.") String tool,
    @Nullable String title,
    @Nullable String description,
    @Schema(description = "Kept out of every list.") boolean quarantined,
    @Schema(description = "Why it is kept out.") @Nullable String reason) {

  /** Tools in the order of the aggregate list. */
  @Schema(name = "Tools")
  record Page(
      List<ToolView> tools,
      @Schema(description = "State of the key that was asked for: only an active one sees tools.")
          @JsonInclude(JsonInclude.Include.NON_NULL)
          @Nullable String keyState) {}
}
