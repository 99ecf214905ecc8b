package dev.sallyport.edge.mcp.legacy;

import dev.sallyport.edge.call.HeapBytes;
import dev.sallyport.edge.mcp.Reply;
import dev.sallyport.edge.session.EventLog;
import dev.sallyport.edge.session.EventLog.Event;
import dev.sallyport.edge.session.Session;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The reply to a request of a session. As long as it is one JSON body nothing is kept; once it is a
 * stream its events have ids and are kept, so that a client whose connection breaks hears the rest
 * elsewhere (2025-11-25 basic/transports, "Resumability and Redelivery"). It goes on when the
 * client is gone, since that is no cancellation in this era.
 */
final class RecordedReply implements Reply {

  /** Of progress and the like; requests of the upstream and the answer are always kept. */
  private static final int MOST_EVENTS = 2_000;

  private static final byte[] NOTHING = {};
  private static final byte[] BEGIN = {'{', '}'};

  private final Reply reply;
  private final Session session;
  private final StreamId stream;
  private final EventLog log;
  private final Duration retry;
  private boolean opened;
  private int number;

  RecordedReply(Reply reply, Session session, EventLog log, Duration retry) {
    this.reply = reply;
    this.session = session;
    this.stream = StreamId.next();
    this.log = log;
    this.retry = retry;
  }

  /** An event with an empty body first, which older clients do not know. */
  private boolean knowsPriming() {
    return session.version().compareTo(ProtocolVersion.V2025_11_25) >= 0;
  }

  private void open() {
    if (!opened) {
      opened = true;
      keep(0, BEGIN);
      if (knowsPriming()) {
        reply.prime(stream.event(0), retry);
      }
    }
  }

  private void keep(int at, byte[] message) {
    log.append(session.tenant(), session.id(), stream.name(), new Event(at, message));
  }

  @Override
  public Reply header(String name, String value) {
    reply.header(name, value);
    return this;
  }

  @Override
  public void message(byte[] json, @Nullable String id) {
    open();
    number++;
    if (number < MOST_EVENTS || hasId(json)) {
      keep(number, json);
    }
    reply.message(json, stream.event(number));
  }

  /** Cheap, and wrong only in that it keeps too much. */
  private static boolean hasId(byte[] json) {
    for (int i = 0; i + 4 <= json.length; i++) {
      if (json[i] == '"' && json[i + 1] == 'i' && json[i + 2] == 'd' && json[i + 3] == '"') {
        return true;
      }
    }
    return false;
  }

  @Override
  public void answer(int status, Buffer json) {
    if (!opened) {
      reply.answer(status, json);
      return;
    }
    HeapBytes bytes = HeapBytes.of(json);
    message(Arrays.copyOfRange(bytes.array(), bytes.offset(), bytes.offset() + bytes.length()));
    close();
  }

  @Override
  public void empty(int status) {
    reply.empty(status);
  }

  @Override
  public void prime(String id, Duration wait) {
    // The stream has a beginning of its own.
    open();
  }

  @Override
  public void endpoint(String address) {
    reply.endpoint(address);
  }

  @Override
  public void keepAlive() {
    open();
    reply.keepAlive();
  }

  @Override
  public void close() {
    if (opened) {
      keep(Integer.MAX_VALUE, NOTHING);
    }
    reply.close();
  }

  @Override
  public boolean isStream() {
    return opened;
  }

  @Override
  public void onGone(Runnable action) {
    reply.onGone(action);
  }

  @Override
  public void run(Runnable action) {
    reply.run(action);
  }
}
