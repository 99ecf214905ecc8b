package dev.sallyport.edge.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.edge.call.ToolCall.Door;
import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.ReadRules;
import dev.sallyport.edge.catalog.ToolEntry;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.mcp.frame.Frame;
import dev.sallyport.mcp.frame.FrameScanner;
import dev.sallyport.mcp.frame.ScanResult;
import dev.sallyport.proto.policy.v1.Rule;
import dev.sallyport.proto.policy.v1.RuleEffect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RulesTest {

  private static final Instant NOW = Instant.parse("2026-11-29T10:30:00Z");
  private static final ToolEntry READ = Fixture.tool("files", "read");
  private static final String ARGUMENTS = "{\"path\":\"/etc/passwd\",\"n\":3}";

  private final Rules rules = new Rules();

  @Test
  void withoutRulesEverythingTheKeyHasIsAllowedAndNothingIsRead() {
    AccessProfile plain = Fixture.profile(Fixture.ACME, "vk_ada", "*");

    // Arguments that no rule could read are nobody's business then.
    assertThat(decide(plain, "{\"a\":1,\"a\":2}")).isEqualTo(new Verdict.Allow(""));
    assertThat(plain.withRules(ReadRules.of(List.of()))).isSameAs(plain);
  }

  @Test
  void aRuleOfAnotherToolSaysNothing() {
    AccessProfile profile = under(deny("no").addTools("notes__*"));

    assertThat(decide(profile, ARGUMENTS)).isEqualTo(new Verdict.Allow(""));
    assertThat(rules.hides(profile, Fixture.tool("notes", "read"))).isTrue();
  }

  @Test
  void aConditionOnArgumentsLeavesTheToolVisibleAndRefusesTheCall() {
    AccessProfile profile =
        under(deny("no-etc").setCondition("args.path.startsWith('/etc')").setReason("Not there."));

    assertThat(decide(profile, ARGUMENTS))
        .isEqualTo(new Verdict.Deny("no-etc", "Not there.", false));
    assertThat(decide(profile, "{\"path\":\"/home\"}")).isEqualTo(new Verdict.Allow(""));
    assertThat(rules.hides(profile, READ)).isFalse();
  }

  @Test
  void aConditionOnTheToolHidesIt() {
    AccessProfile profile = under(deny("no-read").setCondition("tool.name == 'read'"));

    assertThat(decide(profile, ARGUMENTS)).isEqualTo(new Verdict.Deny("no-read", "", true));
    assertThat(rules.hides(profile, READ)).isTrue();
    assertThat(rules.hides(profile, Fixture.tool("files", "write"))).isFalse();
  }

  @Test
  void whatMayStillBeAllowedOrAskedIsNotHidden() {
    Rule.Builder deny = deny("no").setPriority(1);
    Rule.Builder open = rule("some", RuleEffect.RULE_EFFECT_ALLOW).setCondition("args.n == 3");

    assertThat(rules.hides(under(deny, open.clone().setPriority(2)), READ)).isFalse();
    assertThat(decide(under(deny, open.clone().setPriority(2)), ARGUMENTS))
        .isEqualTo(new Verdict.Allow("some"));
    assertThat(decide(under(deny, open.clone().setPriority(2)), "{\"n\":4}"))
        .isEqualTo(new Verdict.Deny("no", "", false));
    // The same priority is too weak, and a stricter rule before it changes nothing.
    assertThat(rules.hides(under(deny, open.clone().setPriority(1)), READ)).isTrue();
    assertThat(
            rules.hides(under(deny, deny("too").setPriority(5).setCondition("args.n == 3")), READ))
        .isTrue();
  }

  @Test
  void askCarriesItsReasonAndHowLongItMayWait() {
    AccessProfile profile =
        under(
            rule("ask", RuleEffect.RULE_EFFECT_ASK)
                .setReason("A person looks at this.")
                .setExpiresMillis(60_000));

    assertThat(decide(profile, ARGUMENTS))
        .isEqualTo(new Verdict.Ask("ask", "A person looks at this.", Duration.ofMinutes(1)));
    assertThat(rules.hides(profile, READ)).isFalse();
  }

  @Test
  void seesWhoCallsWhenAndWhere() {
    AccessProfile profile =
        under(
            deny("all-of-it")
                .setCondition(
                    "caller.tenant == 'acme' && caller.key == 'vk_ada-name'"
                        + " && request.door == 'mcp-server' && request.time.getFullYear() == 2026"));

    assertThat(rules.look(profile, READ, frame(ARGUMENTS), Door.MCP_SERVER, NOW).verdict())
        .isInstanceOf(Verdict.Deny.class);
    assertThat(rules.look(profile, READ, frame(ARGUMENTS), Door.EXECUTE, NOW).verdict())
        .isEqualTo(new Verdict.Allow(""));
  }

  @Test
  void seesWhatTheUpstreamSaysOfTheTool() {
    AccessProfile profile = under(deny("writes").setCondition("!tool.annotations.readOnlyHint"));

    assertThat(rules.hides(profile, annotated("{\"readOnlyHint\":true}"))).isFalse();
    assertThat(rules.hides(profile, annotated("{\"readOnlyHint\":false}"))).isTrue();
    // What it does not say, and what it says twice, has no value: the rule holds.
    assertThat(rules.hides(profile, annotated("{}"))).isTrue();
    assertThat(rules.hides(profile, annotated("{\"readOnlyHint\":true,\"readOnlyHint\":true}")))
        .isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = RuleEffect.class,
      names = {"RULE_EFFECT_ALLOW", "RULE_EFFECT_DENY", "RULE_EFFECT_ASK"})
  void whatCannotBeEvaluatedHoldsUnlessItAllows(RuleEffect effect) {
    for (String condition :
        List.of(
            "args.missing == 1", // not there
            "args.n.startsWith('3')", // another type
            "args.path", // no truth value
            "nosuch(args.path)", // of a version that knows more
            "args.path.matches('(')")) {
      AccessProfile profile =
          under(rule("r", effect).setCondition(condition).setPriority(9).setReason(""));

      Looked looked = look(profile, ARGUMENTS);

      switch (looked.verdict()) {
        case Verdict.Allow allow -> {
          assertThat(effect).isEqualTo(RuleEffect.RULE_EFFECT_ALLOW);
          assertThat(allow.rule()).isEmpty();
        }
        case Verdict.Deny deny -> {
          assertThat(effect).isEqualTo(RuleEffect.RULE_EFFECT_DENY);
          assertThat(deny.reason()).startsWith("It could not be evaluated: ");
          assertThat(looked.rule()).startsWith("rule:r (");
        }
        case Verdict.Ask ask -> {
          assertThat(effect).isEqualTo(RuleEffect.RULE_EFFECT_ASK);
          assertThat(looked.rule()).startsWith("rule:r (").doesNotContain("passwd");
        }
      }
    }
  }

  @Test
  void whatEdgeDoesNotUnderstandDeniesMoreAndAllowsLess() {
    Rule.Builder odd = rule("odd", RuleEffect.RULE_EFFECT_UNSPECIFIED).setEffectValue(77);

    assertThat(decide(under(odd.clone().setCondition("args.n == 3")), ARGUMENTS))
        .isEqualTo(new Verdict.Deny("odd", "", false));
    assertThat(decide(under(odd.clone().setCondition("args.n == 4")), ARGUMENTS))
        .isEqualTo(new Verdict.Allow(""));
    assertThat(decide(under(deny("tools").addTools("no pattern")), ARGUMENTS))
        .isInstanceOf(Verdict.Deny.class);
    assertThat(
            decide(
                under(
                    rule("allow", RuleEffect.RULE_EFFECT_ALLOW)
                        .addTools("no pattern")
                        .setPriority(1),
                    deny("no")),
                ARGUMENTS))
        .isEqualTo(new Verdict.Deny("no", "", true));
  }

  @Test
  void argumentsThatSayTwoThingsAreRefusedWhereARuleReadsThem() {
    AccessProfile reads = under(deny("no").setCondition("args.a == 9"));
    AccessProfile readsNot = under(deny("no").setCondition("request.door == 'execute'"));
    String twice = "{\"a\":1,\"b\":{\"c\":[{\"x\":1,\"\\u0078\":2}]}}";

    assertThat(decide(reads, twice))
        .isInstanceOfSatisfying(
            Verdict.Deny.class,
            deny -> {
              assertThat(deny.rule()).isEmpty();
              assertThat(deny.hides()).isFalse();
              assertThat(deny.reason()).contains("name \"x\" twice");
            });
    assertThat(decide(readsNot, twice)).isEqualTo(new Verdict.Allow(""));
    assertThat(decide(reads, "[1]")).isInstanceOf(Verdict.Deny.class);
    assertThat(decide(reads, null)).isInstanceOf(Verdict.Deny.class);
    assertThat(decide(under(deny("no").setCondition("has(args.a)")), null))
        .isEqualTo(new Verdict.Allow(""));
  }

  @Test
  void argumentsThatAreTooLargeOrTooDeepHaveNoValue() {
    AccessProfile denies = under(deny("no").setCondition("args.a == 'z'"));
    AccessProfile allows =
        under(
            rule("yes", RuleEffect.RULE_EFFECT_ALLOW).setCondition("has(args.a)").setPriority(1),
            deny("no").setCondition("request.door == 'mcp'"));

    for (String arguments :
        List.of(
            "{\"a\":\"" + "x".repeat(256 * 1024) + "\"}",
            "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}")) {
      assertThat(decide(denies, arguments)).isInstanceOf(Verdict.Deny.class);
      assertThat(look(denies, arguments).rule()).startsWith("rule:no (the arguments are ");
      assertThat(decide(allows, arguments)).isEqualTo(new Verdict.Deny("no", "", false));
    }
  }

  /** What a condition says, told to the reference without evaluating it. */
  private record Case(String condition, boolean open, boolean holds, boolean fails) {

    boolean holdsFor(RuleEffect effect) {
      return fails ? effect != RuleEffect.RULE_EFFECT_ALLOW : holds;
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case("", false, true, false),
          new Case("tool.name == 'read'", false, true, false),
          new Case("tool.name == 'write'", false, false, false),
          new Case("tool.annotations.missing", false, false, true),
          new Case("args.n == 3", true, true, false),
          new Case("args.n == 4", true, false, false),
          new Case("args.missing == 3", true, false, true),
          new Case("request.door == 'mcp'", true, true, false),
          new Case("request.door == 'execute'", true, false, false));

  private record Drawn(Rule.Builder rule, Case condition) {

    RuleEffect effect() {
      return rule.getEffect();
    }
  }

  @Test
  void theStrictestOfTheHighestPriorityAtWhichOneHoldsDecidesInWhateverOrderTheyCome() {
    Random random = new Random(7);
    for (int round = 0; round < 1_500; round++) {
      List<Drawn> drawn = draw(random);
      String expected = reference(drawn, one -> one.condition().holdsFor(one.effect()));

      List<Rule.Builder> some = new ArrayList<>(drawn.stream().map(Drawn::rule).toList());
      Verdict first = decide(under(some), ARGUMENTS);
      Collections.shuffle(some, random);
      Verdict shuffled = decide(under(some), ARGUMENTS);

      assertThat(kind(first)).as("%s", some).isEqualTo(expected);
      assertThat(shuffled).isEqualTo(first);
    }
  }

  @Test
  void aToolIsOutOfTheListExactlyWhereACallOfItIsAnsweredAsUnknownAndEveryCallIsDenied() {
    Random random = new Random(8);
    for (int round = 0; round < 1_500; round++) {
      List<Drawn> drawn = draw(random);
      AccessProfile profile = under(drawn.stream().map(Drawn::rule).toList());

      boolean hidden = rules.hides(profile, READ);

      Verdict verdict = decide(profile, ARGUMENTS);
      assertThat(verdict instanceof Verdict.Deny deny && deny.hides()).isEqualTo(hidden);
      assertThat(hidden).as("%s", profile).isEqualTo(isDeniedWhateverTheCall(drawn));
      if (rules.foresee(profile, READ) instanceof Rules.Foreseen.Certain(Looked looked)) {
        assertThat(looked.verdict()).isEqualTo(verdict);
      } else {
        assertThat(hidden).isFalse();
      }
    }
  }

  @Test
  void aCallThatIsLookedAtAgainIsDecidedAsItWasAndWithoutItsArgumentsOnlyWhereTheyAreAllTheSame() {
    Random random = new Random(9);
    List<String> said = List.of(ARGUMENTS, "{\"n\":4}", "{}");
    int open = 0;
    for (int round = 0; round < 1_500; round++) {
      AccessProfile profile = under(draw(random).stream().map(Drawn::rule).toList());
      List<Looked> looked = said.stream().map(one -> look(profile, one)).toList();

      for (int i = 0; i < said.size(); i++) {
        assertThat(again(profile, said.get(i).getBytes(StandardCharsets.UTF_8)))
            .isEqualTo(new Rules.Foreseen.Certain(looked.get(i)));
      }
      switch (again(profile, null)) {
        case Rules.Foreseen.Certain(Looked always) ->
            assertThat(looked)
                .as("%s", profile)
                .allSatisfy(
                    one -> assertThat(kind(one.verdict())).isEqualTo(kind(always.verdict())));
        case Rules.Foreseen.Open(var rule, Looked otherwise) -> {
          assertThat(rule.needsArguments()).isTrue();
          open++;
        }
      }
    }
    assertThat(open).isPositive();
  }

  private Rules.Foreseen again(AccessProfile profile, byte @Nullable [] arguments) {
    return rules.lookAgain(profile, READ, arguments, Door.MCP.wireName(), NOW);
  }

  @Test
  void argumentsThatSayTwoThingsAreRefusedAgainToo() {
    AccessProfile profile = under(deny("no").setCondition("args.n == 4"));

    assertThat(again(profile, "{\"n\":4,\"n\":5}".getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            Rules.Foreseen.Certain.class,
            certain ->
                assertThat(certain.looked().verdict())
                    .isInstanceOfSatisfying(
                        Verdict.Deny.class, deny -> assertThat(deny.rule()).isEmpty()));
    assertThat(again(profile, new byte[0]))
        .isEqualTo(new Rules.Foreseen.Certain(look(profile, null)));
  }

  /** Tries every outcome of the conditions that depend on the call. */
  private static boolean isDeniedWhateverTheCall(List<Drawn> drawn) {
    List<Drawn> open = drawn.stream().filter(one -> one.condition().open()).toList();
    for (int outcomes = 0; outcomes < 1 << open.size(); outcomes++) {
      int which = outcomes;
      String verdict =
          reference(
              drawn,
              one ->
                  one.condition().open()
                      ? (which >> open.indexOf(one) & 1) == 1
                      : one.condition().holdsFor(one.effect()));
      if (!verdict.equals("DENY")) {
        return false;
      }
    }
    return true;
  }

  private static List<Drawn> draw(Random random) {
    List<Drawn> drawn = new ArrayList<>();
    int count = random.nextInt(1, 6);
    for (int i = 0; i < count; i++) {
      Case condition = CASES.get(random.nextInt(CASES.size()));
      drawn.add(
          new Drawn(
              rule("r" + i, RuleEffect.forNumber(random.nextInt(1, 4)))
                  .setCondition(condition.condition())
                  .setPriority(random.nextInt(3)),
              condition));
    }
    return drawn;
  }

  private static String reference(List<Drawn> drawn, Predicate<Drawn> holds) {
    for (int priority = 2; priority >= 0; priority--) {
      int level = priority;
      List<RuleEffect> held =
          drawn.stream()
              .filter(one -> one.rule().getPriority() == level && holds.test(one))
              .map(Drawn::effect)
              .toList();
      for (RuleEffect strict :
          List.of(
              RuleEffect.RULE_EFFECT_DENY,
              RuleEffect.RULE_EFFECT_ASK,
              RuleEffect.RULE_EFFECT_ALLOW)) {
        if (held.contains(strict)) {
          return strict.name().substring("RULE_EFFECT_".length());
        }
      }
    }
    return "ALLOW";
  }

  private static String kind(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Allow _ -> "ALLOW";
      case Verdict.Deny _ -> "DENY";
      case Verdict.Ask _ -> "ASK";
    };
  }

  private Verdict decide(AccessProfile profile, @Nullable String arguments) {
    return rules.look(profile, READ, frame(arguments), Door.MCP, NOW).verdict();
  }

  private Looked look(AccessProfile profile, @Nullable String arguments) {
    return rules.look(profile, READ, frame(arguments), Door.MCP, NOW);
  }

  private static AccessProfile under(Rule.Builder... some) {
    return under(List.of(some));
  }

  private static AccessProfile under(List<Rule.Builder> some) {
    return Fixture.profile(Fixture.ACME, "vk_ada", "*")
        .withRules(ReadRules.of(some.stream().map(Rule.Builder::build).toList()));
  }

  private static Rule.Builder deny(String name) {
    return rule(name, RuleEffect.RULE_EFFECT_DENY);
  }

  private static Rule.Builder rule(String name, RuleEffect effect) {
    return Rule.newBuilder().setName(name).setEffect(effect);
  }

  private static ToolEntry annotated(String annotations) {
    byte[] definition =
        ("{\"name\":\"read\",\"annotations\":" + annotations + "}")
            .getBytes(StandardCharsets.UTF_8);
    return new ToolEntry("files", "read", "files__read", definition, definition, false);
  }

  private static Frame.Request frame(@Nullable String arguments) {
    String json =
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"files__read\""
            + (arguments == null ? "" : ",\"arguments\":" + arguments)
            + "}}";
    return Stream.of(FrameScanner.scan(json.getBytes(StandardCharsets.UTF_8)))
        .map(ScanResult.Scanned.class::cast)
        .map(scanned -> (Frame.Request) scanned.frame())
        .findFirst()
        .orElseThrow();
  }
}
