package dev.sallyport.edge.caller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.name.ToolPattern;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class AccessProfileTest {

  private static final List<String> PATTERNS =
      List.of("*", "fs__*", "*__read", "fs__read", "git__log", "g*__*", "fs__w*");
  private static final Set<String> SERVERS = Set.of("fs", "git", "mail");
  private static final Set<String> TOOLS = Set.of("read", "write", "log", "");

  @Property
  void aHeaderAndAGroupOnlyTakeAwayWhateverTheirOrder(
      @ForAll("patterns") List<String> key,
      @ForAll("patterns") List<String> header,
      @ForAll("patterns") List<String> group) {
    AccessProfile profile =
        new AccessProfile("acme", "vk", "dev", parsed(key), null, "digest")
            .of(Belonging.NOBODY, List.of(new AttachedGroup("g", "", parsed(group))));
    Narrowing narrowing = new Narrowing(null, parsed(header));
    AccessProfile one = profile.narrowed(narrowing).narrowed(profile.group("g"));
    AccessProfile two = profile.narrowed(profile.group("g")).narrowed(narrowing);

    for (String server : SERVERS) {
      for (String tool : TOOLS) {
        boolean all =
            matches(key, server, tool)
                && matches(header, server, tool)
                && matches(group, server, tool);
        assertThat(one.allows(server, tool)).isEqualTo(all);
        assertThat(two.allows(server, tool)).isEqualTo(all);
      }
    }
    assertThat(one.origin()).isSameAs(profile);
    assertThat(one.atGroup()).isEqualTo("g");
    assertThat(two.atGroup()).isEqualTo("g");
  }

  @Test
  void aProfileIsNarrowedLikeTheOneBeforeWithWhatItsGroupHasNow() {
    AccessProfile before = profile(group("g", "fs__read"));
    AccessProfile narrowed =
        before.narrowed(new Narrowing(null, parsed(List.of("fs__*")))).narrowed(before.group("g"));

    AccessProfile after =
        Objects.requireNonNull(profile(group("g", "fs__write", "git__log")).likewise(narrowed));

    assertThat(after.allows("fs", "write")).isTrue();
    assertThat(after.allows("fs", "read")).isFalse();
    assertThat(after.allows("git", "log")).isFalse();
    assertThat(profile(group("other", "fs__read")).likewise(narrowed)).isNull();
    assertThat(profile(group("other", "fs__read")).likewise(before))
        .isEqualTo(profile(group("other", "fs__read")));
  }

  @Test
  void profilesThatSeeDifferentThingsNeverShareADigest() {
    AccessProfile whole = profile(group("g", "fs__read"));
    AccessProfile other = profile(group("g", "fs__write"));

    assertThat(
            Set.of(
                whole.digest(),
                whole.narrowed(whole.group("g")).digest(),
                other.narrowed(other.group("g")).digest(),
                whole.narrowed(new Narrowing(null, parsed(List.of("fs__read")))).digest()))
        .hasSize(4);
  }

  private static AccessProfile profile(AttachedGroup group) {
    return new AccessProfile("acme", "vk", "dev", parsed(List.of("*")), null, "digest")
        .of(Belonging.NOBODY, List.of(group));
  }

  private static AttachedGroup group(String slug, String... tools) {
    return new AttachedGroup(slug, "", parsed(List.of(tools)));
  }

  private static boolean matches(List<String> patterns, String server, String tool) {
    return parsed(patterns).stream().anyMatch(pattern -> pattern.matches(server, tool));
  }

  private static List<ToolPattern> parsed(List<String> patterns) {
    return patterns.stream().map(ToolPattern::parse).toList();
  }

  @Provide
  Arbitrary<List<String>> patterns() {
    return Arbitraries.of(PATTERNS).list().ofMaxSize(3);
  }
}
