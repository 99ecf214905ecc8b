package dev.sallyport.edge.code;

import dev.sallyport.edge.RecentlyUsed;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.catalog.Catalogues;
import dev.sallyport.edge.catalog.TenantCatalogue;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.list.VisibleLists;
import jakarta.inject.Singleton;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which tools a caller has through scripts: those that it sees, of servers that are for them. */
@Singleton
class ScriptedTools {

  private static final int PROFILES_OF_ONE = 50;

  private final Catalogues catalogues;
  private final VisibleLists lists;
  private final RecentlyUsed<Key, Seen> byProfile;
  private final RecentlyUsed<List<ToolEntry>, Seen> byTools;

  private record Key(String tenant, long version, String profile) {}

  /** What callers see that see the same; what models read of it is made when the first asks. */
  private static final class Seen {

    private final List<ToolEntry> tools;
    private final Object making = new Object();
    private volatile @Nullable Scripted scripted;

    Seen(List<ToolEntry> tools) {
      this.tools = tools;
    }

    Scripted scripted() {
      synchronized (making) {
        Scripted made = scripted;
        if (made == null) {
          made = Scripted.of(tools);
          scripted = made;
        }
        return made;
      }
    }
  }

  ScriptedTools(Catalogues catalogues, VisibleLists lists, CodeSettings settings) {
    this.catalogues = catalogues;
    this.lists = lists;
    this.byProfile = new RecentlyUsed<>(settings.catalogues() * PROFILES_OF_ONE, any -> 1);
    this.byTools = new RecentlyUsed<>(settings.catalogues(), any -> 1);
  }

  /** Whether the caller has any. */
  boolean any(AccessProfile profile) {
    return !seen(profile).tools.isEmpty();
  }

  /** All that it has, where that was made already. */
  @Nullable Scripted made(AccessProfile profile) {
    return seen(profile).scripted;
  }

  /** All that it has; takes its time where nobody has asked yet that sees the same. */
  Scripted of(AccessProfile profile) {
    return seen(profile).scripted();
  }

  private Seen seen(AccessProfile profile) {
    TenantCatalogue catalogue = catalogues.current(profile.tenant());
    Key key = new Key(catalogue.tenant(), catalogue.version(), profile.digest());
    Seen known = byProfile.get(key);
    if (known == null) {
      List<ToolEntry> tools =
          catalogue.tools().stream()
              .filter(tool -> catalogue.isForScripts(tool) && lists.isVisible(profile, tool))
              .toList();
      known = byTools.get(tools);
      if (known == null) {
        known = new Seen(tools);
        byTools.put(tools, known);
      }
      byProfile.put(key, known);
    }
    return known;
  }
}
