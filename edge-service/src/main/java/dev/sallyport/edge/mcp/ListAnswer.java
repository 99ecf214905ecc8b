package dev.sallyport.edge.mcp;

import dev.sallyport.edge.list.ListCursors;
import dev.sallyport.kit.error.ErrorCode;
import dev.sallyport.kit.error.Failure;

/** What the lists of both eras have in common. */
public final class ListAnswer {

  private static final byte[] NOTHING = {};

  private ListAnswer() {}

  /** {@code ,"nextCursor":"…"}, or nothing after the last page. */
  public static byte[] nextCursor(ListCursors cursors, McpRequest request, ListCursors.Page page) {
    return page.isLast()
        ? NOTHING
        : ResponseFrame.utf8(
            ",\"nextCursor\":\"" + cursors.next(request.profile(), request.server(), page) + "\"");
  }

  public static Failure badCursor() {
    return Failure.of(
        ErrorCode.INVALID_PARAMS,
        "Invalid params: the cursor is not valid or its list has changed; list again without it.");
  }
}
