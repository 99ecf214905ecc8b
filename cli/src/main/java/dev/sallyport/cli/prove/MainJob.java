package dev.sallyport.cli.prove;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.cli.prove.Proof.NotSo;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * The main job: agents of both eras see exactly the tools that their key allows, call them on a
 * real server, are refused everything else, lose access when the key is revoked, and every call is
 * in Postgres.
 */
final class MainJob {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ALLOWED = "demo__echo";
  private static final String HIDDEN = "demo__add";
  private static final Duration REVOKED_WITHIN = Duration.ofSeconds(1);

  /** Numbers of Outcome in sallyport/audit/v1/audit.proto. */
  private static final int OUTCOME_OK = 1;

  private final Proof proof;
  private final Path folder;
  private final HttpClient client;

  MainJob(Proof proof, Path folder, HttpClient client) {
    this.proof = proof;
    this.folder = folder;
    this.client = client;
  }

  void run() throws Exception {
    long begun = System.nanoTime();
    try (OwnGateway gateway = OwnGateway.start(folder, client)) {
      long startMillis = Duration.ofNanos(System.nanoTime() - begun).toMillis();
      proof.check("starts on fresh data", () -> "ready after " + startMillis + " ms");
      proof.check("its tools are there", () -> toolsAreThere(gateway));
      String key = gateway.createKey("narrow", "[\"" + ALLOWED + "\"]");
      Wire modern = Wire.modern(client, gateway.mcpUrl(), key);
      proof.check("agent of 2026-07-28: discovers", () -> discovers(modern));
      proof.check("agent of 2026-07-28: sees only what its key allows", () -> list(modern));
      String first = "modern " + UUID.randomUUID();
      proof.check("agent of 2026-07-28: calls a tool", () -> call(modern, first));
      proof.check("agent of 2026-07-28: another tool is as if unknown", () -> hidden(modern));
      Wire[] legacy = new Wire[1];
      proof.check(
          "agent of 2025-11-25: begins a session",
          () -> {
            legacy[0] = Wire.legacy(client, gateway.mcpUrl(), key);
            return "session of " + legacy[0].session().length() + " characters";
          });
      String second = "legacy " + UUID.randomUUID();
      if (legacy[0] != null) {
        proof.check("agent of 2025-11-25: sees only what its key allows", () -> list(legacy[0]));
        proof.check("agent of 2025-11-25: calls a tool", () -> call(legacy[0], second));
        proof.check("agent of 2025-11-25: another tool is as if unknown", () -> hidden(legacy[0]));
      }
      proof.check("without a key nothing is answered", () -> noKey(gateway));
      proof.check("with an unknown key nothing is answered", () -> unknownKey(gateway));
      proof.check("the admin API is closed to virtual keys", () -> adminIsClosed(gateway, key));
      proof.check("a revoked key ends within a second", () -> revoked(gateway, modern));
      proof.check("the modern call is in Postgres", () -> recorded(gateway, first));
      proof.check("the legacy call is in Postgres", () -> recorded(gateway, second));
      proof.check("the refused calls are in Postgres", () -> refusalsRecorded(gateway));
      proof.check("no key is in Postgres", () -> noKeyInPostgres(gateway, key));
    }
    proof.check("nothing of it is left running", this::nothingIsLeft);
  }

  private String toolsAreThere(OwnGateway gateway) throws Exception {
    Wire wire = Wire.modern(client, gateway.mcpUrl(), gateway.key());
    return Proof.eventually(
        Duration.ofSeconds(20),
        () -> {
          List<String> tools = wire.tools();
          if (!tools.contains(ALLOWED) || !tools.contains(HIDDEN)) {
            throw new NotSo("the first key sees " + tools);
          }
          return tools.size() + " tools of the demo server";
        });
  }

  private static String discovers(Wire wire) throws Exception {
    Wire.Answer answer = wire.discover();
    String versions = answer.result().path("supportedVersions").toString();
    if (answer.status() != 200 || !versions.contains(Wire.MODERN)) {
      throw new NotSo(answer.status() + " " + answer.message());
    }
    return "versions " + versions;
  }

  private static String list(Wire wire) throws Exception {
    List<String> tools = wire.tools();
    if (!tools.equals(List.of(ALLOWED))) {
      throw new NotSo("it sees " + tools);
    }
    return "it sees " + tools;
  }

  private static String call(Wire wire, String text) throws Exception {
    Wire.Answer answer = wire.call(ALLOWED, arguments(text));
    if (answer.status() != 200
        || answer.result().path("isError").asBoolean()
        || !answer.text().contains(text)) {
      throw new NotSo(answer.status() + " " + answer.message());
    }
    return "the server answered '" + answer.text() + "'";
  }

  private static String hidden(Wire wire) throws Exception {
    Wire.Answer hidden = wire.call(HIDDEN, JSON.createObjectNode().put("a", 1).put("b", 2));
    Wire.Answer unknown = wire.call("demo__nosuch", JSON.createObjectNode());
    String message = hidden.message().path("error").path("message").asText();
    String other = unknown.message().path("error").path("message").asText();
    if (hidden.errorCode() != -32602
        || hidden.errorCode() != unknown.errorCode()
        || hidden.status() != unknown.status()
        || !message.replace(HIDDEN, "X").equals(other.replace("demo__nosuch", "X"))) {
      throw new NotSo(hidden.message() + " and " + unknown.message());
    }
    return "-32602 '" + message + "', as for a tool that does not exist";
  }

  private String noKey(OwnGateway gateway) throws Exception {
    Wire.Answer answer = Wire.modern(client, gateway.mcpUrl(), "").discover();
    if (answer.status() != 401) {
      throw new NotSo("status " + answer.status());
    }
    return "status 401";
  }

  private String unknownKey(OwnGateway gateway) throws Exception {
    Wire wire = Wire.modern(client, gateway.mcpUrl(), "sp-" + "A".repeat(43));
    Wire.Answer answer = wire.call(ALLOWED, arguments("x"));
    if (answer.status() != 401) {
      throw new NotSo("status " + answer.status());
    }
    return "status 401";
  }

  private String adminIsClosed(OwnGateway gateway, String key) throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(URI.create(gateway.adminUrl() + "/api/v1/keys"))
                .header("Authorization", "Bearer " + key)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 401 && answer.statusCode() != 403) {
      throw new NotSo("status " + answer.statusCode());
    }
    return "status " + answer.statusCode();
  }

  private static String revoked(OwnGateway gateway, Wire wire) throws Exception {
    int status = gateway.admin("DELETE", "/api/v1/keys/narrow", null).statusCode();
    if (status / 100 != 2) {
      throw new NotSo("DELETE /api/v1/keys/narrow answered " + status);
    }
    long begun = System.nanoTime();
    Proof.eventually(
        REVOKED_WITHIN,
        () -> {
          Wire.Answer answer = wire.call(ALLOWED, arguments("after"));
          if (answer.status() != 401) {
            throw new NotSo("still answered with status " + answer.status());
          }
          return "";
        });
    return "refused with 401 after "
        + Duration.ofNanos(System.nanoTime() - begun).toMillis()
        + " ms";
  }

  private static String recorded(OwnGateway gateway, String text) throws Exception {
    return Proof.eventually(
        Duration.ofSeconds(10),
        () -> {
          try (Connection connection = gateway.postgres();
              PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT o.call_id, o.key_name, c.outcome, c.latency_micros,
                             convert_from(o.arguments, 'UTF8'), convert_from(c.result, 'UTF8')
                      FROM audit.record o JOIN audit.record c
                        ON c.tenant = o.tenant AND c.day = o.day AND c.call_id = o.call_id
                      WHERE o.sequence = 0 AND c.sequence > 0 AND o.tenant = 'default'
                        AND position(?::bytea in o.arguments) > 0
                      """)) {
            query.setBytes(1, text.getBytes(StandardCharsets.UTF_8));
            ResultSet row = query.executeQuery();
            if (!row.next()) {
              throw new NotSo("no closed record with these arguments");
            }
            if (row.getInt(3) != OUTCOME_OK
                || !row.getString(2).equals("narrow")
                || !row.getString(6).contains(text)) {
              throw new NotSo(
                  "key "
                      + row.getString(2)
                      + ", outcome "
                      + row.getInt(3)
                      + ", "
                      + row.getString(6));
            }
            return "call "
                + row.getString(1)
                + " of key narrow with arguments, result and "
                + row.getLong(4)
                + " us";
          }
        });
  }

  private static String refusalsRecorded(OwnGateway gateway) throws Exception {
    return Proof.eventually(
        Duration.ofSeconds(10),
        () -> {
          try (Connection connection = gateway.postgres();
              PreparedStatement query =
                  connection.prepareStatement(
                      """
                      SELECT count(*) FROM audit.record
                      WHERE sequence > 0 AND error_code = 'unknown_tool' AND tenant = 'default'
                      """)) {
            ResultSet row = query.executeQuery();
            row.next();
            if (row.getLong(1) < 4) {
              throw new NotSo(row.getLong(1) + " records with error unknown_tool");
            }
            return row.getLong(1) + " records with error unknown_tool";
          }
        });
  }

  /** A dump of every table must not hold the key. */
  private static String noKeyInPostgres(OwnGateway gateway, String key) throws Exception {
    // Bytes are shown in hexadecimal.
    String hex = HexFormat.of().formatHex(key.getBytes(StandardCharsets.UTF_8));
    long rows = 0;
    try (Connection connection = gateway.postgres();
        PreparedStatement tables =
            connection.prepareStatement(
                "SELECT table_schema, table_name FROM information_schema.tables"
                    + " WHERE table_schema IN ('audit', 'policy', 'registry')"
                    + " AND table_type = 'BASE TABLE'")) {
      ResultSet table = tables.executeQuery();
      while (table.next()) {
        String name = "\"" + table.getString(1) + "\".\"" + table.getString(2) + "\"";
        try (PreparedStatement dump =
            connection.prepareStatement("SELECT t::text FROM " + name + " t")) {
          ResultSet row = dump.executeQuery();
          while (row.next()) {
            rows++;
            String text = row.getString(1);
            if (text.contains(key) || text.contains(hex)) {
              throw new NotSo("the table " + name + " holds it");
            }
          }
        }
      }
    }
    return rows + " rows of all tables looked through";
  }

  private String nothingIsLeft() throws Exception {
    return Proof.eventually(
        Duration.ofSeconds(10),
        () -> {
          List<Long> left =
              ProcessHandle.allProcesses()
                  .filter(process -> process.pid() != ProcessHandle.current().pid())
                  .filter(
                      process ->
                          process
                              .info()
                              .commandLine()
                              .map(line -> line.contains(folder.toString()))
                              .orElse(false))
                  .map(ProcessHandle::pid)
                  .toList();
          if (!left.isEmpty()) {
            throw new NotSo("processes " + left);
          }
          return "no process knows " + folder;
        });
  }

  private static ObjectNode arguments(String text) {
    return JSON.createObjectNode().put("text", text);
  }
}
