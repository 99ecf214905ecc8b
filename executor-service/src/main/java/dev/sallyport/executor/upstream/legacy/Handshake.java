package dev.sallyport.executor.upstream.legacy;

import dev.sallyport.executor.upstream.Connection;
import dev.sallyport.executor.upstream.Greeting;
import dev.sallyport.executor.upstream.Identity;
import dev.sallyport.executor.upstream.RequestFailed;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonWriter;
import dev.sallyport.mcp.protocol.Era;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.mcp.protocol.ProtocolVersion;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * {@code initialize} and {@code notifications/initialized} (2025-11-25 basic/lifecycle), declaring
 * what the client behind the connection can do.
 */
public sealed interface Handshake {

  record Done(Greeting greeting) implements Handshake {}

  /** The server answered with an error. */
  record Refused(int code) implements Handshake {}

  /**
   * The server answered with something that is not a handshake.
   *
   * @param reason one sentence for an operator
   */
  record Unusable(String reason) implements Handshake {}

  /**
   * Shakes hands on a new connection and settles its dialect.
   *
   * @param offered the revision to ask for
   * @param negotiated told the revision before anything else is sent
   * @throws RequestFailed when there is no answer
   */
  static Handshake over(
      Connection connection,
      ProtocolVersion offered,
      Duration timeout,
      Consumer<ProtocolVersion> negotiated)
      throws RequestFailed {
    byte[] params =
        new JsonWriter()
            .beginObject()
            .member("protocolVersion", offered.text())
            .member("capabilities", connection.declaredCapabilities())
            .member("clientInfo", Identity.JSON)
            .endObject()
            .toBytes();
    Frame.Response response = connection.ask(Methods.INITIALIZE, params, timeout);
    JsonObject result = JsonObject.at(response.data(), response.result());
    if (result == null) {
      return response.error() == null
          ? new Unusable("The server's answer to initialize is not an object.")
          : new Refused(response.errorCode());
    }
    String said = result.string("protocolVersion");
    Optional<ProtocolVersion> version =
        said == null
            ? Optional.empty()
            : ProtocolVersion.of(said).filter(known -> known.era() == Era.LEGACY);
    if (version.isEmpty()) {
      return new Unusable(
          "The server settled on a protocol revision that the gateway does not know.");
    }
    negotiated.accept(version.get());
    connection.speak(new LegacyDialect(version.get()));
    // Over HTTP the next request goes another way and could overtake it.
    connection.deliver(Methods.INITIALIZED, timeout);
    String instructions = result.string("instructions");
    return new Done(
        new Greeting(
            version.get(),
            bytes(result.object("serverInfo")),
            capabilities(result),
            instructions == null ? "" : instructions));
  }

  private static byte[] capabilities(JsonObject result) {
    JsonObject capabilities = result.object("capabilities");
    return capabilities == null ? new byte[] {'{', '}'} : capabilities.bytes();
  }

  private static byte[] bytes(@Nullable JsonObject object) {
    return object == null ? new byte[0] : object.bytes();
  }
}
