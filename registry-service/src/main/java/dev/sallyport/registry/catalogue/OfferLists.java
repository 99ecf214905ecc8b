package dev.sallyport.registry.catalogue;

import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.mcp.json.CanonicalJson;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.MalformedJson;
import dev.sallyport.proto.registry.v1.CatalogueReport;
import dev.sallyport.proto.registry.v1.Offer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one upstream lists besides tools, in its order. Entries that cannot be served are kept with
 * the reason and cost the others nothing.
 *
 * @param version hex SHA-256 over the ordered lists: equal exactly for equal lists
 */
public record OfferLists(
    List<Offer> resources, List<Offer> templates, List<Offer> prompts, String version) {

  static final int MOST = 10_000;
  private static final int MAX_DEFINITION_BYTES = 1024 * 1024;

  public static final OfferLists EMPTY = ofChecked(List.of(), List.of(), List.of());

  /**
   * What a report says of the lists, checked; null of one that could not be read, which then stays
   * what it was.
   */
  record Told(
      @Nullable List<Offer> resources,
      @Nullable List<Offer> templates,
      @Nullable List<Offer> prompts) {

    static Told of(CatalogueReport report) {
      return new Told(
          report.getResourcesUnread() ? null : checked(report.getResourcesList(), Kind.RESOURCES),
          report.getResourceTemplatesUnread()
              ? null
              : checked(report.getResourceTemplatesList(), Kind.TEMPLATES),
          report.getPromptsUnread() ? null : checked(report.getPromptsList(), Kind.PROMPTS));
    }

    OfferLists over(OfferLists known) {
      return ofChecked(
          resources == null ? known.resources : resources,
          templates == null ? known.templates : templates,
          prompts == null ? known.prompts : prompts);
    }
  }

  /** As they were kept. */
  public static OfferLists ofChecked(
      List<Offer> resources, List<Offer> templates, List<Offer> prompts) {
    return new OfferLists(
        List.copyOf(resources),
        List.copyOf(templates),
        List.copyOf(prompts),
        version(List.of(resources, templates, prompts)));
  }

  boolean isEmpty() {
    return resources.isEmpty() && templates.isEmpty() && prompts.isEmpty();
  }

  private static List<Offer> checked(List<Offer> reported, Kind kind) {
    List<Offer> checked = new ArrayList<>(reported.size());
    Set<String> names = new HashSet<>();
    for (Offer offer : reported) {
      Offer.Builder kept = offer.toBuilder();
      if (offer.getQuarantineReason().isEmpty()) {
        kept.setQuarantineReason(problem(offer, kind, names));
      }
      if (offer.getDefinition().size() > MAX_DEFINITION_BYTES) {
        kept.clearDefinition();
      }
      checked.add(kept.build());
    }
    return checked;
  }

  private static String problem(Offer offer, Kind kind, Set<String> names) {
    if (offer.getDefinition().size() > MAX_DEFINITION_BYTES) {
      return "The definition is larger than 1 MiB.";
    }
    byte[] bytes = offer.getDefinition().toByteArray();
    try {
      if (offer.getName().isEmpty()
          || !offer.getName().equals(JsonObject.of(bytes).string(kind.nameMember()))) {
        return "The definition is not that of its " + kind.nameMember() + ".";
      }
    } catch (MalformedJson e) {
      return "The definition is not a JSON object.";
    }
    if (CanonicalJson.digest(bytes) instanceof CanonicalJson.Result.Refused(String reason)) {
      return reason;
    }
    return names.add(offer.getName()) ? "" : "Another one has the same name.";
  }

  private static String version(List<List<Offer>> lists) {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
    for (List<Offer> list : lists) {
      digest.update((list.size() + ";").getBytes(StandardCharsets.US_ASCII));
      for (Offer offer : list) {
        byte[] bytes = offer.toByteArray();
        digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
