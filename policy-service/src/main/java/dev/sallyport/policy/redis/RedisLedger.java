package dev.sallyport.policy.redis;

import dev.sallyport.policy.ledger.Ledger;
import dev.sallyport.policy.ledger.LedgerShape;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.Response;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

@Singleton
final class RedisLedger implements Ledger {

  /** Where edges are asked for what they do not need: tenant, new line, limit id. */
  private static final String RECALLS = "sallyport:lease-recall";

  private final ReactiveRedisDataSource redis;
  private final Script grant = new Script("grant.lua");
  private final Script settle = new Script("settle.lua");
  private final Script allot = new Script("allot.lua");
  private final Script rebuild = new Script("rebuild.lua");
  private final Script trim = new Script("trim.lua");
  private final Script standing = new Script("standing.lua");

  RedisLedger(ReactiveRedisDataSource redis) {
    this.redis = redis;
  }

  @Override
  public Uni<Granting> grant(String tenant, Epoch epoch, List<Ask> asks) {
    List<String> keys = new ArrayList<>();
    keys.add(markerKey(tenant));
    List<String> arguments =
        new ArrayList<>(List.of(epoch.name(), text(epoch.usableFrom()), tenant, RECALLS));
    for (Ask ask : asks) {
      keys.add(key(tenant, ask.limitId(), ask.shape().name()));
      arguments.addAll(
          List.of(ask.limitId(), ask.leaseId(), text(ask.needed()), text(ask.wanted())));
      arguments.addAll(shape(ask.shape()));
      arguments.add(text(ask.shape().life().toMillis()));
    }
    return grant.run(redis, keys, arguments).map(RedisLedger::toGranting);
  }

  private static Granting toGranting(Response answer) {
    String word = answer.get(0).toString();
    return switch (word) {
      case "leased" -> {
        List<Grant> grants = new ArrayList<>();
        for (int i = 1; i < answer.size(); i += 2) {
          grants.add(new Grant(number(answer, i), number(answer, i + 1)));
        }
        yield new Granted(List.copyOf(grants));
      }
      case "reached" ->
          new Reached(
              (int) number(answer, 1) - 1,
              number(answer, 2),
              number(answer, 3),
              number(answer, 4) == 1);
      case "epoch" -> new OtherEpoch(answer.get(1).toString(), number(answer, 2));
      case "clock" -> new OtherTime(number(answer, 1));
      case "recovers" -> new Recovers(number(answer, 1));
      case "rebuild" -> new NotBuilt((int) number(answer, 1) - 1);
      case "block" ->
          new NotAllotted(
              (int) number(answer, 1) - 1, number(answer, 2), number(answer, 3), number(answer, 4));
      default -> throw new IllegalStateException("the ledger answered " + word);
    };
  }

  @Override
  public Uni<List<Settled>> settle(String tenant, List<Settlement> settlements) {
    List<String> keys = new ArrayList<>();
    List<String> arguments = new ArrayList<>(List.of(tenant, RECALLS));
    for (Settlement one : settlements) {
      LedgerShape shape = one.limit().shape();
      keys.add(key(tenant, one.limit().limitId(), shape.name()));
      arguments.addAll(
          List.of(
              one.leaseId(),
              text(one.returned()),
              one.closed() ? "1" : "0",
              text(one.overdrawn()),
              one.limit().limitId(),
              text(shape.life().toMillis())));
      arguments.addAll(shape(shape));
    }
    return settle
        .run(redis, keys, arguments)
        .map(
            answer -> {
              List<Settled> settled = new ArrayList<>();
              for (int i = 0; i < answer.size(); i += 3) {
                settled.add(
                    new Settled(
                        number(answer, i) == 1, number(answer, i + 1), number(answer, i + 2)));
              }
              return List.copyOf(settled);
            });
  }

  @Override
  public Uni<Void> allot(String tenant, Epoch epoch, Counted limit, long slice, long allotted) {
    return allot
        .run(
            redis,
            List.of(key(tenant, limit.limitId(), limit.shape().name())),
            List.of(epoch.name(), text(slice), text(allotted)))
        .replaceWithVoid();
  }

  @Override
  public Uni<Void> rebuild(String tenant, Epoch epoch, Ask ask, List<Block> blocks) {
    List<String> arguments = new ArrayList<>();
    arguments.add(epoch.name());
    arguments.addAll(shape(ask.shape()));
    for (Block block : blocks) {
      arguments.add(text(block.slice()));
      arguments.add(text(block.allotted()));
    }
    return rebuild
        .run(
            redis,
            List.of(markerKey(tenant), key(tenant, ask.limitId(), ask.shape().name())),
            arguments)
        .replaceWithVoid();
  }

  @Override
  public Uni<List<Trimmed>> trim(String tenant, Epoch epoch, String limitId, String shape) {
    return trim.run(redis, List.of(key(tenant, limitId, shape)), List.of(epoch.name()))
        .map(
            answer -> {
              List<Trimmed> trimmed = new ArrayList<>();
              for (int i = 0; i < answer.size(); i += 3) {
                trimmed.add(
                    new Trimmed(number(answer, i), number(answer, i + 1), number(answer, i + 2)));
              }
              return List.copyOf(trimmed);
            });
  }

  @Override
  public Uni<List<Standing>> standings(String tenant, List<Counted> limits) {
    List<String> keys = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    for (Counted limit : limits) {
      keys.add(key(tenant, limit.limitId(), limit.shape().name()));
      arguments.addAll(shape(limit.shape()));
    }
    return standing
        .run(redis, keys, arguments)
        .map(
            answer -> {
              List<Standing> standings = new ArrayList<>();
              for (int i = 0; i < answer.size(); i += 3) {
                standings.add(
                    new Standing(number(answer, i), number(answer, i + 1), number(answer, i + 2)));
              }
              return List.copyOf(standings);
            });
  }

  @Override
  public Uni<String> marker(String tenant) {
    return redis
        .execute("GET", markerKey(tenant))
        .map(answer -> answer == null ? "" : answer.toString());
  }

  @Override
  public Uni<Void> mark(String tenant, String epoch) {
    return redis.execute("SET", markerKey(tenant), epoch).replaceWithVoid();
  }

  private static List<String> shape(LedgerShape shape) {
    return List.of(
        shape.type().word(),
        text(shape.units()),
        text(shape.width()),
        text(shape.retention()),
        text(shape.start()),
        text(shape.finish()),
        shape.blocks() ? "1" : "0",
        text(shape.linger()));
  }

  private static String markerKey(String tenant) {
    return "sallyport:{" + tenant + "}:ledger";
  }

  private static String key(String tenant, String limitId, String shape) {
    return "sallyport:{" + tenant + "}:limit:" + limitId + ':' + shape;
  }

  private static String text(long number) {
    return Long.toString(number);
  }

  private static long number(Response answer, int index) {
    return Long.parseLong(answer.get(index).toString());
  }
}
