package dev.sallyport.cli.stdio;

import dev.sallyport.cli.stdio.http.Sent;
import dev.sallyport.mcp.frame.Frame;

/** What a request that the bridge made by itself came to. */
sealed interface OwnAnswer {

  /**
   * @param response has a result
   * @param http for its headers
   */
  record Result(Frame.Response response, Sent.Answered http) implements OwnAnswer {}

  record Failed(BridgeError error) implements OwnAnswer {}
}
