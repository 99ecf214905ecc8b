package dev.sallyport.edge.catalog;

import dev.sallyport.mcp.frame.FrameEdit;
import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.json.JsonObject;
import dev.sallyport.mcp.json.JsonText;
import dev.sallyport.mcp.name.UriTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Resources, templates and prompts of all servers of a tenant on one endpoint, and where each leads
 * to. Immutable.
 */
public final class AggregateOffers {

  public static final AggregateOffers EMPTY = of(List.of(), false);

  private record Template(String server, UriTemplate template) {}

  private final Map<ListKind, List<OfferEntry>> lists;
  private final Map<String, OfferEntry> prompts;
  private final Map<String, OfferEntry> templatesByName;

  /** A URI may be listed by several servers; the first has it bare. */
  private final Map<String, List<OfferEntry>> resources;

  private final List<Template> templates;
  private final Map<String, Set<String>> serversByScheme;

  private AggregateOffers(
      Map<ListKind, List<OfferEntry>> lists,
      Map<String, OfferEntry> prompts,
      Map<String, OfferEntry> templatesByName,
      Map<String, List<OfferEntry>> resources,
      List<Template> templates,
      Map<String, Set<String>> serversByScheme) {
    this.lists = lists;
    this.prompts = prompts;
    this.templatesByName = templatesByName;
    this.resources = resources;
    this.templates = templates;
    this.serversByScheme = serversByScheme;
  }

  /**
   * @param servers sorted by name
   * @param bareNames prompts have their own names where no two servers have the same
   */
  public static AggregateOffers of(List<ServerEntry> servers, boolean bareNames) {
    Map<ListKind, List<OfferEntry>> lists = new EnumMap<>(ListKind.class);
    Map<String, OfferEntry> prompts = new HashMap<>();
    Map<String, OfferEntry> templatesByName = new HashMap<>();
    Map<String, List<OfferEntry>> resources = new HashMap<>();
    List<Template> templates = new ArrayList<>();
    Map<String, Set<String>> serversByScheme = new HashMap<>();
    for (ListKind kind : List.of(ListKind.RESOURCES, ListKind.TEMPLATES, ListKind.PROMPTS)) {
      List<OfferEntry> all = new ArrayList<>();
      Set<String> taken = new HashSet<>();
      BareNames bare =
          kind == ListKind.PROMPTS && bareNames ? BareNames.ofPrompts(servers) : BareNames.NONE;
      for (ServerEntry server : servers) {
        for (OfferEntry listed : server.offers(kind)) {
          OfferEntry entry =
              switch (kind) {
                case PROMPTS -> bare.has(listed.name()) ? bare(listed) : listed;
                // One that looks like ours would otherwise lead to the server that it names.
                default ->
                    taken.contains(listed.name()) || ExposedUris.isOurs(listed.name())
                        ? moved(listed, kind)
                        : listed;
              };
          if (!taken.add(entry.exposedName())) {
            continue;
          }
          all.add(entry);
          switch (kind) {
            case PROMPTS -> prompts.put(entry.exposedName(), entry);
            case TEMPLATES -> {
              templatesByName.put(entry.exposedName(), entry);
              templates.add(new Template(entry.server(), UriTemplate.of(entry.name())));
            }
            default -> resources.computeIfAbsent(entry.name(), uri -> new ArrayList<>()).add(entry);
          }
          if (kind != ListKind.PROMPTS) {
            serversByScheme
                .computeIfAbsent(scheme(entry.name()), scheme -> new TreeSet<>())
                .add(entry.server());
          }
        }
      }
      lists.put(kind, List.copyOf(all));
    }
    return new AggregateOffers(
        lists, prompts, templatesByName, resources, List.copyOf(templates), serversByScheme);
  }

  private static OfferEntry bare(OfferEntry entry) {
    return new OfferEntry(
        entry.server(), entry.name(), entry.name(), entry.definition(), entry.definition());
  }

  /** Another server has the same URI: this one's names its server. */
  private static OfferEntry moved(OfferEntry entry, ListKind kind) {
    String exposed =
        kind == ListKind.TEMPLATES
            ? ExposedUris.ofTemplate(entry.server(), entry.name())
            : ExposedUris.of(entry.server(), entry.name());
    byte[] definition = entry.definition();
    Span at = JsonObject.of(definition).get(kind == ListKind.RESOURCES ? "uri" : "uriTemplate");
    return at == null
        ? entry
        : new OfferEntry(
            entry.server(),
            entry.name(),
            exposed,
            definition,
            new FrameEdit(definition, 0, definition.length)
                .replace(at, JsonText.quote(exposed))
                .apply());
  }

  List<OfferEntry> list(ListKind kind) {
    return lists.getOrDefault(kind, List.of());
  }

  /** The prompt that is exposed under this name. */
  public @Nullable OfferEntry prompt(String exposedName) {
    return prompts.get(exposedName);
  }

  /** The template that is exposed under this text. */
  public @Nullable OfferEntry template(String exposedName) {
    return templatesByName.get(exposedName);
  }

  /**
   * Where a URI leads: to who lists it, else to whose template it fits, else to the one server that
   * has anything of its scheme.
   *
   * @param allowed which servers the caller may use for this; the others are as if they were not
   *     there
   * @return null if it leads nowhere
   */
  public ExposedUris.@Nullable Named route(String uri, Predicate<String> allowed) {
    if (ExposedUris.isOurs(uri)) {
      ExposedUris.Named named = ExposedUris.parse(uri);
      return named != null && allowed.test(named.server()) ? named : null;
    }
    for (OfferEntry entry : resources.getOrDefault(uri, List.of())) {
      if (allowed.test(entry.server())) {
        return new ExposedUris.Named(entry.server(), uri);
      }
    }
    for (Template template : templates) {
      if (allowed.test(template.server()) && template.template().matches(uri)) {
        return new ExposedUris.Named(template.server(), uri);
      }
    }
    List<String> ofScheme =
        serversByScheme.getOrDefault(scheme(uri), Set.of()).stream().filter(allowed).toList();
    return ofScheme.size() == 1 ? new ExposedUris.Named(ofScheme.getFirst(), uri) : null;
  }

  private static String scheme(String uri) {
    int colon = uri.indexOf(':');
    return colon < 0 ? "" : uri.substring(0, colon);
  }

  /** Whether every list is the same, entry by entry. */
  boolean listsTheSameAs(AggregateOffers other) {
    for (ListKind kind : ListKind.values()) {
      List<OfferEntry> mine = list(kind);
      List<OfferEntry> theirs = other.list(kind);
      if (mine.size() != theirs.size()) {
        return false;
      }
      for (int i = 0; i < mine.size(); i++) {
        if (!mine.get(i).server().equals(theirs.get(i).server())
            || !Arrays.equals(mine.get(i).exposedDefinition(), theirs.get(i).exposedDefinition())) {
          return false;
        }
      }
    }
    return true;
  }
}
