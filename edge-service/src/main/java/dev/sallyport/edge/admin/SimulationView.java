package dev.sallyport.edge.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What a proposal would have changed of calls that were made. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Simulation")
record SimulationView(
    @Schema(description = "Calls that began from then on.") Instant from,
    @Schema(description = "And before that moment.") Instant to,
    @Schema(description = "now or then: with what the proposal was compared.") String against,
    @Schema(description = "Calls that were looked at: same, differ and undecided together.")
        int examined,
    @Schema(description = "The proposal says the same of them.") int same,
    @Schema(description = "It does not.") int differ,
    @Schema(description = "It cannot be told.") int undecided,
    @Schema(description = "Why, where it cannot be told.") List<Undecided> undecidedBecause,
    @Schema(
            description =
                "Of those looked at: the policy of now says something else than was decided then, whatever the proposal.")
        int changedSince,
    @Schema(description = "Those that differ, newest first.") List<Call> calls,
    @Schema(
            description =
                "There may be more: `before` of the next request, with the same from and to. Absent: everything was looked at.")
        @Nullable String next,
    @Schema(description = "What of the proposal was passed over.") List<String> notes) {

  /** A reason for which calls could not be looked at again. */
  @Schema(name = "SimulationUndecided")
  record Undecided(
      @Schema(description = "arguments, key, tool, group or decision") String why,
      int calls,
      String detail) {}

  /** A decision in the words of the record. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "SimulationDecision")
  record Decision(
      @Schema(description = "allow, deny or ask") String decision,
      @Schema(
              description =
                  "tools: the allow-list; rule:NAME; tool: the server's definition has a person asked; key: it is revoked or expired; group: none has it; arguments: they say two things; of then also what else refused the call, such as health or limits")
          String rule) {}

  /** A call that the proposal decides differently. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "SimulatedCall")
  record Call(
      String callId,
      Instant time,
      String key,
      String keyId,
      String door,
      String method,
      String server,
      @Nullable String tool,
      @Schema(description = "When the call was made.") Decision then,
      @Schema(description = "By the policy of now; absent where that cannot be told.")
          @Nullable Decision now,
      @Schema(description = "By the proposal.") Decision proposed) {}

  /** The body of a request, for the OpenAPI document; read by {@link SimulationRequest}. */
  @Schema(name = "SimulationRequest")
  record Asked(
      @Schema(
              description =
                  "customers, teams, users, keys, groups and rules as in sallyport.yaml. Without `file` each takes the place of the one of its name, whoever declares that, and of a key what is not there stays; the rest stays.")
          @Nullable Map<String, Object> proposal,
      @Schema(
              description =
                  "The same as YAML text, for a whole file. Servers, limits, settings and roles in it are passed over.")
          @Nullable String yaml,
      @Schema(
              description = "Name of a file: the proposal takes the place of all that it declares.",
              examples = "sallyport.yaml")
          @Nullable String file,
      @Schema(
              description =
                  "Names of customers, teams, users, keys, groups and rules that go, in lists. Without `file` only.")
          @Nullable Map<String, List<String>> remove,
      @Schema(description = "24 hours before `to` when absent; at most 31 days before it.")
          @Nullable Instant from,
      @Schema(description = "Now when absent.") @Nullable Instant to,
      @Schema(description = "Only calls of this key, by name or id.") @Nullable String key,
      @Nullable String server,
      @Schema(description = "Name as the server says it, or as agents see it.")
          @Nullable String tool,
      @Schema(description = "Most differing calls of the answer, 1 to 1000; 100 when absent.")
          @Nullable Integer limit,
      @Schema(description = "`next` of the answer before.") @Nullable String before,
      @Schema(
              description =
                  "now: compare with the policy of now; then: with what was decided. now when absent.")
          @Nullable String against) {}
}
