package dev.sallyport.demo;

import dev.sallyport.mcp.frame.LineSafe;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** Where messages go: one line each, never mixed. Usable from any thread. */
final class Outlet {

  private final OutputStream out;

  Outlet(OutputStream out) {
    this.out = out;
  }

  void send(byte[] message) {
    byte[] safe = LineSafe.singleLine(message);
    byte[] line = Arrays.copyOf(safe, safe.length + 1);
    line[safe.length] = '\n';
    try {
      synchronized (this) {
        out.write(line);
        out.flush();
      }
    } catch (IOException e) {
      // The reader is gone. Standard input ends too then, and with it this process.
    }
  }
}
