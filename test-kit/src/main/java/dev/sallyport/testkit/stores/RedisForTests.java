package dev.sallyport.testkit.stores;

import dev.sallyport.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import redis.embedded.RedisServer;

/** The Redis server of this test JVM: in memory only, nothing is saved. */
public final class RedisForTests {

  private static final int ATTEMPTS = 5;

  private final int port;

  private RedisForTests(int port) {
    this.port = port;
  }

  /** The server of this JVM; started by the first caller. */
  public static RedisForTests shared() {
    return Shared.SERVER;
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  private static final class Shared {
    static final RedisForTests SERVER = start();

    /** A free port can be taken between finding it and using it: then another one is tried. */
    private static RedisForTests start() {
      IOException last = new IOException("not started");
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int port = FreePorts.next();
        try {
          RedisServer server =
              RedisServer.newRedisServer()
                  .port(port)
                  .bind("127.0.0.1")
                  .setting("save \"\"")
                  .setting("appendonly no")
                  .setting("maxmemory 128mb")
                  .build();
          server.start();
          Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server), "stop-test-redis"));
          return new RedisForTests(port);
        } catch (IOException e) {
          last = e;
        }
      }
      throw new UncheckedIOException("embedded Redis did not start", last);
    }

    private static void stop(RedisServer server) {
      try {
        server.stop();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
