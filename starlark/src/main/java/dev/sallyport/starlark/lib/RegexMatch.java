package dev.sallyport.starlark.lib;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.sallyport.starlark.Builtin;
import dev.sallyport.starlark.Dict;
import dev.sallyport.starlark.HasAttributes;
import dev.sallyport.starlark.None;
import dev.sallyport.starlark.Printer;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.StarlarkThread;
import dev.sallyport.starlark.Tuple;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A match: {@code group}, {@code groups}, {@code groupdict}, {@code start}, {@code end}, {@code
 * span}.
 */
final class RegexMatch implements HasAttributes {
  static final String TYPE = "re.match";

  private static final List<String> NAMES =
      List.of("end", "group", "groupdict", "groups", "span", "start", "string");

  private final String text;
  private final Pattern pattern;
  private final int[] bounds;

  private RegexMatch(String text, Pattern pattern, int[] bounds) {
    this.text = text;
    this.pattern = pattern;
    this.bounds = bounds;
  }

  static RegexMatch of(Matcher matcher, Pattern pattern, String text) {
    int[] bounds = new int[2 * (matcher.groupCount() + 1)];
    for (int i = 0; i <= matcher.groupCount(); i++) {
      bounds[2 * i] = matcher.start(i);
      bounds[2 * i + 1] = matcher.end(i);
    }
    return new RegexMatch(text, pattern, bounds);
  }

  /** The number of a group that a script names by number or name. */
  static int number(Object group, int count, Pattern pattern) {
    if (group instanceof String name) {
      Integer number = pattern.namedGroups().get(name);
      if (number != null) {
        return number;
      }
      if (name.matches("[0-9]{1,4}") && Integer.parseInt(name) <= count) {
        return Integer.parseInt(name);
      }
    } else if (group instanceof Long l && l >= 0 && l <= count) {
      return (int) (long) l;
    }
    throw StarlarkException.of(
        "the pattern has no such group", "groups are counted from 1; group 0 is the whole match");
  }

  private int count() {
    return bounds.length / 2 - 1;
  }

  private Object group(int i, Object missing, StarlarkThread thread) {
    if (bounds[2 * i] < 0) {
      return missing;
    }
    thread.meter().bytes(72 + 2L * (bounds[2 * i + 1] - bounds[2 * i]));
    return text.substring(bounds[2 * i], bounds[2 * i + 1]);
  }

  private int number(@Nullable Object[] a) {
    return a[0] == null ? 0 : number(a[0], count(), pattern);
  }

  @Override
  public @Nullable Object attribute(String name) {
    return switch (name) {
      case "string" -> text;
      case "group" -> new Builtin("group", "*groups", this::group);
      case "groups" -> new Builtin("groups", "default?", this::groups);
      case "groupdict" -> new Builtin("groupdict", "default?", this::groupDict);
      case "start" -> new Builtin("start", "group?", (t, a) -> (long) bounds[2 * number(a)]);
      case "end" -> new Builtin("end", "group?", (t, a) -> (long) bounds[2 * number(a) + 1]);
      case "span" ->
          new Builtin(
              "span",
              "group?",
              (t, a) -> Tuple.of((long) bounds[2 * number(a)], (long) bounds[2 * number(a) + 1]));
      default -> null;
    };
  }

  private Object group(StarlarkThread thread, @Nullable Object[] a) {
    List<Object> wanted = ((Tuple) Library.given(a, 0)).asList();
    if (wanted.isEmpty()) {
      return group(0, None.NONE, thread);
    }
    Object[] out = new Object[wanted.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = group(number(wanted.get(i), count(), pattern), None.NONE, thread);
    }
    return out.length == 1 ? out[0] : Tuple.of(out);
  }

  private Object groups(StarlarkThread thread, @Nullable Object[] a) {
    Object missing = a[0] == null ? None.NONE : a[0];
    Object[] out = new Object[count()];
    for (int i = 0; i < out.length; i++) {
      out[i] = group(i + 1, missing, thread);
    }
    return Tuple.of(out);
  }

  private Object groupDict(StarlarkThread thread, @Nullable Object[] a) {
    Object missing = a[0] == null ? None.NONE : a[0];
    Dict dict = new Dict();
    pattern.namedGroups().entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(e -> dict.put(e.getKey(), group(e.getValue(), missing, thread)));
    thread.meter().bytes(112 + 120L * dict.size());
    return dict;
  }

  @Override
  public Collection<String> attributeNames() {
    return NAMES;
  }

  @Override
  public String typeName() {
    return TYPE;
  }

  @Override
  public void repr(Printer out) {
    out.append("<re.match ").repr(text.substring(bounds[0], bounds[1])).append(">");
  }
}
