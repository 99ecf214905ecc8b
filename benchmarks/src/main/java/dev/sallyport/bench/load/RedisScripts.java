package dev.sallyport.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How often the gateway of a data folder has run a script in its Redis: asked of Redis itself. */
final class RedisScripts {

  private static final Pattern CALLS = Pattern.compile("cmdstat_eval(?:sha)?:calls=(\\d+)");

  private RedisScripts() {}

  static long run(Path data) {
    Path redis = data.resolve("redis");
    try {
      int port = Integer.parseInt(Files.readString(redis.resolve("port")).strip());
      String password = Files.readString(redis.resolve("password")).strip();
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
        socket.setSoTimeout(5_000);
        socket
            .getOutputStream()
            .write(
                ("AUTH " + password + "\r\nINFO commandstats\r\nQUIT\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
        Matcher calls =
            CALLS.matcher(
                new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        long sum = 0;
        while (calls.find()) {
          sum += Long.parseLong(calls.group(1));
        }
        return sum;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Redis does not say what it has done", e);
    }
  }
}
