package dev.sallyport.codemode;

import dev.sallyport.mcp.name.ExposedNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * What servers and tools are called in scripts: identifiers of Starlark. A server is a global, and
 * so it is not called like one of the language or of the dialect; a tool is found in its server,
 * where only keywords cannot stand. Every character that an identifier cannot have becomes {@code
 * _}.
 *
 * <p>A name that is an identifier already keeps it. Of others that would be called alike, each ends
 * in {@code _} and 8 base32 characters of the SHA-256 of server and tool, as exposed names do
 * (features A4); so do names that were cut, and names that look like that by themselves.
 */
final class ScriptNames {

  /** What a name has at most, in characters. */
  static final int LONGEST = 64;

  private static final int SUFFIX = 9;

  /** Hashes that a name has at most. */
  private static final int MOST_ROUNDS = 4;

  private static final Set<String> KEYWORDS =
      Set.of(
          "and",
          "as",
          "assert",
          "async",
          "await",
          "break",
          "class",
          "continue",
          "def",
          "del",
          "elif",
          "else",
          "except",
          "finally",
          "for",
          "from",
          "global",
          "if",
          "import",
          "in",
          "is",
          "lambda",
          "load",
          "nonlocal",
          "not",
          "or",
          "pass",
          "raise",
          "return",
          "try",
          "while",
          "with",
          "yield");

  /** What the language and Code Mode have under that name. */
  private static final Set<String> GLOBALS =
      Set.of(
          "None",
          "True",
          "False",
          "abs",
          "all",
          "any",
          "bool",
          "bytes",
          "call",
          "dict",
          "dir",
          "enumerate",
          "fail",
          "float",
          "getattr",
          "hasattr",
          "hash",
          "int",
          "json",
          "len",
          "list",
          "math",
          "max",
          "min",
          "parallel",
          "print",
          "range",
          "re",
          "repr",
          "result",
          "reversed",
          "set",
          "sorted",
          "str",
          "time",
          "try_call",
          "tuple",
          "type",
          "zip");

  private ScriptNames() {}

  /** Whether a keyword argument can have the name. */
  static boolean isIdentifier(String name) {
    return !name.isEmpty() && same(name) && !KEYWORDS.contains(name);
  }

  /** Whether a server cannot have the name, although it may be an identifier. */
  static boolean isReserved(String name) {
    return KEYWORDS.contains(name) || GLOBALS.contains(name);
  }

  /** Names of servers. As {@link #ofTools}. */
  static Map<String, String> ofServers(
      Collection<String> originals, BiFunction<String, Integer, String> hash) {
    return of(originals, hash, ScriptNames::isReserved);
  }

  /**
   * Names of the tools of one server.
   *
   * @param originals in any order; a name that occurs twice counts once
   * @param hash what tells an original from all others, by the original and a round from 0: each
   *     round has characters of its own
   * @return by original, in the order of originals
   */
  static Map<String, String> ofTools(
      Collection<String> originals, BiFunction<String, Integer, String> hash) {
    return of(originals, hash, KEYWORDS::contains);
  }

  private static Map<String, String> of(
      Collection<String> originals,
      BiFunction<String, Integer, String> hash,
      Predicate<String> reserved) {
    Map<String, List<String>> alike = new HashMap<>();
    for (String original : new HashSet<>(originals)) {
      alike.computeIfAbsent(plain(original, reserved), plain -> new ArrayList<>()).add(original);
    }
    Map<String, String> names = new TreeMap<>();
    List<String> changed = new ArrayList<>();
    alike.forEach(
        (plain, group) -> {
          boolean keeps = plain.length() <= LONGEST && !ExposedNames.looksHashed(plain);
          for (String original : group) {
            if (keeps && (group.size() == 1 || original.equals(plain))) {
              names.put(original, plain);
            } else {
              changed.add(original);
            }
          }
        });
    // Whoever finds two names with one hash gets another round, and never another's name.
    for (int rounds = 1; !changed.isEmpty() && rounds <= MOST_ROUNDS; rounds++) {
      Map<String, List<String>> suffixed = new HashMap<>();
      for (String original : changed) {
        suffixed
            .computeIfAbsent(suffixed(original, rounds, hash, reserved), name -> new ArrayList<>())
            .add(original);
      }
      changed.clear();
      suffixed.forEach(
          (name, group) -> {
            if (group.size() == 1) {
              names.put(group.getFirst(), name);
            } else {
              changed.addAll(group);
            }
          });
    }
    number(changed, names);
    return names;
  }

  /**
   * Originals that no round tells apart. Nobody finds such text; but half a surrogate pair has no
   * bytes of its own, and there must be an end with every input.
   */
  private static void number(List<String> alike, Map<String, String> names) {
    Set<String> taken = new HashSet<>(names.values());
    int number = 0;
    for (String original : alike.stream().sorted().toList()) {
      String name;
      do {
        name = "_" + number++;
      } while (!taken.add(name));
      names.put(original, name);
    }
  }

  private static String suffixed(
      String original,
      int rounds,
      BiFunction<String, Integer, String> hash,
      Predicate<String> reserved) {
    String plain = plain(original, reserved);
    int most = LONGEST - rounds * SUFFIX;
    StringBuilder name =
        new StringBuilder(plain.substring(0, Math.clamp(plain.length(), 1, Math.max(1, most))));
    for (int round = 0; round < rounds; round++) {
      name.append('_').append(hash.apply(original, round));
    }
    return name.toString();
  }

  private static String plain(String original, Predicate<String> reserved) {
    StringBuilder plain = new StringBuilder(original.length() + 1);
    original.codePoints().forEach(c -> plain.append(isPart(c) ? (char) c : '_'));
    if (plain.isEmpty() || isDigit(plain.charAt(0))) {
      plain.insert(0, '_');
    }
    String name = plain.toString();
    return reserved.test(name) ? name + '_' : name;
  }

  private static boolean same(String name) {
    return !isDigit(name.charAt(0)) && name.chars().allMatch(ScriptNames::isPart);
  }

  private static boolean isPart(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || isDigit(c);
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }
}
