package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.LineSafe;
import dev.sallyport.mcp.frame.Span;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;

/** Standard output: whole messages, one a line. Any thread. */
final class MessageWriter {

  private final OutputStream out;
  private final Notes notes;
  private final ReentrantLock lock = new ReentrantLock();
  private boolean gone;

  MessageWriter(OutputStream out, Notes notes) {
    this.out = new BufferedOutputStream(out);
    this.notes = notes;
  }

  void write(byte[] message) {
    write(message, new Span(0, message.length));
  }

  /** Returns when the client has it. A client that has gone is not told anything. */
  void write(byte[] data, Span message) {
    boolean breaks = LineSafe.firstLineBreak(data, message.start(), message.end()) >= 0;
    byte[] line = breaks ? LineSafe.singleLine(message.bytes(data)) : data;
    int start = breaks ? 0 : message.start();
    lock.lock();
    try {
      if (!gone) {
        out.write(line, start, message.length());
        out.write('\n');
        out.flush();
      }
    } catch (IOException e) {
      gone = true;
      notes.say("standard output is closed; what comes is dropped.");
    } finally {
      lock.unlock();
    }
  }
}
