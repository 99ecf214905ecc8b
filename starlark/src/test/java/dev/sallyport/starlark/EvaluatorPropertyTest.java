package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The evaluator against Java: what has an exact counterpart there is compared with it. */
class EvaluatorPropertyTest {

  private static final Program ARITHMETIC =
      Program.parse(
              """
              def attempt(f):
                return try_call(f)
              result = [
                  a + b, a - b, a * b, a & b, a | b, a ^ b, ~a, -a, a < b, a <= b, a == b, a != b,
                  a > b, a >= b, attempt(lambda: a // b), attempt(lambda: a % b), a << s, a >> s,
                  str(a), int(str(a)), int("%x" % a, 16), int("%o" % a, 8), abs(a), max(a, b), min(a, b)]
              """,
              "arithmetic.star", Scripts.WIDE)
          .orThrow();

  private static final HostFunction TRY_CALL =
      new HostFunction(
          "try_call",
          "f",
          call -> {
            Object f = call.argument("f");
            try {
              return call.thread().call(f == null ? None.NONE : f, List.of(), Map.of());
            } catch (StarlarkException e) {
              return e.getMessage();
            }
          });

  private static StarlarkList list(Program program, Map<String, ?> names) {
    Map<String, Object> values = new LinkedHashMap<>();
    names.forEach((name, value) -> values.put(name, Values.fromJava(value)));
    values.put("try_call", TRY_CALL);
    StarlarkModule module =
        program.run(Environment.of(values), new Meter(Limits.DEFAULT), PrintSink.NONE);
    return (StarlarkList) module.require("result");
  }

  private static Object eval(String expression, Map<String, ?> names) {
    return list(
            Program.parse("result = [" + expression + "]", "e.star", Scripts.WIDE).orThrow(), names)
        .get(0);
  }

  @Property(tries = 2000)
  void integersAreExact(
      @ForAll("integers") BigInteger a,
      @ForAll("integers") BigInteger b,
      @ForAll @IntRange(max = 130) int s) {
    List<Object> expected = new ArrayList<>();
    for (BigInteger i :
        List.of(
            a.add(b),
            a.subtract(b),
            a.multiply(b),
            a.and(b),
            a.or(b),
            a.xor(b),
            a.not(),
            a.negate())) {
      expected.add(i);
    }
    int order = a.compareTo(b);
    Collections.addAll(
        expected, order < 0, order <= 0, order == 0, order != 0, order > 0, order >= 0);
    if (b.signum() == 0) {
      expected.add("integer division by zero");
      expected.add(a.bitLength() < 64 ? "integer modulo by zero" : "integer division by zero");
    } else {
      BigInteger[] parts = a.divideAndRemainder(b);
      boolean down = parts[1].signum() != 0 && parts[1].signum() != b.signum();
      expected.add(down ? parts[0].subtract(BigInteger.ONE) : parts[0]);
      expected.add(down ? parts[1].add(b) : parts[1]);
    }
    expected.add(a.shiftLeft(s));
    expected.add(a.shiftRight(s));
    expected.add(a.toString());
    Collections.addAll(expected, a, a, a, a.abs(), a.max(b), a.min(b));

    StarlarkList actual = list(ARITHMETIC, Map.of("a", a, "b", b, "s", s));

    assertThat(actual.asList()).isEqualTo(expected.stream().map(Values::fromJava).toList());
  }

  /** Around the places where a long ends. */
  @Provide
  Arbitrary<BigInteger> integers() {
    Arbitrary<BigInteger> edges =
        Arbitraries.of(0, 1, 31, 32, 62, 63, 64, 127, 128)
            .map(BigInteger.ONE::shiftLeft)
            .flatMap(
                i -> Arbitraries.integers().between(-2, 2).map(d -> i.add(BigInteger.valueOf(d))))
            .flatMap(i -> Arbitraries.of(i, i.negate()));
    return Arbitraries.oneOf(
        edges,
        Arbitraries.bigIntegers(),
        Arbitraries.longs().map(BigInteger::valueOf),
        Arbitraries.integers().between(-20, 20).map(BigInteger::valueOf));
  }

  @Property
  void intsAndFloatsAreComparedExactly(
      @ForAll("integers") BigInteger i, @ForAll("floats") double d) {
    int order =
        Double.isNaN(d) || d == Double.POSITIVE_INFINITY
            ? -1
            : d == Double.NEGATIVE_INFINITY ? 1 : new BigDecimal(i).compareTo(new BigDecimal(d));

    Object actual = eval("(i < d, i == d, i > d, d < i, d == i, d > i)", Map.of("i", i, "d", d));

    assertThat(actual)
        .isEqualTo(Tuple.of(order < 0, order == 0, order > 0, order > 0, order == 0, order < 0));
    if (order == 0) {
      assertThat(eval("{i: 1}[d]", Map.of("i", i, "d", d))).isEqualTo(1L);
    }
  }

  @Provide
  Arbitrary<Double> floats() {
    return Arbitraries.oneOf(
        Arbitraries.doubles(),
        Arbitraries.of(
            0.0,
            -0.0,
            0x1p53,
            0x1p63,
            -0x1p63,
            0x1p64,
            1e308,
            Double.MIN_VALUE,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY),
        Arbitraries.longs().map(l -> (double) l));
  }

  @Property
  void theTextOfAFloatDenotesIt(@ForAll("floats") double d) {
    String text = (String) eval("str(d)", Map.of("d", d));

    assertThat(eval("float(str(d)) == d", Map.of("d", d))).isEqualTo(true);
    if (!Double.isNaN(d) && !Double.isInfinite(d)) {
      assertThat(Double.doubleToLongBits(Double.parseDouble(text)))
          .isEqualTo(Double.doubleToLongBits(d));
      assertThat(text).containsAnyOf(".", "e");
      BigDecimal exact = new BigDecimal(d);
      String fixed = (String) eval("\"%f\" % d", Map.of("d", d));
      assertThat(new BigDecimal(fixed)).isEqualTo(exact.setScale(6, RoundingMode.HALF_EVEN));
      String scientific = (String) eval("\"%e\" % d", Map.of("d", d));
      assertThat(scientific).matches("-?\\d\\.\\d{6}e[+-]\\d{2,3}");
      assertThat(new BigDecimal(scientific))
          .isEqualByComparingTo(exact.round(new MathContext(7, RoundingMode.HALF_EVEN)));
    }
  }

  @Property(tries = 2000)
  void slicesAreWhatSteppingGives(
      @ForAll @Size(max = 8) List<Byte> items, @ForAll("bounds") List<Integer> bounds) {
    List<Long> longs = items.stream().map(b -> (long) b).toList();
    Integer start = bounds.get(0);
    Integer stop = bounds.get(1);
    int step = bounds.get(2) == null ? 1 : bounds.get(2) == 0 ? -1 : bounds.get(2);
    int n = longs.size();
    List<Long> expected = new ArrayList<>();
    // The words of the section "Slice expressions".
    long low = step > 0 ? 0 : -1;
    long high = step > 0 ? n : n - 1;
    long from =
        start == null
            ? (step > 0 ? low : high)
            : Math.max(low, Math.min(high, start < 0 ? start + n : start));
    long to =
        stop == null
            ? (step > 0 ? high : low)
            : Math.max(low, Math.min(high, stop < 0 ? stop + n : stop));
    for (long i = from; step > 0 ? i < to : i > to; i += step) {
      expected.add(longs.get((int) i));
    }
    Map<String, Object> names = new LinkedHashMap<>();
    names.put("l", longs);
    names.put("a", start);
    names.put("b", stop);
    names.put("c", step);

    assertThat(eval("l[a:b:c]", names)).isEqualTo(StarlarkList.copyOf(expected));
    assertThat(eval("list(tuple(l)[a:b:c])", names)).isEqualTo(StarlarkList.copyOf(expected));
    assertThat(eval("[l[i] for i in range(len(l))[a:b:c]]", names))
        .isEqualTo(StarlarkList.copyOf(expected));
    assertThat(
            eval(
                "\"\".join([chars[i % 8] for i in range(len(l))])[a:b:c] == \"\".join([chars[i % 8] for i in range(len(l))[a:b:c]])"
                    .replace("chars", "\"abcdefgh\""),
                names))
        .isEqualTo(true);
  }

  @Provide
  Arbitrary<List<Integer>> bounds() {
    return Arbitraries.integers().between(-10, 10).injectNull(0.2).list().ofSize(3);
  }

  @Property
  void sortedIsStableInBothDirections(
      @ForAll @Size(max = 40) List<@IntRange(max = 5) Integer> keys) {
    List<List<Integer>> items = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      items.add(List.of(keys.get(i), i));
    }
    List<List<Integer>> up = new ArrayList<>(items);
    up.sort(Comparator.comparing(i -> i.get(0)));
    List<List<Integer>> down = new ArrayList<>(items);
    down.sort(Comparator.comparing((List<Integer> i) -> i.get(0)).reversed());

    assertThat(eval("sorted(x, key = lambda i: i[0])", Map.of("x", items)))
        .isEqualTo(Values.fromJava(up));
    assertThat(eval("sorted(x, key = lambda i: i[0], reverse = True)", Map.of("x", items)))
        .isEqualTo(Values.fromJava(down));
  }

  /** Puts and removals in any order, against the map of Java that keeps order. */
  @Property
  void dictsAndSetsKeepTheOrderOfInsertion(
      @ForAll @Size(max = 60) List<@IntRange(min = -15, max = 15) Integer> changes) {
    Map<Object, Object> expected = new LinkedHashMap<>();
    Set<Object> elements = new LinkedHashSet<>();
    for (int i = 0; i < changes.size(); i++) {
      long key = Math.abs(changes.get(i));
      if (changes.get(i) < 0) {
        expected.remove(key);
        elements.remove(key);
      } else {
        expected.put(key, (long) i);
        elements.add(key);
      }
    }
    String script =
        """
        d = {}
        s = set()
        for i, c in enumerate(changes):
          if c < 0:
            d.pop(-c, None)
            s.discard(-c)
          else:
            d[c] = i
            s.add(c)
        result = [d.items(), list(s), len(d), sorted(d) == sorted(s), repr(d), d == dict(reversed(d.items()))]
        """;

    StarlarkList actual =
        list(Program.parse(script, "d.star", Scripts.WIDE).orThrow(), Map.of("changes", changes));

    List<Object> items = new ArrayList<>();
    expected.forEach((k, v) -> items.add(Tuple.of(k, v)));
    assertThat(actual.get(0)).isEqualTo(StarlarkList.copyOf(items));
    assertThat(actual.get(1)).isEqualTo(StarlarkList.copyOf(elements));
    assertThat(actual.get(2)).isEqualTo((long) expected.size());
    assertThat(actual.get(3)).isEqualTo(true);
    assertThat(actual.get(4)).isEqualTo(expected.toString().replace("=", ": "));
    assertThat(actual.get(5)).isEqualTo(true);
  }

  @Property
  void stringsAreSearchedAndCutAsInJava(
      @ForAll("words") String text, @ForAll("words") String part, @ForAll("words") String by) {
    Map<String, Object> names = Map.of("s", text, "p", part, "b", by);

    assertThat(eval("(s.find(p), s.rfind(p), p in s, s.startswith(p), s.endswith(p))", names))
        .isEqualTo(
            Tuple.of(
                (long) text.indexOf(part),
                (long) text.lastIndexOf(part),
                text.contains(part),
                text.startsWith(part),
                text.endsWith(part)));
    assertThat(eval("(s + p, len(s), s < p, hash(s))", names))
        .isEqualTo(
            Tuple.of(
                text + part,
                (long) text.length(),
                text.compareTo(part) < 0,
                (long) text.hashCode()));
    if (!part.isEmpty()) {
      assertThat(eval("s.replace(p, b)", names)).isEqualTo(text.replace(part, by));
      assertThat(eval("(p.join(s.split(p)), p.join(s.rsplit(p)))", names))
          .isEqualTo(Tuple.of(text, text));
      assertThat(eval("s.count(p) == len(s.split(p)) - 1", names)).isEqualTo(true);
      assertThat(eval("(''.join(s.partition(p)), ''.join(s.rpartition(p)))", names))
          .isEqualTo(Tuple.of(text, text));
    }
    assertThat(eval("''.join(s.splitlines(True))", names)).isEqualTo(text);
    assertThat(eval("(s.upper(), s.lower(), s.strip('ab'))", names))
        .isEqualTo(
            Tuple.of(
                text.toUpperCase(Locale.ROOT),
                text.toLowerCase(Locale.ROOT),
                text.replaceAll("^[ab]+|[ab]+\\z", "")));
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.strings().withChars("aabb \n\r\u00e9").ofMaxLength(9);
  }

  /** What repr writes is the literal of the same value. */
  @Property(tries = 200)
  void aReprIsRead(@ForAll("data") Object data) {
    String text = (String) eval("repr(x)", Map.of("x", data));

    assertThat(eval(text, Map.of())).isEqualTo(Values.fromJava(data));
    assertThat(eval("x == y and not x != y", Map.of("x", data, "y", data))).isEqualTo(true);
  }

  @Property(tries = 200)
  void jsonComesBackAsItWas(@ForAll("data") Object data) {
    Object value = Values.fromJava(data);
    Meter meter = Meter.unlimited();

    String text = Json.encode(value, meter);

    assertThat(Json.decode(text, meter)).isEqualTo(value);
    assertThat(Json.encode(Json.decode(text, meter), meter)).isEqualTo(text);
    assertThat(Json.decode(Json.indent(text, "", "  ", meter), meter)).isEqualTo(value);
    assertThat(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(text);
  }

  @Provide
  Arbitrary<Object> data() {
    Arbitrary<Object> leaf =
        Arbitraries.oneOf(
            Arbitraries.of(true, false).asGeneric(),
            Arbitraries.bigIntegers().asGeneric(),
            Arbitraries.doubles().filter(d -> d != 0).asGeneric(),
            Arbitraries.strings().excludeChars(noncharacters()).ofMaxLength(6).asGeneric());
    return Arbitraries.recursive(
        () -> leaf,
        inner ->
            Arbitraries.oneOf(
                inner.list().ofMaxSize(4).asGeneric(),
                Arbitraries.maps(Arbitraries.strings().alpha().ofMaxLength(4), inner)
                    .ofMaxSize(4)
                    .map(LinkedHashMap::new)
                    .asGeneric()),
        3);
  }

  private static char[] noncharacters() {
    char[] surrogates = new char[2048];
    for (int i = 0; i < surrogates.length; i++) {
      surrogates[i] = (char) (0xd800 + i);
    }
    return surrogates;
  }

  @Property
  void comprehensionsDoNotTouchTheNamesAround(@ForAll @Size(max = 6) List<Byte> items) {
    Object actual =
        eval(
            "f(l)",
            Map.of(
                "l",
                items.stream().map(b -> (long) b).toList(),
                "f",
                Scripts.run(
                        """
                        def f(x):
                          y = "kept"
                          inner = [[y for y in [x + 1]][0] for x in x]
                          fs = [lambda: x for x in x]
                          return (x, y, inner, [g() for g in fs], {y: x for x, y in [(y, 1)]})
                        """)
                    .require("f")));

    List<Object> plusOne = new ArrayList<>();
    List<Object> last = new ArrayList<>();
    for (Byte item : items) {
      plusOne.add(item + 1L);
      last.add((long) items.get(items.size() - 1));
    }
    Dict swapped = new Dict();
    swapped.put(1L, "kept");
    assertThat(actual)
        .isEqualTo(
            Tuple.of(
                Values.fromJava(items.stream().map(b -> (long) b).toList()),
                "kept",
                StarlarkList.copyOf(plusOne),
                StarlarkList.copyOf(last),
                swapped));
  }

  private static final List<String> CHANGES =
      List.of(
          "l.append(1)",
          "l.clear()",
          "l.extend([])",
          "l.insert(0, 1)",
          "l.pop()",
          "l.remove(1)",
          "l[0] = 1",
          "d[1] = 1",
          "d.clear()",
          "d.pop(1)",
          "d.popitem()",
          "d.setdefault(1, 1)",
          "d.update([])",
          "s.add(1)",
          "s.clear()",
          "s.discard(1)",
          "s.remove(1)",
          "s.pop()",
          "s.update([])",
          "s.difference_update([])",
          "s.intersection_update([])",
          "s.symmetric_difference_update([])");

  @Provide
  Arbitrary<String> changes() {
    return Arbitraries.of(CHANGES);
  }

  @Property(tries = 100)
  void aFrozenValueCannotBeChanged(@ForAll("changes") String change) {
    String script = "def run(l, d, s):\n  " + change + "\nl = [1]\nd = {1: 2}\ns = set([1])\n";
    Scripts.run(script + "run(l, d, s)");

    StarlarkModule module = Scripts.run(script);
    StarlarkThread thread = new StarlarkThread(new Meter(Limits.DEFAULT), PrintSink.NONE);
    assertThatThrownBy(
            () ->
                thread.call(
                    module.require("run"),
                    List.of(module.require("l"), module.require("d"), module.require("s")),
                    Map.of()))
        .as(change)
        .isInstanceOf(StarlarkException.class)
        .hasMessageContaining("frozen");
  }

  @Property(tries = 100)
  void aValueCannotBeChangedDuringIterationOverIt(
      @ForAll("changes") String change, @ForAll boolean comprehension) {
    String over = change.substring(0, 1);
    String body =
        comprehension
            ? "  [(lambda: run(l, d, s))() for x in " + over + "]\n"
            : "  for x in " + over + ":\n    run(l, d, s)\n";
    String script =
        "def run(l, d, s):\n  "
            + change
            + "\ndef f(l, d, s):\n"
            + body
            + "l = [1]\nd = {1: 2}\ns = set([1])\n";

    assertThat(Scripts.failure(script + "f(l, d, s)"))
        .as(change)
        .hasMessageContaining("during iteration");
  }
}
