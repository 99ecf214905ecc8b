package dev.sallyport.edge.dialect;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.protocol.McpHeaders;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Recognises clients. A client sends the same {@code clientInfo} with every request, so what was
 * recognised lately is found again by its bytes, without an allocation. Any thread.
 */
@Singleton
public class Clients {

  private static final Logger LOG = Logger.getLogger(Clients.class);

  /** A power of two. Clients that fall on one place take turns. */
  private static final int PLACES = 256;

  /** More than this is read anew each time. */
  private static final int LONGEST_KEPT = 1024;

  private record Recognised(byte[] clientInfo, Client client) {}

  private final List<KnownClient> known;
  private final AtomicReferenceArray<@Nullable Recognised> recent =
      new AtomicReferenceArray<>(PLACES);

  /**
   * @throws IllegalStateException when the file of the settings is wrong: with its findings, one a
   *     line
   */
  @Inject
  public Clients(DialectSettings settings) {
    this(
        settings
            .file()
            .map(DialectFile::read)
            .map(
                read ->
                    switch (read) {
                      case DialectFile.Known(List<KnownClient> added) ->
                          DialectFile.merged(added, DialectFile.builtIn());
                      case DialectFile.Refused refused ->
                          throw new IllegalStateException(
                              "The configuration is wrong:\n" + refused.findings().text());
                    })
            .orElseGet(DialectFile::builtIn));
  }

  Clients(List<KnownClient> known) {
    this.known = known;
  }

  /** With the dialects that come with the gateway, and no others. */
  public static Clients builtIn() {
    return new Clients(DialectFile.builtIn());
  }

  /**
   * The client of a request.
   *
   * @param data the array that holds the request
   * @param clientInfo where the client names itself; null where it does not
   * @param headers of the request, asked for User-Agent only when the client does not name itself
   */
  public Client of(byte[] data, @Nullable Span clientInfo, McpHeaders headers) {
    Client client = clientInfo == null ? Client.UNNAMED : named(data, clientInfo);
    return orByUserAgent(client, headers);
  }

  /** The client itself, or what its User-Agent says where it has no name. */
  public Client orByUserAgent(Client client, McpHeaders headers) {
    if (client.isNamed()) {
      return client;
    }
    List<String> values = headers.all(McpHeaders.USER_AGENT);
    if (values.isEmpty()) {
      return client;
    }
    String userAgent = values.getFirst();
    for (KnownClient one : known) {
      if (one.sends(userAgent)) {
        return new Client(client.name(), client.version(), client.text(), one.dialect());
      }
    }
    return client;
  }

  /** The client that names itself so. */
  public Client named(String name, String version) {
    for (KnownClient one : known) {
      if (one.isNamed(name, version)) {
        LOG.debugf("A client is taken for %s", one.label());
        return Client.of(name, version, one.dialect());
      }
    }
    return name.isEmpty() && version.isEmpty()
        ? Client.UNNAMED
        : Client.of(name, version, Dialect.PLAIN);
  }

  private Client named(byte[] data, Span clientInfo) {
    int place = place(data, clientInfo);
    Recognised lately = recent.get(place);
    if (lately != null
        && Arrays.equals(
            lately.clientInfo(),
            0,
            lately.clientInfo().length,
            data,
            clientInfo.start(),
            clientInfo.end())) {
      return lately.client();
    }
    JsonObject object = JsonObject.at(data, clientInfo);
    Client client =
        object == null
            ? Client.UNNAMED
            : named(
                Objects.requireNonNullElse(object.string("name"), ""),
                Objects.requireNonNullElse(object.string("version"), ""));
    if (clientInfo.length() <= LONGEST_KEPT) {
      recent.set(place, new Recognised(clientInfo.bytes(data), client));
    }
    return client;
  }

  private static int place(byte[] data, Span span) {
    int hash = 1;
    int end = Math.min(span.end(), span.start() + LONGEST_KEPT);
    for (int i = span.start(); i < end; i++) {
      hash = 31 * hash + data[i];
    }
    return (hash ^ hash >>> 16) & (PLACES - 1);
  }
}
