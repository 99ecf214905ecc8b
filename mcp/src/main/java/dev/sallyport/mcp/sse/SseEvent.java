package dev.sallyport.mcp.sse;

/**
 * One event as it was dispatched.
 *
 * @param type {@code message} where the stream named none
 * @param data the data lines, joined by LF; may be empty (the priming event of the legacy era)
 * @param lastEventId the id that the stream gave last, empty if it gave none
 */
public record SseEvent(String type, byte[] data, String lastEventId) {}
