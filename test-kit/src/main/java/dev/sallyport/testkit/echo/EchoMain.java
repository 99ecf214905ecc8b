package dev.sallyport.testkit.echo;

import java.io.IOException;
import java.util.Locale;

/**
 * The echo server in a process of its own: prints its URL on one line, ends when its standard input
 * does. Arguments: era (legacy, modern, both) and the number of event loops.
 */
public final class EchoMain {

  private EchoMain() {}

  public static void main(String[] args) throws IOException {
    EchoUpstream.Era era =
        EchoUpstream.Era.valueOf((args.length > 0 ? args[0] : "both").toUpperCase(Locale.ROOT));
    int eventLoops = args.length > 1 ? Integer.parseInt(args[1]) : 1;
    try (EchoUpstream upstream = EchoUpstream.start(era, eventLoops, false)) {
      System.out.println(upstream.url());
      System.out.flush();
      while (System.in.read() >= 0) {
        // Nothing is said to us; the end is what we wait for.
      }
    }
  }
}
