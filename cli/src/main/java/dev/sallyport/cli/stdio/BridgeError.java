package dev.sallyport.cli.stdio;

import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.Limits;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.mcp.json.JsonText;
import org.jspecify.annotations.Nullable;

/**
 * An error of the bridge's own: what it answers where the gateway did not.
 *
 * @param code outside -32768 to -32000, with the meaning that the gateway gives it
 * @param message a sentence that says what to do
 */
record BridgeError(int code, String message) {

  /** The codes of the edge. */
  static final int ACCESS = -31001;

  static final int TRANSPORT = -31004;
  static final int UNAVAILABLE = -31005;

  static BridgeError unknown(Destination.Unknown destination) {
    return new BridgeError(UNAVAILABLE, destination.remedy());
  }

  static BridgeError notReached(Destination.Known destination, String why) {
    return new BridgeError(
        UNAVAILABLE,
        "No gateway answers at "
            + destination.shown()
            + ": "
            + why
            + ". Start it with `./sallyport up`, or name it with --url; then try again.");
  }

  static BridgeError broken() {
    return new BridgeError(
        TRANSPORT,
        "The connection to the gateway broke before the answer came; whether the request took effect"
            + " is unknown.");
  }

  static BridgeError tooLarge() {
    return new BridgeError(
        TRANSPORT,
        "The answer is larger than " + Limits.DEFAULT.maxBytes() + " bytes; ask for less at once.");
  }

  /** For an answer that is not one to the request. */
  static BridgeError of(Destination.Known destination, int status, byte[] body) {
    if (status == 401) {
      return new BridgeError(
          ACCESS,
          destination.key() == null
              ? "The gateway at "
                  + destination.shown()
                  + " wants a key, and the bridge has none: give it one with --key-env or --key-file."
                  + " `./sallyport keys create NAME` makes one."
              : "The gateway at "
                  + destination.shown()
                  + " does not accept the bridge's key; it may be revoked or expired."
                  + " `./sallyport keys create NAME` makes a new one: give it with --key-env or"
                  + " --key-file.");
    }
    BridgeError said = saidIn(body);
    if (said != null) {
      return said;
    }
    if (status == 429 || status == 503) {
      return new BridgeError(
          UNAVAILABLE,
          "The gateway at "
              + destination.shown()
              + " takes no requests at the moment (HTTP "
              + status
              + "); try again later.");
    }
    return new BridgeError(
        TRANSPORT,
        "What answers at "
            + destination.shown()
            + " (HTTP "
            + status
            + ") does not answer as a gateway does. Check --url.");
  }

  /** What the gateway says of a request whose id it had not read. */
  private static @Nullable BridgeError saidIn(byte[] body) {
    if (FrameScanner.scan(body) instanceof ScanResult.Scanned(Frame.Response response)
        && response.error() != null) {
      String message = JsonText.string(body, response.errorMessage());
      return new BridgeError(response.errorCode(), message == null ? "" : message);
    }
    return null;
  }
}
