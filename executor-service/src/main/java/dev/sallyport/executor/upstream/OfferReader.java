package dev.sallyport.executor.upstream;

import com.google.protobuf.ByteString;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.OfferListScanner;
import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.CanonicalJson;
import dev.sallyport.mcp.protocol.JsonRpcError;
import dev.sallyport.mcp.protocol.Methods;
import dev.sallyport.proto.registry.v1.Offer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads all pages of what an upstream lists besides tools, one list at a time. Blocks. */
final class OfferReader {

  /** A list in the upstream's order, or why there is none. */
  sealed interface Result {
    record Offers(List<Offer> offers) implements Result {}

    /**
     * @param reason one sentence for an operator
     */
    record Failed(String reason) implements Result {}
  }

  private static final class Unreadable extends Exception {

    private static final long serialVersionUID = 1L;

    private final String reason;

    Unreadable(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }

  private final UpstreamLimits limits;

  OfferReader(UpstreamLimits limits) {
    this.limits = limits;
  }

  /** A server that was pinned and declared nothing at all may have anything. */
  static boolean mayHave(Greeting greeting, Kind kind) {
    return greeting.capabilities().length == 0
        || greeting.offers(kind == Kind.PROMPTS ? "prompts" : "resources");
  }

  /**
   * A server that does not know the method has none of that kind, whatever it declared: many have
   * resources and know no templates. One that declared nothing at all may refuse as it likes.
   */
  Result read(Connection connection, Greeting greeting, Kind kind) {
    boolean declared = greeting.capabilities().length > 0;
    try {
      return new Result.Offers(pages(connection, kind));
    } catch (RequestFailed e) {
      return !declared && e.failure().httpStatus() >= 400
          ? new Result.Offers(List.of())
          : new Result.Failed(
              "The server's " + kind.list() + " cannot be listed: " + e.failure().message());
    } catch (Unreadable e) {
      return declared ? new Result.Failed(e.reason) : new Result.Offers(List.of());
    }
  }

  private static String method(Kind kind) {
    return switch (kind) {
      case RESOURCES -> Methods.RESOURCES_LIST;
      case TEMPLATES -> Methods.RESOURCES_TEMPLATES_LIST;
      case PROMPTS -> Methods.PROMPTS_LIST;
    };
  }

  private List<Offer> pages(Connection connection, Kind kind) throws RequestFailed, Unreadable {
    List<Offer> offers = new ArrayList<>();
    Set<String> names = new HashSet<>();
    Set<String> cursors = new HashSet<>();
    // All lists together have to fit into one message to registry.
    int mostBytes = limits.catalogueBytes() / 4;
    long bytes = 0;
    String members = "";
    while (true) {
      Frame.Response response =
          connection.ask(method(kind), connection.dialect().params(members), limits.start());
      byte[] data = response.data();
      Span result = response.result();
      if (result == null) {
        if (response.errorCode() == JsonRpcError.METHOD_NOT_FOUND) {
          // It has resources and no templates, say.
          return List.of();
        }
        throw new Unreadable(
            "The server answered " + method(kind) + " with error " + response.errorCode() + ".");
      }
      OfferListScanner.Page page = OfferListScanner.scan(data, result, kind);
      if (page == null) {
        throw new Unreadable("The server's answer to " + method(kind) + " has no list.");
      }
      for (OfferListScanner.Listed listed : page.entries()) {
        bytes += listed.definition().length();
        if (offers.size() >= limits.catalogueTools() || bytes > mostBytes) {
          throw new Unreadable("The server lists more " + kind.list() + " than the gateway takes.");
        }
        offers.add(offer(data, listed, names));
      }
      Span next = page.nextCursor();
      if (next == null) {
        return List.copyOf(offers);
      }
      String cursor = new String(data, next.start(), next.length(), StandardCharsets.UTF_8);
      if (!cursors.add(cursor) || cursors.size() >= limits.cataloguePages()) {
        throw new Unreadable("The server's list of " + kind.list() + " does not end.");
      }
      members = "\"cursor\":" + cursor;
    }
  }

  private static Offer offer(byte[] data, OfferListScanner.Listed listed, Set<String> names) {
    Span span = listed.definition();
    Offer.Builder offer =
        Offer.newBuilder()
            .setName(listed.name())
            .setDefinition(ByteString.copyFrom(data, span.start(), span.length()))
            .setQuarantineReason(listed.problem());
    if (listed.problem().isEmpty() && !names.add(listed.name())) {
      offer.setQuarantineReason("Another one has the same name.");
    } else if (listed.problem().isEmpty()
        && CanonicalJson.digest(data, span) instanceof CanonicalJson.Result.Refused(String why)) {
      offer.setQuarantineReason("The definition is ambiguous: " + why);
    }
    return offer.build();
  }
}
