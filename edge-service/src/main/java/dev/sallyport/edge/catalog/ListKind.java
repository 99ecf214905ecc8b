package dev.sallyport.edge.catalog;

import dev.sallyport.mcp.frame.OfferListScanner.Kind;
import dev.sallyport.mcp.protocol.Methods;

/** What a client can list. */
public enum ListKind {
  TOOLS("tools", Methods.TOOLS_LIST_CHANGED),
  RESOURCES("resources", Methods.RESOURCES_LIST_CHANGED),
  TEMPLATES("resourceTemplates", Methods.RESOURCES_LIST_CHANGED),
  PROMPTS("prompts", Methods.PROMPTS_LIST_CHANGED);

  private final String member;
  private final String changed;

  ListKind(String member, String changed) {
    this.member = member;
    this.changed = changed;
  }

  /** Member of the result that holds the list. */
  public String member() {
    return member;
  }

  /** The notification that tells of a change. */
  public String changed() {
    return changed;
  }

  static ListKind of(Kind kind) {
    return switch (kind) {
      case RESOURCES -> RESOURCES;
      case TEMPLATES -> TEMPLATES;
      case PROMPTS -> PROMPTS;
    };
  }
}
