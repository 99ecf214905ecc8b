package dev.sallyport.bench.jmh;

import java.io.IOException;

/** Runs the benchmarks of this package; arguments are those of JMH. */
public final class Jmh {

  private Jmh() {}

  public static void main(String[] arguments) throws IOException {
    org.openjdk.jmh.Main.main(arguments);
  }
}
