package dev.sallyport.mcp.frame;

import dev.sallyport.mcp.frame.ScanResult.Reason;
import dev.sallyport.mcp.json.JsonReader;
import dev.sallyport.mcp.protocol.MetaKeys;
import org.jspecify.annotations.Nullable;

/** The part of a scan that reads {@code params} and {@code _meta}. */
final class ParamsScan {

  private static final MemberNames PARAMS_MEMBERS =
      new MemberNames(
          "name",
          "uri",
          "arguments",
          "_meta",
          "cursor",
          "requestId",
          "progressToken",
          "requestState",
          "taskId",
          "inputResponses");

  private static final MemberNames META_MEMBERS =
      new MemberNames(
          MetaKeys.PROTOCOL_VERSION,
          MetaKeys.CLIENT_INFO,
          MetaKeys.CLIENT_CAPABILITIES,
          MetaKeys.LOG_LEVEL,
          MetaKeys.PROGRESS_TOKEN,
          MetaKeys.TRACEPARENT,
          MetaKeys.SUBSCRIPTION_ID);

  private ParamsScan() {}

  /** Reads {@code params}; null where it is not an object, which is a finding of the scanner. */
  static @Nullable Params params(FrameScanner scanner) {
    byte[] data = scanner.data;
    JsonReader reader = scanner.reader;
    if (reader.peek() != '{') {
      scanner.wrong(Reason.BAD_PARAMS, "\"params\" must be an object.");
      reader.skipValue();
      return null;
    }
    long[] spans = new long[Params.COUNT];
    Meta meta = null;
    int seen = 0;
    NameSet others = null;
    int start = reader.position();
    reader.enterObject();
    while (reader.nextMember()) {
      int member = PARAMS_MEMBERS.indexOf(data, reader);
      if (member < 0) {
        if (others == null) {
          others = new NameSet(data);
        }
        if (!others.add(reader)) {
          scanner.duplicate("a member of \"params\"");
        }
        reader.skipValue();
        continue;
      }
      if ((seen & 1 << member) != 0) {
        scanner.duplicate("a member of \"params\"");
        reader.skipValue();
        continue;
      }
      seen |= 1 << member;
      if (member == Params.META && reader.peek() == '{') {
        int metaStart = reader.position();
        meta = meta(scanner);
        spans[member] = Span.pack(metaStart, reader.position());
      } else {
        if (member == Params.META) {
          scanner.wrong(Reason.BAD_PARAMS, "\"_meta\" must be an object.");
        }
        spans[member] = scanner.value();
      }
    }
    return new Params(
        data,
        Span.pack(start, reader.position()),
        spans,
        meta == null ? new Meta(data, 0, null) : meta);
  }

  /** Reads the {@code _meta} object that is next. */
  static Meta meta(FrameScanner scanner) {
    byte[] data = scanner.data;
    JsonReader reader = scanner.reader;
    long[] spans = new long[Meta.COUNT];
    NameSet others = null;
    int start = reader.position();
    reader.enterObject();
    while (reader.nextMember()) {
      int member = META_MEMBERS.indexOf(data, reader);
      if (member < 0) {
        if (others == null) {
          others = new NameSet(data);
        }
        if (!others.add(reader)) {
          scanner.duplicate("a member of \"_meta\"");
        }
        reader.skipValue();
      } else if (spans[member] != 0) {
        scanner.duplicate("a member of \"_meta\"");
        reader.skipValue();
      } else {
        spans[member] = scanner.value();
      }
    }
    return new Meta(data, Span.pack(start, reader.position()), spans);
  }
}
