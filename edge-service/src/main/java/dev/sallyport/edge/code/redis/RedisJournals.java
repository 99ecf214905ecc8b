package dev.sallyport.edge.code.redis;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import dev.sallyport.edge.code.Journals;
import dev.sallyport.edge.session.redis.Redis;
import dev.sallyport.kit.seal.Envelope;
import dev.sallyport.proto.edge.v1.JournalHead;
import dev.sallyport.proto.edge.v1.JournalStep;
import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.mutiny.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A hash for each run with a sealed field for its head and each of its steps; a key while somebody
 * has taken it; and one by which a script finds the run of it that waits.
 */
@Singleton
class RedisJournals implements Journals {

  private static final Logger LOG = Logger.getLogger(RedisJournals.class);
  private static final String PURPOSE = "run-journal";
  private static final String HEAD = "head";
  private static final String STEP = "step:";

  /** KEYS: run, taken, by script. ARGV: hold, life, run or empty, then fields and values. */
  private static final String SUSPEND =
      "local held = redis.call('GET', KEYS[2])"
          + " if ARGV[1] ~= '' and held ~= ARGV[1] then return 0 end"
          + " redis.call('DEL', KEYS[1])"
          + " for i = 4, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end"
          + " redis.call('PEXPIRE', KEYS[1], ARGV[2])"
          + " redis.call('DEL', KEYS[2])"
          + " if ARGV[3] ~= '' then redis.call('SET', KEYS[3], ARGV[3], 'PX', ARGV[2]) end"
          + " return 1";

  /** KEYS: run, taken. ARGV: hold, at most. */
  private static final String TAKE =
      "if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end"
          + " if not redis.call('SET', KEYS[2], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end"
          + " if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then"
          + " redis.call('PEXPIRE', KEYS[1], ARGV[2]) end"
          + " return redis.call('HGETALL', KEYS[1])";

  /** KEYS: run, taken. ARGV: hold, field, value. */
  private static final String WRITE =
      "if redis.call('GET', KEYS[2]) ~= ARGV[1] or redis.call('EXISTS', KEYS[1]) == 0"
          + " then return 0 end"
          + " redis.call('HSET', KEYS[1], ARGV[2], ARGV[3]) return 1";

  /** KEYS: run, taken, by script. ARGV: hold, run. */
  private static final String REMOVE =
      "if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end"
          + " redis.call('DEL', KEYS[1], KEYS[2])"
          + " if redis.call('GET', KEYS[3]) == ARGV[2] then redis.call('DEL', KEYS[3]) end"
          + " return 1";

  /** KEYS: taken. ARGV: hold. */
  private static final String RELEASE =
      "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end return 1";

  private final ReactiveRedisDataSource redis;
  private final Envelope envelope;

  RedisJournals(ReactiveRedisDataSource redis, Envelope envelope) {
    this.redis = redis;
    this.envelope = envelope;
  }

  @Override
  public Future<Void> suspend(
      Of of,
      String hold,
      String script,
      JournalHead head,
      Collection<JournalStep> steps,
      Duration life) {
    List<String> arguments = new ArrayList<>(2 * steps.size() + 5);
    arguments.add(hold);
    arguments.add(millis(life));
    arguments.add(script.isEmpty() ? "" : of.run());
    arguments.add(HEAD);
    arguments.add(seal(of, HEAD, head));
    for (JournalStep step : steps) {
      String field = STEP + step.getStep();
      arguments.add(field);
      arguments.add(seal(of, field, step));
    }
    return written(eval(SUSPEND, List.of(run(of), taken(of), byScript(of, script)), arguments));
  }

  @Override
  public Future<Optional<String>> waiting(String tenant, String caller, String script) {
    return Redis.toFuture(
        redis
            .value(String.class)
            .get(byScript(new Of(tenant, caller, ""), script))
            .map(Optional::ofNullable));
  }

  @Override
  public Future<Optional<Kept>> take(Of of, Duration atMost) {
    String hold = UUID.randomUUID().toString();
    return Redis.toFuture(
        eval(TAKE, List.of(run(of), taken(of)), List.of(hold, millis(atMost)))
            .map(response -> read(of, hold, response)));
  }

  private Optional<Kept> read(Of of, String hold, @Nullable Response response) {
    if (response == null || response.type() != ResponseType.MULTI) {
      if (response != null && response.toInteger() == 1) {
        throw new StillRuns();
      }
      return Optional.empty();
    }
    Map<String, String> fields = new TreeMap<>();
    for (int i = 0; i + 1 < response.size(); i += 2) {
      fields.put(response.get(i).toString(), response.get(i + 1).toString());
    }
    try {
      byte[] head = open(of, HEAD, fields.remove(HEAD));
      List<JournalStep> steps = new ArrayList<>(fields.size());
      for (Map.Entry<String, String> field : fields.entrySet()) {
        steps.add(JournalStep.parseFrom(open(of, field.getKey(), field.getValue())));
      }
      return Optional.of(new Kept(JournalHead.parseFrom(head), steps, hold));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      LOG.warn("the journal of a run cannot be read; was the key ring changed?");
      return Optional.empty();
    }
  }

  @Override
  public Future<Void> write(Of of, String hold, JournalStep step) {
    String field = STEP + step.getStep();
    return written(
        eval(WRITE, List.of(run(of), taken(of)), List.of(hold, field, seal(of, field, step))));
  }

  @Override
  public Future<Void> release(Of of, String hold) {
    return written(eval(RELEASE, List.of(taken(of)), List.of(hold)));
  }

  @Override
  public Future<Void> remove(Of of, String hold, String script) {
    return Redis.toFuture(
        eval(REMOVE, List.of(run(of), taken(of), byScript(of, script)), List.of(hold, of.run()))
            .replaceWithVoid());
  }

  private static Future<Void> written(Uni<@Nullable Response> answer) {
    return Redis.toFuture(answer)
        .compose(
            response ->
                response != null && response.toInteger() == 1
                    ? Future.succeededFuture()
                    : Future.failedFuture(new StillRuns()));
  }

  private Uni<@Nullable Response> eval(String script, List<String> keys, List<String> arguments) {
    List<String> all = new ArrayList<>(keys.size() + arguments.size() + 2);
    all.add(script);
    all.add(Integer.toString(keys.size()));
    all.addAll(keys);
    all.addAll(arguments);
    return redis.execute("EVAL", all.toArray(String[]::new));
  }

  private String seal(Of of, String field, MessageLite message) {
    return envelope.sealText(PURPOSE, binding(of, field), message.toByteArray());
  }

  /**
   * @throws IllegalArgumentException for what this gateway did not seal for that
   */
  private byte[] open(Of of, String field, @Nullable String sealed) {
    if (sealed == null) {
      throw new IllegalArgumentException(field + " is missing");
    }
    return envelope
        .openText(PURPOSE, binding(of, field), sealed)
        .orElseThrow(() -> new IllegalArgumentException(field + " cannot be opened"));
  }

  private static String binding(Of of, String field) {
    return String.join("\n", of.tenant(), of.caller(), of.run(), field);
  }

  private static String run(Of of) {
    return "sallyport:{" + of.tenant() + "}:run:" + of.run();
  }

  private static String taken(Of of) {
    return "sallyport:{" + of.tenant() + "}:run-taken:" + of.run();
  }

  private static String byScript(Of of, String script) {
    return "sallyport:{" + of.tenant() + "}:run-of:" + of.caller() + ":" + script;
  }

  private static String millis(Duration life) {
    return Long.toString(Math.max(1, life.toMillis()));
  }
}
