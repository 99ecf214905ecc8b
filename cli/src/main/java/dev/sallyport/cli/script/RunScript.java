package dev.sallyport.cli.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sallyport.host.CredentialsFile;
import dev.sallyport.host.DataFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code sallyport run FILE}: the script runs in the gateway with what a key may call. Exit status
 * 0: its result is on the standard output; 1: it failed, or was refused, and why is on the standard
 * error; 2: it could not be run at all.
 */
@Command(
    name = "run",
    description = "Runs a script through a gateway (Code Mode) with the tools that a key may call.",
    mixinStandardHelpOptions = true)
public final class RunScript implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(3);
  private static final int FAILED = 1;
  private static final int NOT_RUN = 2;

  @Parameters(paramLabel = "FILE", description = "The script, Starlark; - for standard input.")
  private String file = "";

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "Virtual key (default: SALLYPORT_KEY, which others on this machine cannot see, or that of the"
              + " data folder).")
  private @Nullable String key;

  @Option(
      names = "--gateway-url",
      paramLabel = "URL",
      description = "Where the gateway is (default: SALLYPORT_URL, or what the data folder says).")
  private @Nullable String url;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of the gateway on this machine (default: ~/.sallyport).")
  private Path data = DataFolder.usual();

  @Option(
      names = "--dry-run",
      description =
          "Only tells the calls that the script would make, what would become of them and what they"
              + " would cost, up to where it depends on what a tool returns.")
  private boolean dryRun;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      description = "How long to wait (default: ${DEFAULT-VALUE}).")
  private int timeout = 600;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  public RunScript() {
    this(System.in, System.out, System.err, System.getenv());
  }

  RunScript(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
    this.in = in;
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  @Override
  public Integer call() throws InterruptedException {
    int status = run();
    out.flush();
    err.flush();
    return status;
  }

  private int run() throws InterruptedException {
    String code;
    try {
      byte[] bytes = file.equals("-") ? in.readAllBytes() : Files.readAllBytes(Path.of(file));
      code = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return notRun(file + " is not UTF-8 text.");
    } catch (NoSuchFileException e) {
      return notRun("There is no file " + file + ".");
    } catch (IOException e) {
      return notRun(file + " cannot be read: " + e.getMessage());
    }
    Optional<CredentialsFile> kept = CredentialsFile.read(data.resolve("credentials"));
    String where = first(url, "SALLYPORT_URL", kept.map(CredentialsFile::adminUrl));
    // A key is sent to the gateway that it is of, and to no other.
    boolean ours = kept.map(CredentialsFile::adminUrl).filter(where::equals).isPresent();
    String with =
        first(key, "SALLYPORT_KEY", ours ? kept.flatMap(CredentialsFile::key) : Optional.empty());
    if (where.isEmpty()) {
      return notRun(
          "No gateway has been started with the data folder "
              + data.toAbsolutePath().normalize()
              + ". Start one with ./sallyport up, name its folder with --data, or give --gateway-url"
              + " and --key.");
    }
    return send(where, with, code);
  }

  private String first(@Nullable String option, String variable, Optional<String> of) {
    if (option != null) {
      return option;
    }
    String said = environment.get(variable);
    return said != null ? said : of.orElse("");
  }

  private int send(String where, String with, String code) throws InterruptedException {
    HttpResponse<String> answer;
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT)
            .build()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(
                  URI.create(where.replaceAll("/+$", "") + "/v1/mcp/tool/execute?format=chat"))
              .timeout(Duration.ofSeconds(Math.max(1, timeout)))
              .header("Content-Type", "application/json")
              .header("User-Agent", "sallyport-run")
              .POST(BodyPublishers.ofString(call(code)));
      if (!with.isEmpty()) {
        request.header("Authorization", "Bearer " + with);
      }
      answer = http.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | IllegalArgumentException e) {
      return notRun(
          "The gateway at "
              + where
              + " cannot be reached: "
              + e
              + ". Is it up (./sallyport doctor)?");
    }
    return tell(answer);
  }

  private String call(String code) {
    ObjectNode call = JSON.createObjectNode().put("id", "run").put("type", "function");
    ObjectNode arguments = JSON.createObjectNode().put("code", code);
    if (dryRun) {
      arguments.put("dryRun", true);
    }
    call.putObject("function")
        .put("name", "executeToolCode")
        .put("arguments", arguments.toString());
    return call.toString();
  }

  private int tell(HttpResponse<String> answer) {
    JsonNode body;
    try {
      body = JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      return notRun("What answers there (status " + answer.statusCode() + ") is no gateway.");
    }
    if (answer.statusCode() != 200) {
      String detail = body.path("detail").asText();
      err.println(
          (detail.isEmpty() ? "Refused with status " + answer.statusCode() + "." : detail)
              + (body.path("code").asText().equals("unknown_tool")
                  ? " No server whose tools this key may call is for scripts; set codeMode: true"
                      + " on one (./sallyport servers add … --code-mode)."
                  : ""));
      return FAILED;
    }
    boolean ok = answer.headers().firstValue("x-sallyport-outcome").orElse("").equals("ok");
    (ok ? out : err).println(body.path("content").asText());
    return ok ? 0 : FAILED;
  }

  private int notRun(String why) {
    err.println(why);
    return NOT_RUN;
  }
}
