package dev.sallyport.edge.mcp;

import dev.sallyport.edge.catalog.ListKind;
import dev.sallyport.edge.dialect.Dialect;
import dev.sallyport.edge.list.ListCursors;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.Methods;
import jakarta.inject.Singleton;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers every list, in both eras, from compiled bytes. */
@Singleton
public class Lists {

  private static final byte[] NOTHING = {};
  private static final byte[] CLOSE = {'}'};

  /** What a caller may see, another may not (2026-07-28 server/utilities/caching). */
  private static final byte[] MODERN_END =
      ResponseFrame.utf8(",\"ttlMs\":0,\"cacheScope\":\"private\",\"_meta\":");

  private final ListCursors cursors;
  private final Map<ListKind, byte[]> modern = new EnumMap<>(ListKind.class);
  private final Map<ListKind, byte[]> legacy = new EnumMap<>(ListKind.class);

  Lists(ListCursors cursors) {
    this.cursors = cursors;
    for (ListKind kind : ListKind.values()) {
      String list = "\"" + kind.member() + "\":";
      modern.put(kind, ResponseFrame.utf8("{\"resultType\":\"complete\"," + list));
      legacy.put(kind, ResponseFrame.utf8("{" + list));
    }
  }

  /** Which list a method asks for; null for any other method. */
  public static @Nullable ListKind kind(String method) {
    return switch (method) {
      case Methods.TOOLS_LIST -> ListKind.TOOLS;
      case Methods.RESOURCES_LIST -> ListKind.RESOURCES;
      case Methods.RESOURCES_TEMPLATES_LIST -> ListKind.TEMPLATES;
      case Methods.PROMPTS_LIST -> ListKind.PROMPTS;
      default -> null;
    };
  }

  /**
   * Answers with a page.
   *
   * @param dialect of the client
   * @return what is wrong with the request; null when it was answered
   */
  public @Nullable Failure answer(
      ListKind kind, Era era, McpRequest request, Frame.Request message, Dialect dialect) {
    Span cursor = message.params().cursor();
    Optional<ListCursors.Page> page = Optional.empty();
    if (cursor == null) {
      page = Optional.of(cursors.first(kind, request.profile(), request.server(), dialect));
    } else {
      String text = JsonText.string(message.data(), cursor);
      if (text != null) {
        page = cursors.resume(kind, request.profile(), request.server(), dialect, text);
      }
    }
    if (page.isEmpty()) {
      return Failure.of(
          ErrorCode.INVALID_PARAMS,
          "Invalid params: the cursor is not valid or its list has changed; list again without it.");
    }
    byte[] entries = page.get().list().page(page.get().number());
    byte[] next = nextCursor(request, dialect, page.get());
    request
        .reply()
        .answer(
            200,
            switch (era) {
              case MODERN ->
                  ResponseFrame.result(
                      message,
                      modern.getOrDefault(kind, NOTHING),
                      entries,
                      next,
                      MODERN_END,
                      Identity.META,
                      CLOSE);
              case LEGACY ->
                  ResponseFrame.result(
                      message, legacy.getOrDefault(kind, NOTHING), entries, next, CLOSE);
            });
    return null;
  }

  /** {@code ,"nextCursor":"…"}, or nothing after the last page. */
  private byte[] nextCursor(McpRequest request, Dialect dialect, ListCursors.Page page) {
    return page.isLast()
        ? NOTHING
        : ResponseFrame.utf8(
            ",\"nextCursor\":\""
                + cursors.next(request.profile(), request.server(), dialect, page)
                + "\"");
  }
}
