package dev.sallyport.policy.kept;

import dev.sallyport.policy.Refusals;
import dev.sallyport.policy.kept.KeptStore.Writing;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads and changes things of one kind.
 *
 * @param one what one is called in messages: {@code limit}
 * @param many what several are called: {@code limits}
 * @param most of a tenant
 */
public record Keeping<T extends Kept<T>>(String one, String many, long most) {

  private static final int MOST_ON_A_PAGE = 1_000;

  /** Nothing has it. */
  private static final String NO_SOURCE = "";

  /**
   * @param more there are others after the last of these
   */
  public record Page<T>(List<T> found, boolean more) {}

  /**
   * @param created there was none of this name before
   */
  public record Put<T>(T kept, boolean created) {}

  /** Names of what came, changed and went, each in its order. */
  public record Applied(List<String> added, List<String> changed, List<String> removed) {}

  /**
   * Those of one name or id, a page of them, or all.
   *
   * @param nameOrId empty: all
   * @param page most of the answer; 0: all
   * @param after where the page before ended; empty: from the first
   */
  public Uni<Page<T>> read(
      KeptStore<T, ?> store, String tenant, String nameOrId, int page, String after) {
    if (page < 0 || page > MOST_ON_A_PAGE) {
      throw Refusals.invalid("A page has 1 to " + MOST_ON_A_PAGE + " " + many + ".");
    }
    if (!nameOrId.isEmpty()) {
      return store.named(tenant, nameOrId).map(found -> new Page<>(found, false));
    }
    if (page == 0) {
      return store.list(tenant).map(found -> new Page<>(found, false));
    }
    return store
        .page(tenant, after, page + 1)
        .map(
            found ->
                new Page<>(found.subList(0, Math.min(page, found.size())), found.size() > page));
  }

  /**
   * Creates {@code wanted}, or puts it in the place of the one that has its name, and announces it.
   *
   * @param expectedRevision 0: whatever is there
   * @param mustBeNew refused when there is one
   */
  public Uni<Put<T>> put(Writing<T> writing, T wanted, long expectedRevision, boolean mustBeNew) {
    return writing
        .find(wanted.tenant(), wanted.name())
        .chain(
            before ->
                (before == null ? room(writing, wanted.tenant(), 1) : Uni.createFrom().voidItem())
                    .chain(() -> put(writing, wanted, before, expectedRevision, mustBeNew)));
  }

  private Uni<Put<T>> put(
      Writing<T> writing, T wanted, @Nullable T before, long expectedRevision, boolean mustBeNew) {
    if (before != null) {
      checkWritable(before);
      if (mustBeNew) {
        throw Refusals.conflict(
            "A " + one + " named " + wanted.name() + " exists already; choose another name.");
      }
      Refusals.checkRevision(expectedRevision, before.revision());
    } else if (expectedRevision != 0) {
      throw Refusals.notFound(missing());
    }
    T kept = before == null ? wanted : wanted.inPlaceOf(before);
    return writing
        .save(List.of(kept))
        .chain(() -> writing.announce(kept.tenant()))
        .replaceWith(new Put<>(kept, before == null));
  }

  /** The one that may be removed; refused for what is not there, of a file, or another revision. */
  public Uni<T> removable(
      Writing<T> writing, String tenant, String nameOrId, long expectedRevision) {
    return present(writing, tenant, nameOrId)
        .invoke(
            found -> {
              checkWritable(found);
              Refusals.checkRevision(expectedRevision, found.revision());
            });
  }

  /** The one of this name or id, whoever declares it; refused where there is none. */
  public Uni<T> present(Writing<T> writing, String tenant, String nameOrId) {
    return writing
        .find(tenant, nameOrId)
        .map(
            found -> {
              if (found == null) {
                throw Refusals.notFound(missing());
              }
              return found;
            });
  }

  /** Removes and announces it. */
  public Uni<Void> remove(Writing<T> writing, T kept) {
    return writing.remove(kept).chain(() -> writing.announce(kept.tenant()));
  }

  /** By their names, in the order given; refused where two have the same. */
  public Map<String, T> byName(Collection<T> declared) {
    Map<String, T> byName = new LinkedHashMap<>();
    for (T each : declared) {
      if (byName.put(each.name(), each) != null) {
        throw Refusals.invalid(capital(one) + " " + each.name() + " is declared twice.");
      }
    }
    return byName;
  }

  /**
   * What makes the things of a source exactly those that are declared.
   *
   * @param saved new or changed, as they are to be kept
   * @param removed those that the source declares no more
   */
  public record Plan<T>(Applied applied, List<T> saved, List<T> removed) {

    boolean isEmpty() {
      return saved.isEmpty() && removed.isEmpty();
    }
  }

  /**
   * Looks at what is there and changes nothing.
   *
   * @param keepUndeclared what the source declares no more stays
   */
  public Uni<Plan<T>> plan(
      Writing<T> writing,
      String tenant,
      String source,
      Map<String, T> declared,
      boolean keepUndeclared) {
    return writing
        .concerned(tenant, source, declared.keySet())
        .map(concerned -> plan(source, declared, concerned, keepUndeclared));
  }

  /**
   * The same, of what was read already.
   *
   * @param concerned at least those that the source declares or that have one of the names
   */
  public Plan<T> plan(
      String source, Map<String, T> declared, List<T> concerned, boolean keepUndeclared) {
    List<T> removed = new ArrayList<>();
    for (T each : concerned) {
      if (each.source().equals(source) && !declared.containsKey(each.name()) && !keepUndeclared) {
        removed.add(each);
      }
    }
    return plan(declared, concerned, removed, there -> checkOfSource(there, source));
  }

  private void checkOfSource(T there, String source) {
    if (!there.source().equals(source)) {
      throw Refusals.conflict(
          capital(one)
              + " "
              + there.name()
              + " exists already and is of "
              + there.source()
              + "; choose another name or remove that one.");
    }
  }

  /**
   * @param replaced looks at each that another takes the place of
   */
  private static <T extends Kept<T>> Plan<T> plan(
      Map<String, T> wanted, List<T> present, List<T> removed, Consumer<T> replaced) {
    Map<String, T> before = new HashMap<>();
    present.forEach(each -> before.put(each.name(), each));
    List<String> added = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    List<T> saved = new ArrayList<>();
    for (T each : wanted.values()) {
      T there = before.get(each.name());
      if (there == null) {
        saved.add(each);
        added.add(each.name());
        continue;
      }
      replaced.accept(there);
      if (!there.saysTheSameAs(each)) {
        saved.add(each.inPlaceOf(there));
        changed.add(each.name());
      }
    }
    return new Plan<>(
        new Applied(
            List.copyOf(added), List.copyOf(changed), removed.stream().map(Kept::name).toList()),
        List.copyOf(saved),
        List.copyOf(removed));
  }

  /**
   * What puts each in the place of the one that has its name, whoever declares that one, and leaves
   * the rest alone: for what is tried, and never for what stays.
   */
  public Uni<Plan<T>> replacement(Writing<T> writing, String tenant, Map<String, T> wanted) {
    return writing
        .concerned(tenant, NO_SOURCE, wanted.keySet())
        .map(present -> replacement(wanted, present));
  }

  /**
   * The same, of what was read already.
   *
   * @param present at least those that have one of the names
   */
  public Plan<T> replacement(Map<String, T> wanted, List<T> present) {
    return plan(wanted, present, List.of(), there -> {});
  }

  /** As {@link #apply(Writing, String, Plan)}; a dry run answers the same and changes nothing. */
  public Uni<Applied> apply(Writing<T> writing, String tenant, Plan<T> plan, boolean dryRun) {
    return dryRun ? Uni.createFrom().item(plan.applied()) : apply(writing, tenant, plan);
  }

  /** Removes those of these names or ids, whoever declares them, one after the other. */
  public Uni<List<T>> removeAll(Writing<T> writing, String tenant, List<String> names) {
    List<T> removed = new ArrayList<>();
    Uni<Void> done = Uni.createFrom().voidItem();
    for (String name : names) {
      done =
          done.chain(() -> present(writing, tenant, name))
              .invoke(removed::add)
              .chain(each -> remove(writing, each));
    }
    return done.replaceWith(removed);
  }

  /** Makes it so and announces it once; an empty plan changes and announces nothing. */
  public Uni<Applied> apply(Writing<T> writing, String tenant, Plan<T> plan) {
    if (plan.isEmpty()) {
      return Uni.createFrom().item(plan.applied());
    }
    int more = plan.applied().added().size() - plan.removed().size();
    Uni<Void> done = more > 0 ? room(writing, tenant, more) : Uni.createFrom().voidItem();
    for (T each : plan.removed()) {
      done = done.chain(() -> writing.remove(each));
    }
    return done.chain(() -> writing.save(plan.saved()))
        .chain(() -> writing.announce(tenant))
        .replaceWith(plan.applied());
  }

  private Uni<Void> room(Writing<T> writing, String tenant, int more) {
    return writing
        .count(tenant)
        .invoke(
            there -> {
              if (there + more > most) {
                throw Refusals.invalid(
                    "A tenant has at most " + most + " " + many + "; remove some.");
              }
            })
        .replaceWithVoid();
  }

  private void checkWritable(T kept) {
    if (kept.isDeclaredInFile()) {
      throw Refusals.readOnly();
    }
  }

  private String missing() {
    return "No such " + one + "; list the " + many + " to see their names.";
  }

  private static String capital(String word) {
    return Character.toUpperCase(word.charAt(0)) + word.substring(1);
  }
}
