package dev.sallyport.edge.declaration;

import dev.sallyport.proto.policy.v1.CalendarUnit;
import dev.sallyport.proto.policy.v1.Limit;
import dev.sallyport.proto.policy.v1.LimitKind;
import dev.sallyport.proto.policy.v1.LimitWindow;
import dev.sallyport.proto.policy.v1.OwnerKind;
import dev.sallyport.proto.policy.v1.OwnerRef;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A limit as a person defines it, in a file or through the admin API.
 *
 * @param tools patterns: of the owner's calls only those of tools that match count; empty: all
 */
public record DeclaredLimit(String name, Owner owner, List<String> tools, Amount amount) {

  /** Whose calls count together. */
  public sealed interface Owner {

    /** All of the tenant. */
    record Everyone() implements Owner {}

    /** Of one virtual key, by name. */
    record Key(String name) implements Owner {}

    /** Of all keys that belong to a customer, team or user. */
    record Of(OwnerRef ref) implements Owner {}

    /** To one server, whoever makes them. */
    record Server(String name) implements Owner {}

    /**
     * Of one tool.
     *
     * @param name {@code server__tool} with the upstream's own name
     */
    record Tool(String name) implements Owner {}
  }

  /** How much there is. */
  public sealed interface Amount {

    record Calls(long calls, Per per) implements Amount {}

    /**
     * @param per null: spent once
     */
    record Budget(long millionths, @Nullable Per per) implements Amount {}

    /**
     * Estimated tokens of what goes back to agents.
     *
     * @param per null: used once
     * @param reserved what a call takes before it runs; 0: the default
     */
    record Tokens(long tokens, @Nullable Per per, long reserved) implements Amount {}

    /** Calls that run at the same time. */
    record Concurrent(long calls) implements Amount {}
  }

  /** The time over which is counted. */
  public sealed interface Per {

    /** The time of this length that ends now. */
    record Rolling(Duration length) implements Per {}

    /** An hour, day, week (from Monday) or month of the calendar of a time zone. */
    record Calendar(CalendarUnit unit, ZoneId zone) implements Per {}
  }

  public DeclaredLimit {
    tools = List.copyOf(tools);
  }

  /** The same limit over the calls of the whole tenant. */
  DeclaredLimit ofEveryone() {
    return new DeclaredLimit(name, new Owner.Everyone(), tools, amount);
  }

  /** As policy takes it. */
  public Limit toProto() {
    Limit.Builder proto = Limit.newBuilder().setName(name).addAllTools(tools);
    switch (owner) {
      case Owner.Everyone _ -> proto.setOwnerKind(OwnerKind.OWNER_KIND_TENANT);
      case Owner.Key key -> proto.setOwnerKind(OwnerKind.OWNER_KIND_KEY).setOwner(key.name());
      case Owner.Of(OwnerRef ref) -> proto.setOwnerKind(ref.getKind()).setOwner(ref.getName());
      case Owner.Server server ->
          proto.setOwnerKind(OwnerKind.OWNER_KIND_SERVER).setOwner(server.name());
      case Owner.Tool tool -> proto.setOwnerKind(OwnerKind.OWNER_KIND_TOOL).setOwner(tool.name());
    }
    switch (amount) {
      case Amount.Calls calls ->
          proto
              .setKind(LimitKind.LIMIT_KIND_RATE)
              .setUnits(calls.calls())
              .setWindow(window(calls.per()));
      case Amount.Budget budget ->
          proto
              .setKind(LimitKind.LIMIT_KIND_BUDGET)
              .setUnits(budget.millionths())
              .setWindow(window(budget.per()));
      case Amount.Tokens tokens ->
          proto
              .setKind(LimitKind.LIMIT_KIND_TOKENS)
              .setUnits(tokens.tokens())
              .setReserved(tokens.reserved())
              .setWindow(window(tokens.per()));
      case Amount.Concurrent concurrent ->
          proto.setKind(LimitKind.LIMIT_KIND_CONCURRENCY).setUnits(concurrent.calls());
    }
    return proto.build();
  }

  private static LimitWindow window(@Nullable Per per) {
    return switch (per) {
      case null -> LimitWindow.getDefaultInstance();
      case Per.Rolling rolling ->
          LimitWindow.newBuilder().setRollingMillis(rolling.length().toMillis()).build();
      case Per.Calendar calendar ->
          LimitWindow.newBuilder()
              .setCalendar(calendar.unit())
              .setZone(calendar.zone().getId())
              .build();
    };
  }
}
