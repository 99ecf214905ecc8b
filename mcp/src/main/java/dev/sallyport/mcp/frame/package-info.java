/**
 * Frames as bytes: scanning the few members that matter, splicing the few that change.
 *
 * <p>A frame is one JSON-RPC message in the array in which it arrived. {@link FrameScanner} reads
 * it once, refuses what two parsers could read differently, and returns a {@link Frame} that points
 * into the array; nothing is copied, so the array must not be written to while the frame is in use.
 * {@link FrameEdit} declares changes and makes one new array; every byte outside them stays as it
 * was. {@link LineSafe} makes a frame one line. {@link FrameBytes} writes messages of our own.
 *
 * <p>Bad input is a value ({@link ScanResult.Malformed}), never an exception. Nothing blocks.
 * Frames are safe to share between threads.
 */
@NullMarked
package dev.sallyport.mcp.frame;

import org.jspecify.annotations.NullMarked;
