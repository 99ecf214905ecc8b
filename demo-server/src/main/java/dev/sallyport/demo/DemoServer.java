package dev.sallyport.demo;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** The demo server: reads standard input until it ends. Takes no arguments. */
public final class DemoServer {

  private DemoServer() {}

  public static void main(String[] arguments) {
    // Not System.out: a line must be written as a whole, and a broken pipe must be noticed.
    try (InputStream in = new FileInputStream(FileDescriptor.in);
        OutputStream out = new FileOutputStream(FileDescriptor.out)) {
      serve(in, out);
    } catch (IOException e) {
      // Whoever started this process is gone.
    }
  }

  /** Serves until the input ends. Calls that still run are abandoned then. */
  static void serve(InputStream in, OutputStream out) throws IOException {
    Conversation conversation = new Conversation(new Outlet(out));
    Lines lines = new Lines(in);
    for (; ; ) {
      switch (lines.next()) {
        case Lines.Line.Text text -> conversation.receive(text.bytes());
        case Lines.Line.TooLong tooLong -> conversation.receiveTooLong();
        case Lines.Line.End end -> {
          return;
        }
      }
    }
  }
}
