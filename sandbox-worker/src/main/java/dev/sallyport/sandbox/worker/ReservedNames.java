package dev.sallyport.sandbox.worker;

import dev.sallyport.starlark.Dialect;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/** Names that a namespace of tools cannot have, since scripts find something else there. */
public final class ReservedNames {
  /** All of them. */
  public static final Set<String> ALL = all();

  private ReservedNames() {}

  private static Set<String> all() {
    Set<String> names = new TreeSet<>(Dialect.CODE_MODE.names());
    names.addAll(ScriptRun.libraries(0).keySet());
    names.addAll(Set.of("call", "try_call", "parallel", "result"));
    return Collections.unmodifiableSet(names);
  }
}
