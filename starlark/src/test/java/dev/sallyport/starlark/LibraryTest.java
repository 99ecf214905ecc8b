package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The libraries, by what scripts see of them. */
class LibraryTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          json.encode({"b": [1, 2.5, None, True, "x"], "a": (1, 2)}) | "{\\"b\\":[1,2.5,null,true,\\"x\\"],\\"a\\":[1,2]}"
          json.encode([1 << 70, -1, 1.0, 1e100])  | "[1180591620717411303424,-1,1.0,1e+100]"
          json.encode("\\u0007\\n\\"\\\\/\\u00e9") | "\\"\\\\u0007\\\\n\\\\\\"\\\\\\\\/\\u00e9\\""
          json.encode("\\U0001F600"[:1])          | "\\"\\ufffd\\""
          json.encode(set([3, 1]))                | "[3,1]"
          json.encode(range(3))                   | "[0,1,2]"
          json.decode("{\\"x\\": [1, -2, 3.0, 1e3, 12345678901234567890]}") | {"x": [1, -2, 3.0, 1000.0, 12345678901234567890]}
          json.decode(" [] ")                     | []
          json.decode("\\"\\\\ud83d\\\\ude00\\\\u0041\\"") | "\\U0001F600A"
          json.decode("-0")                       | 0
          json.decode("nul", default = 7)         | 7
          json.decode("[1", 8)                    | 8
          json.indent("{\\"a\\":[1,{},[]]}", indent = "  ") | "{\\n  \\"a\\": [\\n    1,\\n    {},\\n    []\\n  ]\\n}"
          json.encode_indent([1], prefix = ">", indent = "-") | "[\\n>-1\\n>]"
          math.ceil(1.2)                          | 2
          math.ceil(-1.2)                         | -1
          math.floor(-1.2)                        | -2
          math.floor(1e20)                        | 100000000000000000000
          math.ceil(7)                            | 7
          math.round(2.5)                         | 3.0
          math.round(-2.5)                        | -3.0
          math.round(0.49999999999999994)         | 0.0
          math.sqrt(16)                           | 4.0
          math.pow(2, 10)                         | 1024.0
          math.fabs(-3)                           | 3.0
          math.exp(0)                             | 1.0
          math.log(1)                             | 0.0
          math.log(1000, 10)                      | 3.0
          math.log(8, 2)                          | 3.0
          math.sin(0) + math.cos(0) + math.tan(0) | 1.0
          math.atan2(0, 1)                        | 0.0
          math.hypot(3, 4)                        | 5.0
          math.degrees(math.pi)                   | 180.0
          math.mod(7, 3)                          | 1.0
          math.inf > 1e308                        | True
          math.nan == math.nan                    | True
          re.search("(\\\\d+)-(\\\\d+)", "on 2026-11").groups() | ("2026", "11")
          re.search("(?P<y>\\\\d+)", "on 2026").group("y") | "2026"
          re.search("(?P<y>\\\\d+)", "on 2026").groupdict() | {"y": "2026"}
          re.search("a(b)?", "xa").groups()       | (None,)
          re.search("b", "abc").span()            | (1, 2)
          re.search("z", "abc")                   | None
          re.match("b", "abc")                    | None
          re.match("a", "abc").end()              | 1
          re.fullmatch("a", "abc")                | None
          re.fullmatch("[a-c]+", "abc").group()   | "abc"
          re.findall("a.", "abacad")              | ["ab", "ac", "ad"]
          re.findall("(a)(.)", "abac")            | [("a", "b"), ("a", "c")]
          re.findall("a(.)", "abac")              | ["b", "c"]
          re.findall("x*", "axb")                 | ["", "x", "", ""]
          re.sub("(\\\\w)(\\\\d)", "\\\\2\\\\1", "a1 b2") | "1a 2b"
          re.sub("(?P<n>\\\\d)", "<\\\\g<n>>", "a1", count = 1) | "a<1>"
          re.sub("b", lambda m: m.group().upper(), "abcb") | "aBcB"
          re.sub("b", "$1", "abc")                | "a$1c"
          re.split("\\\\s*,\\\\s*", "a , b,c")    | ["a", "b", "c"]
          re.split("(,)", "a,b", 1)               | ["a", ",", "b"]
          re.search("ABC", "xabc", re.I).start()  | 1
          re.findall("^a", "a\\na", flags = re.M) | ["a", "a"]
          re.escape("a.b*c")                      | "a\\\\.b\\\\*c"
          re.search(".", "\\U0001F600x").end()    | 2
          str(time.now())                         | "2026-11-29T12:00:00Z"
          time.now().year                         | 2026
          time.now().unix                         | 1795953600
          str(time.now() + time.parse_duration("1h30m")) | "2026-11-29T13:30:00Z"
          str(time.parse_time("2026-12-01") - time.now()) | "36h0m0s"
          (time.parse_time("2026-12-01T00:00:00+01:00") - time.now()).hours | 35.0
          time.parse_time("2026-11-29 12:00:00") == time.now() | True
          time.from_timestamp(1795953600) == time.now() | True
          time.from_timestamp(0.5).nanosecond     | 500000000
          time.now() < time.now() + time.second   | True
          sorted([time.minute, time.second])[0] == time.second | True
          time.parse_duration("1.5s").milliseconds | 1500
          time.hour * 2 + time.minute // 2        | time.parse_duration("2h30s")
          time.hour / time.minute                 | 60.0
          time.now().format("%d %b %Y %H:%M:%S %a %%") | "29 Nov 2026 12:00:00 Sun %"
          time.parse_time("29/11/26 12", format = "%d/%m/%y %H") == time.now() | True
          str(time.now().in_location("Europe/Berlin")) | "2026-11-29T13:00:00+01:00"
          time.time(year = 2026, month = 11, day = 29, hour = 12) == time.now() | True
          {time.now(): 1}[time.from_timestamp(1795953600)] | 1
          bool(time.second - time.second)         | False
          """)
  void givesWhatItSays(String expression, String expected) {
    assertThat(Scripts.eval("(" + expression + ") == (" + expected + ")"))
        .as("%s is %s", expression, Scripts.show(expression))
        .isEqualTo(true);
    assertThat(Scripts.show(expression)).isEqualTo(Scripts.show(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "json.encode(math.nan)",
        "json.encode(-math.inf)",
        "json.encode({1: 2})",
        "json.encode(b'a')",
        "json.decode('')",
        "json.decode('[1,]')",
        "json.decode('{\"a\":1,\"a\":2}')",
        "json.decode('[1] 2')",
        "json.decode('01')",
        "json.decode('1.')",
        "json.decode('.5')",
        "json.decode('NaN')",
        "json.decode('1e999')",
        "json.decode('\"a')",
        "json.decode('\"\\\\x\"')",
        "json.decode('\"\\n\"')",
        "json.indent('{')",
        "math.sqrt(-1)",
        "math.log(0)",
        "math.log(1, 1)",
        "math.acos(2)",
        "math.floor(math.inf)",
        "math.sqrt('4')",
        "math.pow(-1, 0.5)",
        "re.search('(', 'a')",
        "re.search('a' * 2000, 'a')",
        "re.search('((a{100}){100}){100}', 'a')",
        "re.search('(' * 100 + ')' * 100, 'a')",
        "re.search('a', 1)",
        "re.search('(a)', 'a').group(2)",
        "re.sub('a', '\\\\1', 'a')",
        "re.sub('a', lambda m: 1, 'a')",
        "re.search('a', 'a', 1)",
        "time.parse_time('yesterday')",
        "time.parse_duration('1 hour')",
        "time.parse_duration('')",
        "time.parse_duration('999999999h')",
        "time.now() + 1",
        "time.now() + time.now()",
        "time.hour * time.hour",
        "time.hour / 0",
        "time.hour * (1 << 62)",
        "time.from_timestamp(1 << 60)",
        "time.time(year = 0)",
        "time.time(month = 13)",
        "time.now().in_location('Mars')",
        "time.now().format('%Q')",
        "time.now().format('2006-01-02')",
      })
  void refusesWhatHasNoResult(String expression) {
    StarlarkException error = Scripts.failure("x = " + expression);

    assertThat(error.kind()).isEqualTo(StarlarkException.Kind.EVALUATION);
    assertThat(error.getMessage()).isNotBlank().doesNotContain("\n");
  }

  /** Else a script could tell what other runs have done by its own steps. */
  @Test
  void aPatternCostsTheSameWhetherOrNotItIsKnown() {
    String script = "x = re.search('once upon a time', 'x')";
    Meter first = new Meter(Limits.DEFAULT);
    Meter second = new Meter(Limits.DEFAULT);

    Scripts.run(script, Scripts.LIBRARIES, first);
    Scripts.run(script, Scripts.LIBRARIES, second);

    assertThat(first.stepsUsed()).isEqualTo(second.stepsUsed());
  }

  @Test
  void aCountThatWouldMakeAPatternHugeIsRefusedBeforeItIsCompiled() {
    Duration begin = Scripts.cpuTime();

    StarlarkException error = Scripts.failure("re.search('(((x{1000}){1000}){1000}){1000}', 'x')");

    assertThat(error).hasMessage("the pattern is too large");
    assertThat(Scripts.cpuTime().minus(begin)).isLessThan(Duration.ofSeconds(1));
  }
}
