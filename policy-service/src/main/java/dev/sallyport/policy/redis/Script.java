package dev.sallyport.policy.redis;

import io.quarkus.redis.datasource.ReactiveRedisDataSource;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** A script of the ledger, run by its digest; Redis is given the text when it does not know it. */
final class Script {

  private static final String COMMON = read("ledger.lua");

  private final String text;
  private final String digest;

  Script(String name) {
    text = COMMON + "\n" + read(name);
    try {
      digest =
          HexFormat.of()
              .formatHex(
                  MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  Uni<Response> run(ReactiveRedisDataSource redis, List<String> keys, List<String> arguments) {
    return redis
        .execute("EVALSHA", arguments(digest, keys, arguments))
        .onFailure(failure -> String.valueOf(failure.getMessage()).startsWith("NOSCRIPT"))
        .recoverWithUni(() -> redis.execute("EVAL", arguments(text, keys, arguments)));
  }

  private static String[] arguments(String script, List<String> keys, List<String> arguments) {
    List<String> all = new ArrayList<>(2 + keys.size() + arguments.size());
    all.add(script);
    all.add(Integer.toString(keys.size()));
    all.addAll(keys);
    all.addAll(arguments);
    return all.toArray(String[]::new);
  }

  private static String read(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
