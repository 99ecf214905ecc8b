package dev.sallyport.cli.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Against a server that answers as the gateway does; the gateway itself is in the system tests. */
@SuppressWarnings("NullAway.Init")
class RunScriptTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> asked = new ArrayList<>();

  @TempDir private Path folder = Path.of("");
  private HttpServer server;
  private int status = 200;
  private String outcome = "ok";
  private String body = "{\"role\":\"tool\",\"content\":\"42\"}";

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(
        exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().getFirst("Authorization")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("x-sallyport-outcome", outcome);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void sendsTheScriptWithTheKeyAndPrintsItsResult() throws IOException {
    Path script = Files.writeString(folder.resolve("s.star"), "result = \"é\"\n");

    assertThat(run(script.toString(), "--gateway-url", url() + "/", "--key", "sp-mine")).isZero();

    assertThat(text(out)).isEqualTo("42\n");
    assertThat(asked)
        .singleElement()
        .asString()
        .startsWith("/v1/mcp/tool/execute?format=chat Bearer sp-mine ");
    JsonNode call =
        new ObjectMapper().readTree(asked.getFirst().substring(asked.getFirst().indexOf('{')));
    assertThat(call.path("function").path("name").asText()).isEqualTo("executeToolCode");
    assertThat(
            new ObjectMapper()
                .readTree(call.path("function").path("arguments").asText())
                .path("code")
                .asText())
        .isEqualTo("result = \"é\"\n");
  }

  @Test
  void readsTheScriptFromStandardInput() {
    assertThat(run("-", "--gateway-url", url(), "--key", "sp-mine")).isZero();

    assertThat(asked.getFirst()).contains("result = 7");
  }

  @Test
  void aScriptThatFailsIsToldOnStandardErrorWithStatusOne() {
    outcome = "tool_error";
    body = "{\"content\":\"The script failed at line 1\"}";

    assertThat(run("-", "--gateway-url", url(), "--key", "sp-mine")).isEqualTo(1);

    assertThat(text(out)).isEmpty();
    assertThat(text(err)).isEqualTo("The script failed at line 1\n");
  }

  @Test
  void aRefusalSaysWhatTheGatewaySaysAndWhatToDo() {
    status = 404;
    body = "{\"code\":\"unknown_tool\",\"detail\":\"Unknown tool: executeToolCode\"}";

    assertThat(run("-", "--gateway-url", url(), "--key", "sp-mine")).isEqualTo(1);

    assertThat(text(err)).contains("Unknown tool: executeToolCode").contains("codeMode: true");
  }

  @Test
  void theKeyOfTheDataFolderGoesToItsOwnGatewayOnly() throws IOException {
    Files.writeString(
        folder.resolve("credentials"),
        "{\"adminUrl\":\""
            + url()
            + "\",\"mcpUrl\":\""
            + url()
            + "/mcp\",\"adminKey\":\"sa-x\",\"key\":\"sp-kept\"}");

    assertThat(run("-", "--data", folder.toString())).isZero();
    assertThat(run("-", "--data", folder.toString(), "--gateway-url", url() + "/other")).isZero();

    assertThat(asked.getFirst()).contains("Bearer sp-kept");
    assertThat(asked.get(1)).contains("/other/v1/mcp/tool/execute").contains(" null ");
  }

  @Test
  void whatCannotBeRunSaysWhyWithStatusTwo() throws IOException {
    Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xff, 1});

    assertThat(run(folder.resolve("none").toString(), "--gateway-url", url())).isEqualTo(2);
    assertThat(text(err)).contains("There is no file");
    assertThat(run(bytes.toString(), "--gateway-url", url())).isEqualTo(2);
    assertThat(text(err)).contains("is not UTF-8");
    assertThat(run("-", "--data", folder.resolve("no").toString())).isEqualTo(2);
    assertThat(text(err)).contains("./sallyport up");
    assertThat(run("-", "--gateway-url", "http://127.0.0.1:1")).isEqualTo(2);
    assertThat(text(err)).contains("cannot be reached");
    body = "<html>";
    assertThat(run("-", "--gateway-url", url())).isEqualTo(2);
    assertThat(text(err)).contains("is no gateway");
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    RunScript command =
        new RunScript(
            new ByteArrayInputStream("result = 7".getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Map.of());
    return new CommandLine(command)
        .execute(
            Stream.concat(Stream.of(arguments), Stream.of("--timeout", "20"))
                .toArray(String[]::new));
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
