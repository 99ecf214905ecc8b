package dev.sallyport.starlark;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a function written in Java, declared in one line: names between commas; {@code
 * ?} after a name makes it optional; those before a {@code /} are passed by position only, those
 * after {@code *args} or {@code *} by name only; {@code **kwargs} comes last. For example {@code
 * "iterable, /, *, key?, reverse?"}.
 */
public final class Signature {
  private enum Kind {
    POSITIONAL_ONLY,
    EITHER,
    NAMED_ONLY
  }

  private record Parameter(String name, boolean optional, Kind kind) {}

  private static final ConcurrentHashMap<String, Signature> KNOWN = new ConcurrentHashMap<>();
  private static final int MAX_KNOWN = 1000;

  private final List<Parameter> parameters = new ArrayList<>();
  private int positional;
  private int required;
  private boolean plain = true;
  private @Nullable String star;
  private @Nullable String starStar;

  private Signature(String declaration) {
    boolean named = false;
    for (String part : declaration.split(",", -1)) {
      String name = part.strip();
      if (name.isEmpty()) {
        continue;
      }
      if (name.equals("/")) {
        parameters.replaceAll(p -> new Parameter(p.name, p.optional, Kind.POSITIONAL_ONLY));
      } else if (name.startsWith("**")) {
        starStar = name.substring(2);
      } else if (name.startsWith("*")) {
        named = true;
        star = name.length() > 1 ? name.substring(1) : star;
      } else {
        boolean optional = name.endsWith("?");
        String bare = optional ? name.substring(0, name.length() - 1) : name;
        parameters.add(new Parameter(bare, optional, named ? Kind.NAMED_ONLY : Kind.EITHER));
        if (named) {
          plain = false;
        } else {
          positional++;
          required += optional ? 0 : 1;
        }
      }
    }
    plain &= star == null && starStar == null;
  }

  /** Reads a declaration. */
  public static Signature of(String declaration) {
    Signature known = KNOWN.get(declaration);
    if (known == null) {
      known = new Signature(declaration);
      if (KNOWN.size() < MAX_KNOWN) {
        KNOWN.put(declaration, known);
      }
    }
    return known;
  }

  /** The names of the parameters, in the order of what {@link #bind} returns. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    parameters.forEach(p -> names.add(p.name));
    if (star != null) {
      names.add(star);
    }
    if (starStar != null) {
      names.add(starStar);
    }
    return names;
  }

  /** Where the *args are in what {@link #bind} returns, or -1. */
  int starIndex() {
    return star == null ? -1 : parameters.size();
  }

  /** Where the **kwargs are in what {@link #bind} returns, or -1. */
  int starStarIndex() {
    return starStar == null ? -1 : parameters.size() + (star == null ? 0 : 1);
  }

  /**
   * One value for each parameter, null for an optional one that is not given; then a Tuple for
   * *args and a Dict for **kwargs where they are declared.
   */
  @Nullable Object[] bind(String function, Object[] args, String[] names, Meter meter) {
    int given = args.length - names.length;
    int count = parameters.size();
    if (plain && names.length == 0 && given <= positional && given >= required) {
      return given == count ? args : java.util.Arrays.copyOf(args, count);
    }
    @Nullable Object[] bound =
        new @Nullable Object[count + (star != null ? 1 : 0) + (starStar != null ? 1 : 0)];
    if (given > positional && star == null) {
      throw StarlarkException.of(
          "function "
              + function
              + " accepts "
              + (required < positional ? "at most " : "")
              + counted(positional, "positional argument")
              + " ("
              + given
              + " given)");
    }
    System.arraycopy(args, 0, bound, 0, Math.min(given, positional));
    if (star != null) {
      int rest = Math.max(0, given - positional);
      meter.slots(rest);
      bound[count] =
          rest == 0
              ? Tuple.EMPTY
              : new Tuple(java.util.Arrays.copyOfRange(args, positional, given));
    }
    Dict others = null;
    if (starStar != null) {
      meter.bytes(Meter.TABLE);
      others = new Dict();
      bound[bound.length - 1] = others;
    }
    for (int i = 0; i < names.length; i++) {
      bindNamed(function, names[i], args[given + i], bound, others, meter);
    }
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (bound[i] == null && !parameters.get(i).optional) {
        missing.add(parameters.get(i).name);
      }
    }
    if (!missing.isEmpty()) {
      throw StarlarkException.of(missing(function, missing));
    }
    return bound;
  }

  private void bindNamed(
      String function,
      String name,
      Object value,
      @Nullable Object[] bound,
      @Nullable Dict others,
      Meter meter) {
    for (int i = 0; i < parameters.size(); i++) {
      Parameter parameter = parameters.get(i);
      if (parameter.name.equals(name)
          && !(parameter.kind == Kind.POSITIONAL_ONLY && others != null)) {
        if (parameter.kind == Kind.POSITIONAL_ONLY) {
          throw StarlarkException.of(
              "function " + function + " got unexpected keyword argument \"" + name + "\"",
              "its arguments are positional: leave out " + name + "=");
        }
        if (bound[i] != null) {
          throw StarlarkException.of(
              "function " + function + " got multiple values for parameter " + name);
        }
        bound[i] = value;
        return;
      }
    }
    if (others == null) {
      List<String> candidates = new ArrayList<>();
      for (Parameter parameter : parameters) {
        if (parameter.kind != Kind.POSITIONAL_ONLY) {
          candidates.add(parameter.name);
        }
      }
      throw unexpected(function, name, candidates);
    }
    if (others.get(name, meter) != null) {
      throw StarlarkException.of(
          "function " + function + " got multiple values for parameter " + name);
    }
    others.put(name, value, meter);
  }

  static StarlarkException unexpected(String function, String name, List<String> candidates) {
    String near = Suggestion.nearest(name, candidates);
    String hint =
        near != null
            ? "did you mean " + near + "?"
            : candidates.isEmpty()
                ? "its arguments are positional: leave out " + name + "="
                : "its named parameters are " + String.join(", ", candidates);
    return StarlarkException.of(
        "function " + function + " got unexpected keyword argument \"" + name + "\"", hint);
  }

  static String missing(String function, List<String> names) {
    return "function "
        + function
        + " missing "
        + counted(names.size(), "argument")
        + " ("
        + String.join(", ", names)
        + ")";
  }

  static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
