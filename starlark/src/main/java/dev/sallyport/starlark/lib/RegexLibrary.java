package dev.sallyport.starlark.lib;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.sallyport.starlark.Meter;
import dev.sallyport.starlark.Namespace;
import dev.sallyport.starlark.None;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.StarlarkList;
import dev.sallyport.starlark.StarlarkThread;
import dev.sallyport.starlark.Tuple;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The library {@code re}: {@code search}, {@code match}, {@code fullmatch}, {@code findall}, {@code
 * sub}, {@code split}, and {@code escape}, with the arguments and results of Python's module, over
 * RE2/J: no backreferences in patterns and no lookaround, and time linear in the text. Each char
 * that a search reads is charged by the size of the pattern.
 */
public final class RegexLibrary {
  private static final int MAX_PATTERN = 1000;
  private static final int MAX_SIZE = 5000;
  private static final int MAX_DEPTH = 50;
  private static final int MAX_CACHED = 128;

  /** What the tables of a Unicode class cost a pattern, in steps. */
  private static final long CLASS_COST = 2000;

  private static final long IGNORECASE = 2;
  private static final long MULTILINE = 8;
  private static final long DOTALL = 16;

  /** The value; immutable. */
  public static final Namespace VALUE =
      new Library("re")
          .constant("IGNORECASE", IGNORECASE)
          .constant("I", IGNORECASE)
          .constant("MULTILINE", MULTILINE)
          .constant("M", MULTILINE)
          .constant("DOTALL", DOTALL)
          .constant("S", DOTALL)
          .function("search", "pattern, string, flags?", (t, a) -> find(t, a, "search"))
          .function("match", "pattern, string, flags?", (t, a) -> find(t, a, "match"))
          .function("fullmatch", "pattern, string, flags?", (t, a) -> find(t, a, "fullmatch"))
          .function("findall", "pattern, string, flags?", RegexLibrary::findAll)
          .function("sub", "pattern, repl, string, count?, flags?", RegexLibrary::sub)
          .function("split", "pattern, string, maxsplit?, flags?", RegexLibrary::split)
          .function("escape", "s, /", (t, a) -> escape(t, a))
          .build();

  private record Key(String pattern, int flags) {}

  private record Compiled(Pattern pattern, int size) {}

  // Shared by all runs: compiled patterns hold no state.
  private static final Map<Key, Compiled> CACHE =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Compiled> eldest) {
          return size() > MAX_CACHED;
        }
      };

  private RegexLibrary() {}

  private static Compiled compile(Object patternValue, long flags, Meter meter) {
    String pattern = Library.text(patternValue, "re");
    if (pattern.length() > MAX_PATTERN) {
      throw StarlarkException.of("the pattern is too long: the limit is " + MAX_PATTERN);
    }
    PatternSize size = PatternSize.of(pattern);
    // Charged whether or not the pattern is known: the count must not depend on other runs.
    meter.steps(50 + 4 * Math.min(MAX_SIZE, size.size()) + CLASS_COST * classes(pattern));
    if (size.size() > MAX_SIZE || size.depth() > MAX_DEPTH) {
      throw StarlarkException.of(
          "the pattern is too large", "use smaller counts in {n,m}, and fewer groups");
    }
    int options =
        ((flags & IGNORECASE) != 0 ? Pattern.CASE_INSENSITIVE : 0)
            | ((flags & MULTILINE) != 0 ? Pattern.MULTILINE : 0)
            | ((flags & DOTALL) != 0 ? Pattern.DOTALL : 0);
    if ((flags & ~(IGNORECASE | MULTILINE | DOTALL)) != 0) {
      throw StarlarkException.of("re: unknown flags", "use re.I | re.M | re.S");
    }
    Key key = new Key(pattern, options);
    synchronized (CACHE) {
      Compiled known = CACHE.get(key);
      if (known != null) {
        return known;
      }
    }
    Compiled compiled;
    try {
      compiled = new Compiled(Pattern.compile(pattern, options), (int) size.size());
    } catch (PatternSyntaxException e) {
      throw StarlarkException.of("invalid pattern: " + e.getDescription(), hint(pattern));
    }
    synchronized (CACHE) {
      CACHE.put(key, compiled);
    }
    return compiled;
  }

  private static long classes(String pattern) {
    long count = 0;
    for (int i = 0; i + 1 < pattern.length(); i++) {
      if (pattern.charAt(i) == '\\' && "pP".indexOf(pattern.charAt(i + 1)) >= 0) {
        count++;
      }
    }
    return count;
  }

  private static @Nullable String hint(String pattern) {
    if (pattern.contains("(?=") || pattern.contains("(?!") || pattern.contains("(?<")) {
      return "lookahead and lookbehind are not supported; names of groups are (?P<name>...)";
    }
    return pattern.matches("(?s).*\\\\[1-9].*") ? "backreferences are not supported" : null;
  }

  private static Matcher matcher(Compiled compiled, String text, Meter meter) {
    meter.bytes(256L + 24L * compiled.size());
    return compiled.pattern().matcher(new MeteredText(text, compiled.size(), meter));
  }

  private static Object find(StarlarkThread thread, @Nullable Object[] a, String how) {
    Meter meter = thread.meter();
    String text = Library.text(a, 1, "re." + how);
    Compiled compiled = compile(Library.given(a, 0), Library.integer(a, 2, "re." + how, 0), meter);
    Matcher matcher = matcher(compiled, text, meter);
    boolean found =
        switch (how) {
          case "search" -> matcher.find();
          case "match" -> matcher.lookingAt();
          default -> matcher.matches();
        };
    if (!found) {
      return None.NONE;
    }
    meter.bytes(256);
    return RegexMatch.of(matcher, compiled.pattern(), text);
  }

  private static String group(Matcher matcher, int group, String text, Meter meter) {
    int start = matcher.start(group);
    if (start < 0) {
      return "";
    }
    meter.bytes(64 + 2L * (matcher.end(group) - start));
    return text.substring(start, matcher.end(group));
  }

  private static Object findAll(StarlarkThread thread, @Nullable Object[] a) {
    Meter meter = thread.meter();
    String text = Library.text(a, 1, "re.findall");
    Compiled compiled = compile(Library.given(a, 0), Library.integer(a, 2, "re.findall", 0), meter);
    Matcher matcher = matcher(compiled, text, meter);
    List<Object> out = new ArrayList<>();
    int groups = matcher.groupCount();
    while (matcher.find()) {
      meter.steps(4 + compiled.size() / 8);
      meter.bytes(40);
      if (groups < 2) {
        out.add(group(matcher, groups, text, meter));
      } else {
        meter.bytes(64 + 40L * groups);
        Object[] parts = new Object[groups];
        for (int i = 0; i < groups; i++) {
          parts[i] = group(matcher, i + 1, text, meter);
        }
        out.add(Tuple.of(parts));
      }
    }
    return StarlarkList.copyOf(out);
  }

  private static void append(StringBuilder out, String text, int from, int to, Meter meter) {
    meter.bytes(2L * (to - from));
    meter.steps((to - from) >> 5);
    out.append(text, from, to);
  }

  private static Object sub(StarlarkThread thread, @Nullable Object[] a) {
    Meter meter = thread.meter();
    String text = Library.text(a, 2, "re.sub");
    Compiled compiled = compile(Library.given(a, 0), Library.integer(a, 4, "re.sub", 0), meter);
    long count = Library.integer(a, 3, "re.sub", 0);
    Object by = Library.given(a, 1);
    Matcher matcher = matcher(compiled, text, meter);
    StringBuilder out = new StringBuilder();
    int at = 0;
    long done = 0;
    while ((count <= 0 || done < count) && matcher.find()) {
      meter.steps(4 + compiled.size() / 8);
      done++;
      append(out, text, at, matcher.start(), meter);
      at = matcher.end();
      String replacement;
      if (by instanceof String template) {
        replacement = expand(template, matcher, compiled.pattern(), text, meter);
      } else {
        meter.bytes(256);
        Object result =
            thread.call(by, List.of(RegexMatch.of(matcher, compiled.pattern(), text)), Map.of());
        replacement = Library.text(result, "re.sub: the result of the function");
      }
      append(out, replacement, 0, replacement.length(), meter);
    }
    append(out, text, at, text.length(), meter);
    return out.toString();
  }

  /** A template with {@code \1}, {@code \g<1>}, {@code \g<name>} and {@code \\}. */
  private static String expand(
      String template, Matcher matcher, Pattern pattern, String text, Meter meter) {
    if (template.indexOf('\\') < 0) {
      return template;
    }
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c != '\\' || i + 1 == template.length()) {
        append(out, template, i, i + 1, meter);
        continue;
      }
      char next = template.charAt(++i);
      String name;
      if (next >= '0' && next <= '9') {
        int end = i + 1;
        if (end < template.length() && Character.isDigit(template.charAt(end))) {
          end++;
        }
        name = template.substring(i, end);
        i = end - 1;
      } else if (next == 'g' && template.startsWith("<", i + 1)) {
        int close = template.indexOf('>', i);
        if (close < 0) {
          throw StarlarkException.of("re.sub: \\g<name> is not closed");
        }
        name = template.substring(i + 2, close);
        i = close;
      } else {
        switch (next) {
          case '\\' -> out.append('\\');
          case 'n' -> out.append('\n');
          case 't' -> out.append('\t');
          default ->
              throw StarlarkException.of(
                  "re.sub: unknown escape in the replacement", "write \\\\\\\\ for a backslash");
        }
        continue;
      }
      int group = RegexMatch.number(name, matcher.groupCount(), pattern);
      String part = group(matcher, group, text, meter);
      append(out, part, 0, part.length(), meter);
    }
    return out.toString();
  }

  private static Object split(StarlarkThread thread, @Nullable Object[] a) {
    Meter meter = thread.meter();
    String text = Library.text(a, 1, "re.split");
    Compiled compiled = compile(Library.given(a, 0), Library.integer(a, 3, "re.split", 0), meter);
    long limit = Library.integer(a, 2, "re.split", 0);
    Matcher matcher = matcher(compiled, text, meter);
    List<Object> out = new ArrayList<>();
    int at = 0;
    long done = 0;
    while ((limit <= 0 || done < limit) && matcher.find()) {
      meter.steps(4 + compiled.size() / 8);
      done++;
      meter.bytes(104 + 2L * (matcher.start() - at));
      out.add(text.substring(at, matcher.start()));
      for (int i = 1; i <= matcher.groupCount(); i++) {
        meter.bytes(40);
        out.add(matcher.start(i) < 0 ? None.NONE : group(matcher, i, text, meter));
      }
      at = matcher.end();
    }
    meter.bytes(104 + 2L * (text.length() - at));
    out.add(text.substring(at));
    return StarlarkList.copyOf(out);
  }

  private static Object escape(StarlarkThread thread, @Nullable Object[] a) {
    String text = Library.text(a, 0, "re.escape");
    thread.meter().bytes(48 + 4L * text.length());
    thread.meter().steps(text.length() >> 1);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ("\\.+*?()|[]{}^$-#&~".indexOf(c) >= 0) {
        out.append('\\');
      }
      out.append(c);
    }
    return out.toString();
  }
}
