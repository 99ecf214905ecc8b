package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameBytes;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.Methods;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Between one client on standard input and output and the gateway. Runs once. */
final class Bridge {

  private final GatewayLink link;
  private final MessageWriter out;
  private final Notes notes;
  private final Duration forAnswers;
  private final Ending ending = new Ending();
  private final Work work;
  private final ModernEra modern;
  private final LegacyEra legacy;

  /**
   * @param forAnswers how long it waits, when the input has ended, for answers that are due
   */
  Bridge(GatewayLink link, MessageWriter out, Notes notes, Duration forAnswers) {
    this.link = link;
    this.out = out;
    this.notes = notes;
    this.forAnswers = forAnswers;
    Delivery delivery = new Delivery(out, notes);
    this.work = new Work(notes);
    this.modern = new ModernEra(link, delivery, work, notes);
    this.legacy = new LegacyEra(link, delivery, work, ending, notes);
  }

  /** Bridges until the input ends and what was asked is answered, for which it waits a while. */
  void run(InputStream in) {
    MessageLines lines = new MessageLines(in, Limits.DEFAULT.maxBytes());
    try {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        accept(line);
      }
    } catch (IOException e) {
      notes.say("standard input cannot be read: " + e.getMessage());
    }
    work.awaitIdle(forAnswers);
    end();
  }

  /** Ends everything at once, the session at the gateway included. Does so the first time only. */
  void end() {
    if (ending.begin()) {
      link.abortAll();
      legacy.end();
      link.close();
    }
  }

  private void accept(byte[] line) {
    if (MessageLines.isTooLong(line)) {
      refuse(
          null,
          JsonRpcError.INVALID_REQUEST,
          "The message is larger than " + Limits.DEFAULT.maxBytes() + " bytes; send less at once.");
      return;
    }
    switch (FrameScanner.scan(line)) {
      case ScanResult.Malformed bad -> {
        Span id = bad.id();
        refuse(id == null ? null : id.bytes(line), bad.code(), bad.message());
      }
      case ScanResult.Scanned(Frame frame) -> accept(frame);
    }
  }

  private void accept(Frame frame) {
    switch (frame) {
      case Frame.Request request -> {
        if (ModernEra.speaks(request)) {
          modern.request(request);
        } else {
          legacy.request(request);
        }
      }
      case Frame.Notification notification -> {
        boolean cancels = notification.method().equals(Methods.CANCELLED);
        if (cancels && modern.cancel(notification)) {
          return;
        }
        if (!cancels && notification.params().meta().protocolVersionSpan() != null) {
          modern.notification(notification);
        } else {
          legacy.notification(notification);
        }
      }
      case Frame.Response response -> legacy.response(response);
    }
  }

  /** The older era has null where an id is missing, the newer one nothing. */
  private void refuse(byte @Nullable [] id, int code, String message) {
    out.write(
        id == null && !modern.isUsed()
            ? FrameBytes.errorWithNullId(code, message)
            : FrameBytes.error(id, code, message));
  }
}
