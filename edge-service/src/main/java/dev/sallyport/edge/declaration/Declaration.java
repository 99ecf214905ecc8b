package dev.sallyport.edge.declaration;

import java.util.List;
import java.util.Map;

/**
 * What a file declares. Immutable.
 *
 * @param source {@code file:<file name>}: what is declared here exists under this source
 * @param settings by the name of the property that each sets; empty for a client's file
 * @param notes what was passed over or changed on the way, for the log
 */
public record Declaration(
    String source,
    List<DeclaredServer> servers,
    Governed governed,
    Map<String, String> settings,
    List<String> notes)
    implements Reading {

  public Declaration {
    servers = List.copyOf(servers);
    settings = Map.copyOf(settings);
    notes = List.copyOf(notes);
  }

  public List<DeclaredKey> keys() {
    return governed.keys();
  }

  public List<DeclaredLimit> limits() {
    return governed.limits();
  }

  public List<DeclaredRole> roles() {
    return governed.roles();
  }

  public List<DeclaredRule> rules() {
    return governed.rules();
  }
}
