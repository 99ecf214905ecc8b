package dev.sallyport.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sallyport.proto.audit.v1.Outcome;
import dev.sallyport.testkit.wire.RawHttp.Answer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Every call is in Postgres afterwards, with who, what, outcome and time. */
class RecordTest {

  private final World world = World.get();

  @Test
  void aCallIsRecordedWithCallerToolArgumentsResultStatusAndLatency() {
    // Given arguments that can be found again
    String marker = World.fresh("marker-") + "-" + System.nanoTime();

    // When a tool is called
    world.wire("narrow").call("echol__echo", "{\"marker\":\"" + marker + "\"}");

    // Then the record has it all
    JsonNode call = Records.awaitMarked(world.gateway.admin(), "key=narrow&server=echol", marker);
    assertThat(call.path("key").asText()).isEqualTo("narrow");
    assertThat(call.path("keyId").asText()).startsWith("vk_");
    assertThat(call.path("server").asText()).isEqualTo("echol");
    assertThat(call.path("tool").asText()).isEqualTo("echo");
    assertThat(call.path("exposedName").asText()).isEqualTo("echol__echo");
    assertThat(call.path("method").asText()).isEqualTo("tools/call");
    assertThat(call.path("arguments").asText()).isEqualTo("{\"marker\":\"" + marker + "\"}");
    assertThat(call.path("result").asText()).contains(marker);
    assertThat(call.path("outcome").asText()).isEqualTo("ok");
    assertThat(call.path("decision").asText()).isEqualTo("allow");
    assertThat(call.path("latencyMicros").asLong()).isPositive();
    assertThat(call.path("upstreamMicros").asLong())
        .isPositive()
        .isLessThanOrEqualTo(call.path("latencyMicros").asLong());
    assertThat(call.path("clientProtocolVersion").asText()).isEqualTo("2026-07-28");
  }

  @Test
  void theRecordStandsInPostgresAsTwoRowsOfOneChain() throws SQLException {
    // Given a recorded call
    String marker = World.fresh("row-") + "-" + System.nanoTime();
    world.wire("narrow").call("echol__echo", "{\"marker\":\"" + marker + "\"}");
    String id =
        Records.awaitMarked(world.gateway.admin(), "key=narrow&server=echol", marker)
            .path("callId")
            .asText();

    // When Postgres is asked
    try (Connection connection = world.gateway.postgres();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT tenant, key_name, server, tool, convert_from(arguments, 'UTF8'),"
                    + " convert_from(result, 'UTF8'), outcome, latency_micros, octet_length(hash)"
                    + " FROM audit.record WHERE call_id = ?::uuid ORDER BY sequence")) {
      query.setString(1, id);
      try (ResultSet rows = query.executeQuery()) {

        // Then the beginning names caller, tool and arguments, and the end result, status, latency
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("default");
        assertThat(rows.getString(2)).isEqualTo("narrow");
        assertThat(rows.getString(3)).isEqualTo("echol");
        assertThat(rows.getString(4)).isEqualTo("echo");
        assertThat(rows.getString(5)).isEqualTo("{\"marker\":\"" + marker + "\"}");
        assertThat(rows.getInt(9)).isEqualTo(32);
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(6)).contains(marker);
        assertThat(rows.getInt(7)).isEqualTo(Outcome.OUTCOME_OK_VALUE);
        assertThat(rows.getLong(8)).isPositive();
        assertThat(rows.getInt(9)).isEqualTo(32);
        assertThat(rows.next()).isFalse();
      }
    }
  }

  @Test
  void aToolErrorIsRecordedAsOne() {
    // Given / When a tool fails
    String marker = World.fresh("failing-") + "-" + System.nanoTime();
    world.wire("all").call("echom__fail", "{\"marker\":\"" + marker + "\"}");

    // Then
    JsonNode call = Records.awaitMarked(world.gateway.admin(), "server=echom", marker);
    assertThat(call.path("outcome").asText()).isEqualTo("tool_error");
  }

  @Test
  void aCallThatWasNotAllowedIsRecordedAsRefused() {
    // Given / When a hidden tool is called
    String marker = World.fresh("hidden-") + "-" + System.nanoTime();
    Answer answer = world.wire("narrow").call("echol__write", "{\"marker\":\"" + marker + "\"}");

    // Then the agent learns nothing, and the record knows
    assertThat(answer.text()).contains("Unknown tool");
    JsonNode call = Records.awaitMarked(world.gateway.admin(), "key=narrow", marker);
    assertThat(call.path("outcome").asText()).isEqualTo("refused");
  }

  @Test
  void aBigResultIsRecordedByLengthDigestAndBeginning() {
    // Given / When a result of a mebibyte is returned
    String marker = World.fresh("big-") + "-" + System.nanoTime();
    world.wire("all").call("echol__big", "{\"bytes\":1048576,\"marker\":\"" + marker + "\"}");

    // Then
    JsonNode call = Records.awaitMarked(world.gateway.admin(), "server=echol&tool=big", marker);
    assertThat(call.at("/resultContent/length").asLong()).isGreaterThan(1_048_576);
    assertThat(call.at("/resultContent/truncated").asBoolean()).isTrue();
    assertThat(call.at("/resultContent/saltedDigest").asText()).hasSize(64);
    assertThat(call.path("result").asText().length()).isLessThanOrEqualTo(64 * 1024);
  }
}
