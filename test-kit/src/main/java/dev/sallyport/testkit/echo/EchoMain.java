package dev.sallyport.testkit.echo;

import java.io.IOException;
import java.util.Locale;

/**
 * The echo server in a process of its own: prints its URL on one line, then for each line of its
 * standard input how often its tools were listed, and ends when that ends. Arguments: era (legacy,
 * modern, both), the number of event loops and, if it is not to have its usual tools, how many.
 */
public final class EchoMain {

  private EchoMain() {}

  public static void main(String[] args) throws IOException {
    EchoUpstream.Era era =
        EchoUpstream.Era.valueOf((args.length > 0 ? args[0] : "both").toUpperCase(Locale.ROOT));
    int eventLoops = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    try (EchoUpstream upstream = EchoUpstream.start(era, eventLoops, false)) {
      upstream.addResource("bytes:///" + (1 << 20));
      if (args.length > 2) {
        upstream.onlyEchoTools(Integer.parseInt(args[2]));
      }
      say(upstream.url());
      for (int said = System.in.read(); said >= 0; said = System.in.read()) {
        if (said == '\n') {
          say(Integer.toString(upstream.listed()));
        }
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
    System.out.flush();
  }
}
