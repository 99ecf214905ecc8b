package dev.sallyport.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConditionTest {

  private static final String ARGUMENTS =
      """
      {"path": "/etc/passwd", "depth": 3, "force": true, "ratio": 2.5, "nothing": null,
       "big": 9223372036854775808, "tags": ["a", "b"], "owner": {"name": "kim"}}
      """;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "args.path.startsWith('/etc')",
        "args.depth == 3 && args.depth < 3.5",
        "args.force",
        "args.nothing == null",
        "args.big > 9.0e18",
        "type(args.big) == double && type(args.depth) == int",
        "'b' in args.tags && size(args.tags) == 2",
        "args.tags.exists(tag, tag == 'a')",
        "has(args.owner.name) && !has(args.owner.mail)",
        "args['path'].matches('^/etc/[a-z]+$')",
        "tool.server == 'fs' && tool.name == 'read'",
        "tool.annotations.readOnlyHint",
        "caller.tenant == 'acme' && caller.key == 'ci'",
        "caller.customer == '' && caller.user == '' && caller.teams == [] && caller.roles == []",
        "request.door == 'mcp'",
        "request.time.getHours('Europe/Berlin') == 11",
        "request.time < timestamp('2026-11-30T00:00:00Z')",
        "!has(args.missing) || args.missing > 3",
      })
  void holdsWhereItIsTrue(String text) {
    assertThat(evaluate(text)).isEqualTo(Outcome.HOLDS);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "args.path.startsWith('/home')",
        "args.depth == 4",
        "has(args.missing) && args.missing > 3",
        "tool.name == 'write'",
        "request.door != 'mcp'"
      })
  void holdsNotWhereItIsFalse(String text) {
    assertThat(evaluate(text)).isEqualTo(Outcome.HOLDS_NOT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "args.missing == 1 | is not there",
        "args.owner.mail == 'x' | is not there",
        "args.depth.startsWith('3') | of another type",
        "args.depth < 'x' | of another type",
        "args.path | no truth value",
        "args.depth / 0 == 1 | divides by zero",
        "args.tags[7] == 'x' | after the end",
        "args.depth + 9223372036854775807 > 0 | too large",
        "timestamp(args.path) > request.time | another form",
      })
  void saysWhyItCannotBeEvaluated(String text, String why) {
    assertThat(evaluate(text))
        .isInstanceOfSatisfying(
            Outcome.Fails.class,
            fails -> assertThat(fails.why()).contains(why).doesNotContain("passwd"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tool.nme == 'x' | line 1, column 1: undeclared reference to 'tool'; there are tool.server,",
        "args.path.startsWith(3) | line 1, column 21: found no matching overload for 'startsWith'",
        "tool.name == 3 | line 1, column 11: found no matching overload for '_==_'",
        "args.path && | line 1, column 13:",
        "tool.name | expected type 'bool' but found 'string'; a condition is true or false",
        "nosuch(args.path) | undeclared reference to 'nosuch'",
        "args.path.matches('(') | is not an RE2 pattern",
        "args.path.matches(args.pattern) | must be a text in quotes",
        "args.path.matches('((a{100}){100}){100}') | too large",
        "args.path.matches('(a{40}){40}') | too large",
        "has(caller.nosuch) | undeclared reference to 'caller'; there are",
        "google.protobuf.Duration{seconds: 1} == duration('1s') | undeclared reference",
      })
  void refusesWhatDoesNotCompileAndSaysWhere(String text, String message) {
    assertThat(Condition.compile(text))
        .isInstanceOfSatisfying(
            Condition.Compiled.Invalid.class,
            invalid -> assertThat(invalid.message()).contains(message));
  }

  @Test
  void refusesAnEmptyTextAndSaysWhatToDo() {
    assertThat(Condition.compile(" "))
        .isEqualTo(
            new Condition.Compiled.Invalid(
                "it is empty; leave it out for a rule that always holds"));
  }

  @Test
  void tellsTheLineOfAnErrorInAConditionOfSeveral() {
    assertThat(Condition.compile("args.a == 1\n  && nosuch(3)"))
        .isInstanceOfSatisfying(
            Condition.Compiled.Invalid.class,
            invalid -> assertThat(invalid.message()).startsWith("line 2, column 12: "));
  }

  @Test
  void refusesWhatIsTooLongOrTooDeep() {
    assertThat(Condition.compile("true || " + "x".repeat(Condition.LONGEST)))
        .isInstanceOfSatisfying(
            Condition.Compiled.Invalid.class,
            invalid -> assertThat(invalid.message()).contains("more than 4096 characters"));
    assertThat(Condition.compile("(".repeat(2_000) + "true" + ")".repeat(2_000)))
        .isInstanceOfSatisfying(
            Condition.Compiled.Invalid.class,
            invalid -> assertThat(invalid.message()).contains("nested deeper than 64 levels"));
  }

  @Test
  void knowsWhatItLooksAt() {
    Condition all = condition("args.x == caller.key && tool.annotations.y && request.door == ''");
    Condition none = condition("tool.name == 'args' && tool.server == 'request.time'");

    assertThat(all.needsArguments()).isTrue();
    assertThat(all.needsCaller()).isTrue();
    assertThat(all.needsAnnotations()).isTrue();
    assertThat(all.needsRequest()).isTrue();
    assertThat(none.needsArguments()).isFalse();
    assertThat(none.needsCaller()).isFalse();
    assertThat(none.needsAnnotations()).isFalse();
    assertThat(none.needsRequest()).isFalse();
  }

  private static Outcome evaluate(String text) {
    return condition(text).evaluate(facts(ARGUMENTS), new Work());
  }

  static Condition condition(String text) {
    return switch (Condition.compile(text)) {
      case Condition.Compiled.Valid(Condition condition) -> condition;
      case Condition.Compiled.Invalid(String message) -> throw new AssertionError(message);
    };
  }

  static Facts facts(String arguments) {
    byte[] json = arguments.getBytes(StandardCharsets.UTF_8);
    return switch (Arguments.read(json, 0, json.length)) {
      case Arguments.Read(Map<String, Object> values) ->
          new Facts(
              new Facts.Tool("fs", "read", Map.of("readOnlyHint", true)),
              new Facts.Caller("acme", "ci", "", List.of(), "", List.of()),
              values,
              new Facts.Request(Instant.parse("2026-11-29T10:30:00Z"), "mcp"));
      case Arguments.Unread(String why) -> throw new AssertionError(why);
      case Arguments.Ambiguous(String message) -> throw new AssertionError(message);
    };
  }
}
