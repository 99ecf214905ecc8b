/**
 * JSON as bytes. {@link JsonReader} walks a text strictly (RFC 8259, UTF-8 checked, nothing after
 * the value) and hands out positions; {@link JsonObject} finds members; {@link JsonText} converts
 * strings; {@link JsonWriter} writes small messages; {@link CanonicalJson} digests.
 *
 * <p>Nothing here keeps state between calls, blocks, or copies a value that was not asked for. Not
 * thread-safe where an object has state ({@link JsonReader}, {@link JsonWriter}).
 */
@NullMarked
package dev.sallyport.mcp.json;

import org.jspecify.annotations.NullMarked;
