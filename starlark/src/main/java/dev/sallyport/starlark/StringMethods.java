package dev.sallyport.starlark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The methods of strings: one entry for each, and therefore long. */
final class StringMethods {
  static final Map<String, Method> ALL =
      new Methods.Table()
          .with("capitalize", "", (meter, self, a) -> capitalize(text(self), meter))
          .with("count", "sub, start?, end?, /", StringMethods::count)
          .with(
              "elems",
              "",
              (meter, self, a) -> {
                meter.bytes(Meter.OBJECT);
                return new Elements.OfString(text(self));
              })
          .with("endswith", "suffix, start?, end?, /", (m, s, a) -> affix(m, s, a, false))
          .with("startswith", "prefix, start?, end?, /", (m, s, a) -> affix(m, s, a, true))
          .with("find", "sub, start?, end?, /", (m, s, a) -> (long) find(m, s, a, false))
          .with("rfind", "sub, start?, end?, /", (m, s, a) -> (long) find(m, s, a, true))
          .with("index", "sub, start?, end?, /", (m, s, a) -> found(find(m, s, a, false), "index"))
          .with("rindex", "sub, start?, end?, /", (m, s, a) -> found(find(m, s, a, true), "rindex"))
          .with(
              "format",
              "*args, **kwargs",
              (meter, self, a) ->
                  Interpolation.braces(
                      text(self), (Tuple) Universe.given(a, 0), (Dict) Universe.given(a, 1), meter))
          .with("isalnum", "", (m, s, a) -> all(m, s, Character::isLetterOrDigit))
          .with("isalpha", "", (m, s, a) -> all(m, s, Character::isLetter))
          .with("isdigit", "", (m, s, a) -> all(m, s, Character::isDigit))
          .with("isspace", "", (m, s, a) -> all(m, s, StringMethods::isSpace))
          .with("islower", "", (m, s, a) -> cased(m, s, Character::isLowerCase))
          .with("isupper", "", (m, s, a) -> cased(m, s, Character::isUpperCase))
          .with("istitle", "", (m, s, a) -> isTitle(text(s), m))
          .with("join", "iterable, /", StringMethods::join)
          .with(
              "lower",
              "",
              (m, s, a) -> mapped(m, text(s).length(), () -> text(s).toLowerCase(Locale.ROOT)))
          .with(
              "upper",
              "",
              (m, s, a) -> mapped(m, text(s).length(), () -> text(s).toUpperCase(Locale.ROOT)))
          .with("title", "", (m, s, a) -> title(text(s), m))
          .with("lstrip", "cutset?, /", (m, s, a) -> strip(m, s, a, true, false))
          .with("rstrip", "cutset?, /", (m, s, a) -> strip(m, s, a, false, true))
          .with("strip", "cutset?, /", (m, s, a) -> strip(m, s, a, true, true))
          .with("partition", "sep, /", (m, s, a) -> partition(m, s, a, false))
          .with("rpartition", "sep, /", (m, s, a) -> partition(m, s, a, true))
          .with(
              "removeprefix",
              "prefix, /",
              (m, s, a) -> {
                String prefix = text(a, 0, "removeprefix");
                return text(s).startsWith(prefix)
                    ? substring(text(s), prefix.length(), text(s).length(), m)
                    : s;
              })
          .with(
              "removesuffix",
              "suffix, /",
              (m, s, a) -> {
                String suffix = text(a, 0, "removesuffix");
                return text(s).endsWith(suffix)
                    ? substring(text(s), 0, text(s).length() - suffix.length(), m)
                    : s;
              })
          .with("replace", "old, new, count?, /", StringMethods::replace)
          .with("split", "sep?, maxsplit?, /", (m, s, a) -> split(m, s, a, false))
          .with("rsplit", "sep?, maxsplit?, /", (m, s, a) -> split(m, s, a, true))
          .with("splitlines", "keepends?, /", StringMethods::splitLines)
          .build();

  private StringMethods() {}

  private static String text(Object self) {
    return (String) self;
  }

  private static String text(@Nullable Object[] a, int index, String method) {
    Object value = a[index];
    if (value instanceof String s) {
      return s;
    }
    throw StarlarkException.of(
        method + ": got " + (value == null ? "nothing" : Values.typeName(value)) + ", want string");
  }

  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  private static String substring(String s, int from, int to, Meter meter) {
    if (from == 0 && to == s.length()) {
      return s;
    }
    meter.text(to - from);
    return s.substring(from, to);
  }

  private interface Change {
    String make();
  }

  /** Changes of case may lengthen a text, to three times its length. */
  private static String mapped(Meter meter, int length, Change change) {
    meter.text(3L * length);
    meter.steps(length >> 2);
    return change.make();
  }

  private static String capitalize(String s, Meter meter) {
    if (s.isEmpty()) {
      return s;
    }
    int first = Character.charCount(s.codePointAt(0));
    return mapped(
        meter,
        s.length(),
        () ->
            s.substring(0, first).toUpperCase(Locale.ROOT)
                + s.substring(first).toLowerCase(Locale.ROOT));
  }

  private static boolean letterCase(int c) {
    return Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
  }

  private static String title(String s, Meter meter) {
    return mapped(
        meter,
        s.length(),
        () -> {
          StringBuilder out = new StringBuilder(s.length());
          boolean inWord = false;
          for (int i = 0; i < s.length(); ) {
            int c = s.codePointAt(i);
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
            i += Character.charCount(c);
          }
          return out.toString();
        });
  }

  private static boolean isTitle(String s, Meter meter) {
    meter.steps(s.length() >> 1);
    boolean inWord = false;
    boolean any = false;
    for (int i = 0; i < s.length(); ) {
      int c = s.codePointAt(i);
      if (letterCase(c)) {
        any = true;
        if (inWord == !Character.isLowerCase(c)) {
          return false;
        }
      }
      inWord = Character.isLetter(c);
      i += Character.charCount(c);
    }
    return any;
  }

  private static boolean all(Meter meter, Object self, IntPredicate test) {
    String s = text(self);
    meter.steps(s.length() >> 1);
    return !s.isEmpty() && s.codePoints().allMatch(test);
  }

  private static boolean cased(Meter meter, Object self, IntPredicate test) {
    String s = text(self);
    meter.steps(s.length());
    return s.codePoints().anyMatch(StringMethods::letterCase)
        && s.codePoints().filter(StringMethods::letterCase).allMatch(test);
  }

  private static Object count(Meter meter, Object self, @Nullable Object[] a) {
    String s = text(self);
    String sub = text(a, 0, "count");
    int from = Indexing.clamped(a[1], 0, s.length());
    int to = Indexing.clamped(a[2], s.length(), s.length());
    if (from > to) {
      return 0L;
    }
    if (sub.isEmpty()) {
      return to - from + 1L;
    }
    long count = 0;
    int at = from;
    while ((at = Searching.find(s, sub, at, to, meter)) >= 0) {
      meter.step();
      count++;
      at += sub.length();
    }
    return count;
  }

  private static Object affix(Meter meter, Object self, @Nullable Object[] a, boolean prefix) {
    String s = text(self);
    int from = Indexing.clamped(a[1], 0, s.length());
    int to = Math.max(from, Indexing.clamped(a[2], s.length(), s.length()));
    Object[] candidates = a[0] instanceof Tuple t ? t.items : new Object[] {Universe.given(a, 0)};
    for (Object candidate : candidates) {
      meter.step();
      if (!(candidate instanceof String sub)) {
        throw StarlarkException.of(
            (prefix ? "startswith" : "endswith")
                + ": got "
                + Values.typeName(candidate)
                + ", want string or tuple of strings");
      }
      meter.steps(sub.length() >> 6);
      if (sub.length() <= to - from && s.startsWith(sub, prefix ? from : to - sub.length())) {
        return true;
      }
    }
    return false;
  }

  private static int find(Meter meter, Object self, @Nullable Object[] a, boolean last) {
    String s = text(self);
    String sub = text(a, 0, last ? "rfind" : "find");
    int from = Indexing.clamped(a[1], 0, s.length());
    int to = Indexing.clamped(a[2], s.length(), s.length());
    if (from > to) {
      return -1;
    }
    return last
        ? Searching.findLast(s, sub, from, to, meter)
        : Searching.find(s, sub, from, to, meter);
  }

  private static Object found(int index, String method) {
    if (index < 0) {
      throw StarlarkException.of(
          method + ": substring not found", "find returns -1 where there is none");
    }
    return (long) index;
  }

  private static Object join(Meter meter, Object self, @Nullable Object[] a) {
    String separator = text(self);
    Object over = Universe.given(a, 0);
    Object[] items = Values.toArray(over, meter);
    long length = Meter.times(Math.max(0, items.length - 1), separator.length());
    for (int i = 0; i < items.length; i++) {
      if (!(items[i] instanceof String s)) {
        throw StarlarkException.of(
            "join: element " + i + " is of type " + Values.typeName(items[i]) + ", want string",
            "convert first: \"\".join([str(x) for x in xs])");
      }
      length += s.length();
    }
    meter.text(length);
    meter.steps(items.length);
    if (length > Integer.MAX_VALUE - 16) {
      throw StarlarkException.of("the result is too long");
    }
    StringBuilder out = new StringBuilder((int) length);
    for (int i = 0; i < items.length; i++) {
      if (i > 0) {
        out.append(separator);
      }
      out.append((String) items[i]);
    }
    return out.toString();
  }

  private static Object strip(
      Meter meter, Object self, @Nullable Object[] a, boolean left, boolean right) {
    String s = text(self);
    IntPredicate drop = StringMethods::isSpace;
    int width = 0;
    if (a[0] != null && a[0] != None.NONE) {
      String cutset = text(a, 0, "strip");
      drop = c -> cutset.indexOf(c) >= 0;
      width = cutset.length() >> 6;
    }
    int from = 0;
    int to = s.length();
    while (left && from < to && drop.test(s.codePointAt(from))) {
      from += Character.charCount(s.codePointAt(from));
      meter.steps(width + (from & 1));
    }
    while (right && to > from && drop.test(s.codePointBefore(to))) {
      to -= Character.charCount(s.codePointBefore(to));
      meter.steps(width + (to & 1));
    }
    return substring(s, from, to, meter);
  }

  private static Object partition(Meter meter, Object self, @Nullable Object[] a, boolean last) {
    String s = text(self);
    String separator = text(a, 0, last ? "rpartition" : "partition");
    if (separator.isEmpty()) {
      throw StarlarkException.of("partition: empty separator");
    }
    int at =
        last
            ? Searching.findLast(s, separator, 0, s.length(), meter)
            : Searching.find(s, separator, 0, s.length(), meter);
    meter.slots(3);
    if (at < 0) {
      return new Tuple(last ? new Object[] {"", "", s} : new Object[] {s, "", ""});
    }
    return new Tuple(
        new Object[] {
          substring(s, 0, at, meter),
          separator,
          substring(s, at + separator.length(), s.length(), meter)
        });
  }

  private static Object replace(Meter meter, Object self, @Nullable Object[] a) {
    String s = text(self);
    String old = text(a, 0, "replace");
    String by = text(a, 1, "replace");
    long limit = Long.MAX_VALUE;
    if (a[2] != null) {
      if (!Ints.isInt(a[2])) {
        throw StarlarkException.of("replace: got " + Values.typeName(a[2]) + ", want int");
      }
      limit = a[2] instanceof Long l && l >= 0 ? l : Long.MAX_VALUE;
    }
    Printer out = new Printer(meter);
    int at = 0;
    if (old.isEmpty()) {
      while (limit-- > 0) {
        out.append(by);
        if (at == s.length()) {
          break;
        }
        int next = at + Character.charCount(s.codePointAt(at));
        out.append(s.substring(at, next));
        at = next;
      }
      return out.append(s.substring(at)).toString();
    }
    while (limit-- > 0) {
      int found = Searching.find(s, old, at, s.length(), meter);
      if (found < 0) {
        break;
      }
      out.append(s.substring(at, found)).append(by);
      at = found + old.length();
    }
    return at == 0 ? s : out.append(s.substring(at)).toString();
  }

  private static Object split(Meter meter, Object self, @Nullable Object[] a, boolean fromRight) {
    String s = text(self);
    long limit = Long.MAX_VALUE;
    if (a[1] != null && a[1] != None.NONE) {
      if (!Ints.isInt(a[1])) {
        throw StarlarkException.of("split: maxsplit must be an int, not " + Values.typeName(a[1]));
      }
      limit = a[1] instanceof Long l && l >= 0 ? l : Long.MAX_VALUE;
    }
    List<Object> parts = new ArrayList<>();
    if (a[0] == null || a[0] == None.NONE) {
      splitAtSpaces(s, limit, fromRight, parts, meter);
    } else {
      String separator = text(a, 0, "split");
      if (separator.isEmpty()) {
        throw StarlarkException.of(
            "split: empty separator", "for single characters write list(s.elems())");
      }
      if (fromRight) {
        splitFromRight(s, separator, limit, parts, meter);
      } else {
        int at = 0;
        int found;
        while (limit-- > 0 && (found = Searching.find(s, separator, at, s.length(), meter)) >= 0) {
          add(parts, s, at, found, meter);
          at = found + separator.length();
        }
        add(parts, s, at, s.length(), meter);
      }
    }
    return StarlarkList.copyOf(parts);
  }

  private static void add(List<Object> parts, String s, int from, int to, Meter meter) {
    meter.bytes(Meter.SLOT);
    meter.step();
    parts.add(substring(s, from, to, meter));
  }

  private static void splitFromRight(
      String s, String separator, long limit, List<Object> parts, Meter meter) {
    int end = s.length();
    long left = limit;
    int found;
    while (left-- > 0 && (found = Searching.findLast(s, separator, 0, end, meter)) >= 0) {
      add(parts, s, found + separator.length(), end, meter);
      end = found;
    }
    add(parts, s, 0, end, meter);
    Collections.reverse(parts);
  }

  private static void splitAtSpaces(
      String s, long limit, boolean fromRight, List<Object> parts, Meter meter) {
    meter.steps(s.length() >> 1);
    int from = 0;
    int to = s.length();
    if (fromRight) {
      while (true) {
        to = backOver(s, to, true);
        if (to == 0) {
          break;
        }
        if (limit-- == 0) {
          add(parts, s, 0, to, meter);
          break;
        }
        int start = backOver(s, to, false);
        add(parts, s, start, to, meter);
        to = start;
      }
      Collections.reverse(parts);
      return;
    }
    while (true) {
      from = over(s, from, true);
      if (from == to) {
        break;
      }
      if (limit-- == 0) {
        add(parts, s, from, to, meter);
        break;
      }
      int end = over(s, from, false);
      add(parts, s, from, end, meter);
      from = end;
    }
  }

  private static int over(String s, int from, boolean spaces) {
    int at = from;
    while (at < s.length() && isSpace(s.codePointAt(at)) == spaces) {
      at += Character.charCount(s.codePointAt(at));
    }
    return at;
  }

  private static int backOver(String s, int from, boolean spaces) {
    int at = from;
    while (at > 0 && isSpace(s.codePointBefore(at)) == spaces) {
      at -= Character.charCount(s.codePointBefore(at));
    }
    return at;
  }

  private static Object splitLines(Meter meter, Object self, @Nullable Object[] a) {
    String s = text(self);
    boolean keep = a[0] != null && Values.truth(a[0]);
    List<Object> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      if ((i & 3) == 0) {
        meter.step();
      }
      if (c == '\n' || c == '\r') {
        int end = i;
        if (c == '\r' && i + 1 < s.length() && s.charAt(i + 1) == '\n') {
          i++;
        }
        add(lines, s, start, keep ? i + 1 : end, meter);
        start = i + 1;
      }
    }
    if (start < s.length()) {
      add(lines, s, start, s.length(), meter);
    }
    return StarlarkList.copyOf(lines);
  }
}
