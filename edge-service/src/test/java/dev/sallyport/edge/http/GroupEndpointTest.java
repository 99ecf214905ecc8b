package dev.sallyport.edge.http;

import static dev.sallyport.edge.fixture.Fixture.ADA;
import static dev.sallyport.edge.fixture.Fixture.BOB;
import static dev.sallyport.edge.fixture.Messages.legacy;
import static dev.sallyport.edge.fixture.Messages.legacyCall;
import static dev.sallyport.edge.fixture.Messages.modernCall;
import static dev.sallyport.edge.fixture.Messages.modernList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.sallyport.edge.caller.AccessProfile;
import dev.sallyport.edge.caller.AttachedGroup;
import dev.sallyport.edge.caller.Belonging;
import dev.sallyport.edge.fixture.Fixture;
import dev.sallyport.edge.fixture.HttpWire;
import dev.sallyport.edge.fixture.HttpWire.Answer;
import dev.sallyport.edge.fixture.McpSurface;
import dev.sallyport.edge.fixture.Messages;
import dev.sallyport.edge.fixture.SurfaceTest;
import dev.sallyport.mcp.name.ToolPattern;
import dev.sallyport.proto.audit.v1.AuditRecord;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A group is an endpoint for whom it is attached to, and like nothing for everybody else. */
@QuarkusTest
@TestProfile(McpSurface.class)
class GroupEndpointTest extends SurfaceTest {

  private static final String MEMBER = "sp-member";
  private static final String READERS = "/mcp/groups/readers";
  private static final Pattern NAME = Pattern.compile("\"name\":\"([a-z]+(?:__[a-z]+)?)\"");

  @BeforeEach
  void aMember() {
    callers.put(MEMBER, member(group("readers", "*__read"), group("lists", "*__list")));
  }

  private static AccessProfile member(AttachedGroup... groups) {
    return Fixture.profile(Fixture.ACME, "vk_member", "files__*", "*__read", "*__list")
        .of(Belonging.NOBODY, List.of(groups));
  }

  private static AttachedGroup group(String slug, String... tools) {
    return new AttachedGroup(slug, "", Stream.of(tools).map(ToolPattern::parse).toList());
  }

  @Test
  void listsAndCallsJustWhatTheGroupHasInBothEras() {
    assertThat(names(wire.send(modernList(READERS, MEMBER))))
        .containsExactly("files__read", "notes__read");
    String session = session(READERS, MEMBER);
    assertThat(names(wire.send(inSession(READERS, MEMBER, session, legacy("1", "tools/list", "")))))
        .containsExactly("files__read", "notes__read");

    assertThat(wire.send(modernCall(READERS, MEMBER, "files__read", "{}")).status()).isEqualTo(200);
    assertThat(executor.taken()).hasSize(1);
    assertThat(evidence.opened())
        .extracting(AuditRecord::getDoor, AuditRecord::getGroup)
        .containsExactly(tuple("mcp-group", "readers"));
    Answer hidden = wire.send(modernCall(READERS, MEMBER, "files__write", "{}"));
    Answer unknown = wire.send(modernCall(READERS, MEMBER, "files__wrong", "{}"));
    assertThat(hidden.status()).isEqualTo(unknown.status());
    assertThat(hidden.body().replace("files__write", "files__wrong")).isEqualTo(unknown.body());
    Answer legacy = wire.send(inSession(READERS, MEMBER, session, legacyCall("2", "files__write")));
    assertThat(legacy.body()).contains("Unknown tool: files__write");
    assertThat(executor.taken()).hasSize(1);
  }

  @Test
  void aGroupThatIsNotAttachedIsLikeOneThatThereIsNot() {
    for (String key : List.of(ADA, BOB)) {
      Answer foreign = wire.send(modernList(READERS, key));
      Answer unknown = wire.send(modernList("/mcp/groups/no-such-group", key));
      assertThat(foreign.status()).isEqualTo(404);
      assertThat(foreign.body()).isEqualTo(unknown.body());
      assertThat(wire.send(modernCall(READERS, key, "files__read", "{}")).status()).isEqualTo(404);
    }
    assertThat(wire.send(modernList(READERS, "sp-nobody-knows")).status()).isEqualTo(401);
    assertThat(executor.taken()).isEmpty();
  }

  @Test
  void aHeaderNarrowsAGroupLikeAnythingElse() {
    assertThat(
            names(
                wire.send(
                    modernList(READERS, MEMBER).header("x-sallyport-include-servers", "notes"))))
        .containsExactly("notes__read");
    assertThat(
            names(wire.send(modernList(READERS, MEMBER).header("x-sallyport-include-tools", ""))))
        .isEmpty();
  }

  @Test
  void aStreamFollowsItsGroupAndEndsWithIt() {
    String body =
        Messages.modern(
            "9", "subscriptions/listen", "\"notifications\":{\"toolsListChanged\":true}");
    HttpWire.Request listen =
        HttpWire.post(READERS, MEMBER, body)
            .header("MCP-Protocol-Version", Messages.MODERN)
            .header("Mcp-Method", "subscriptions/listen");
    try (HttpWire.Stream stream = wire.open(listen).collect()) {
      await().until(() -> stream.events().size() == 1);

      callers.change(MEMBER, member(group("readers", "*__read", "files__write")));
      await().until(() -> stream.events().size() == 2);
      assertThat(stream.events().getLast()).contains("list_changed");
      assertThat(names(wire.send(modernList(READERS, MEMBER))))
          .containsExactly("files__read", "files__write", "notes__read");

      callers.change(MEMBER, member(group("lists", "*__list")));
      await().until(stream::hasEnded);
    }
    assertThat(wire.send(modernList(READERS, MEMBER)).status()).isEqualTo(404);
  }

  private static List<String> names(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return NAME.matcher(answer.body().replaceAll("\"_meta\".*", ""))
        .results()
        .map((MatchResult result) -> result.group(1))
        .toList();
  }
}
