package dev.sallyport.cli.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sallyport.cli.Sallyport;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands against a real HTTP server that answers like the admin API. */
class AdminCommandsTest {

  private static final String ADMIN_KEY = "sa-canary-4e1f";

  @TempDir Path data = Path.of("");

  @SuppressWarnings("NullAway.Init")
  private HttpServer gateway;

  private final List<String> requests = new ArrayList<>();
  private int status = 200;
  private String answer = "{}";

  /** What is answered after {@link #answer}, one after the other. */
  private final Deque<String> later = new ArrayDeque<>();

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void start() throws IOException {
    gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gateway.createContext("/", this::serve);
    gateway.start();
    Files.writeString(
        data.resolve("credentials"),
        "{\"mcpUrl\":\"%s/mcp\",\"adminUrl\":\"%s\",\"adminKey\":\"%s\",\"keys\":{}}"
            .formatted(url(), url(), ADMIN_KEY));
  }

  @AfterEach
  void stop() {
    gateway.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + gateway.getAddress().getPort();
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(
        (exchange.getRequestMethod() + " " + exchange.getRequestURI() + " " + body).strip());
    boolean known =
        ("Bearer " + ADMIN_KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] bytes =
        (known ? answer : "{\"detail\":\"no\",\"code\":\"unauthenticated\"}")
            .getBytes(StandardCharsets.UTF_8);
    answer = later.isEmpty() ? answer : later.remove();
    exchange.sendResponseHeaders(known ? status : 401, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private int run(String... arguments) {
    CommandLine commands = Sallyport.commandLine();
    commands.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exit =
        commands.execute(
            Stream.concat(
                    Stream.of(arguments).limit(2),
                    Stream.concat(
                        Stream.of("--data", data.toString()), Stream.of(arguments).skip(2)))
                .toArray(String[]::new));
    commands.getOut().flush();
    commands.getErr().flush();
    return exit;
  }

  @Test
  void setsGroupsAndOwnersInTheWordsOfTheApi() {
    answer = "{\"name\":\"team:payments\",\"parent\":\"customer:initech\"}";
    assertThat(run("owners", "set", "team:payments", "--of", "customer:initech", "--roles", "a,b"))
        .isZero();
    assertThat(requests)
        .containsExactly(
            "PUT /api/v1/owners/team%3Apayments {\"parent\":\"customer:initech\",\"roles\":[\"a\",\"b\"]}");
    assertThat(out.toString())
        .isEqualToIgnoringNewLines("team:payments is set, of customer:initech.");

    requests.clear();
    answer =
        "{\"name\":\"readers\",\"tools\":[\"fs__*\"],\"attachedTo\":[\"tenant\"],\"endpoint\":\"/mcp/groups/readers\"}";
    assertThat(run("groups", "set", "readers", "--tools", "fs__*", "--for", "tenant")).isZero();
    assertThat(requests)
        .containsExactly(
            "PUT /api/v1/groups/readers {\"tools\":[\"fs__*\"],\"attachedTo\":[\"tenant\"]}");
  }

  @Test
  void showsKeysAsATable() {
    answer =
        """
        {"keys":[{"id":"vk_1","name":"dev","tools":["fs__*","git__log"],"state":"active","prefix":"sp-AbCdE",
          "owner":"team:payments","source":"api","createdAt":"2026-11-21T08:00:00Z","expiresAt":"2027-01-01T00:00:00Z"}]}
        """;

    assertThat(run("keys", "list")).isZero();

    assertThat(requests).containsExactly("GET /api/v1/keys");
    assertThat(out.toString().lines())
        .containsExactly(
            "NAME  STATE   KEY        TOOLS            OWNER          EXPIRES               SOURCE  ID",
            "dev   active  sp-AbCdE…  fs__*, git__log  team:payments  2027-01-01 00:00:00Z  api     vk_1");
  }

  @Test
  void readsALongListPageByPage() {
    later.add("{\"keys\":[{\"name\":\"b\"}],\"next\":\"vk_2\"}");
    later.add("{\"keys\":[{\"name\":\"c\"}]}");
    answer = "{\"keys\":[{\"name\":\"a\"}],\"next\":\"vk_1\"}";

    assertThat(run("keys", "list")).isZero();

    assertThat(requests)
        .containsExactly(
            "GET /api/v1/keys", "GET /api/v1/keys?after=vk_1", "GET /api/v1/keys?after=vk_2");
    assertThat(out.toString().lines().skip(1).map(line -> line.substring(0, 1)))
        .containsExactly("a", "b", "c");
  }

  @Test
  void setsARoleAndShowsRolesAsATable() {
    answer = "{\"name\":\"support\",\"permissions\":[\"keys:read\"],\"source\":\"api\"}";
    later.add(
        "{\"roles\":[{\"name\":\"auditor\",\"permissions\":[\"keys:read\",\"calls:read\"],\"source\":\"built-in\"},"
            + "{\"name\":\"idle\",\"permissions\":[],\"source\":\"file:sallyport.yaml\"}]}");

    assertThat(run("roles", "set", "support", "--permissions", "keys:read")).isZero();
    assertThat(run("roles", "list")).isZero();

    assertThat(requests)
        .containsExactly(
            "PUT /api/v1/roles/support {\"permissions\":[\"keys:read\"]}", "GET /api/v1/roles");
    assertThat(out.toString().lines())
        .containsExactly(
            "The role support now allows keys:read.",
            "NAME     PERMISSIONS            SOURCE",
            "auditor  keys:read, calls:read  built-in",
            "idle     nothing                file:sallyport.yaml");
  }

  @Test
  void makesAnAdministratorAndPrintsTheKeyAloneOnTheFirstLine() {
    status = 201;
    answer = "{\"id\":\"adm_1\",\"name\":\"ada\",\"role\":\"auditor\",\"key\":\"spa-secret\"}";

    assertThat(
            run("administrators", "create", "ada", "--role", "auditor", "--expires", "2027-01-01"))
        .isZero();

    assertThat(requests)
        .containsExactly(
            "POST /api/v1/administrators"
                + " {\"name\":\"ada\",\"role\":\"auditor\",\"expiresAt\":\"2027-01-01\"}");
    assertThat(out.toString().lines().findFirst()).contains("spa-secret");
  }

  @Test
  void changesAndRevokesAnAdministrator() {
    answer = "{\"id\":\"adm_1\",\"name\":\"ada\",\"role\":\"operator\"}";
    later.add(answer);

    assertThat(run("administrators", "update", "ada", "--role", "operator", "--expires", "never"))
        .isZero();
    assertThat(run("administrators", "revoke", "ada")).isZero();
    assertThat(run("administrators", "update", "ada")).isNotZero();

    assertThat(requests)
        .containsExactly(
            "PATCH /api/v1/administrators/ada {\"role\":\"operator\",\"expiresAt\":\"never\"}",
            "DELETE /api/v1/administrators/ada");
    assertThat(out.toString().lines())
        .containsExactly(
            "The administrator ada is in the role operator.",
            "The administrator ada (adm_1) is revoked.");
  }

  @Test
  void printsTheAnswerAsJsonWhereAsked() {
    answer = "{\"keys\":[]}";

    assertThat(run("keys", "list", "--json")).isZero();

    assertThat(out.toString().replaceAll("\\s", "")).isEqualTo("{\"keys\":[]}");
  }

  @Test
  void makesAKeyAndPrintsItAloneOnTheFirstLine() {
    status = 201;
    answer = "{\"id\":\"vk_1\",\"name\":\"dev\",\"tools\":[\"fs__*\",\"b__c\"],\"key\":\"sp-new\"}";

    assertThat(run("keys", "create", "dev", "--tools", "fs__*,b__c", "--expires", "2099-01-01"))
        .isZero();

    assertThat(requests)
        .containsExactly(
            "POST /api/v1/keys {\"name\":\"dev\",\"tools\":[\"fs__*\",\"b__c\"],\"expiresAt\":\"2099-01-01\"}");
    assertThat(out.toString().lines().findFirst()).contains("sp-new");
  }

  @Test
  void revokesAndUpdatesAKeyByItsEscapedName() {
    answer = "{\"id\":\"vk_1\",\"name\":\"a b\",\"tools\":[]}";

    assertThat(run("keys", "revoke", "a b/..")).isZero();
    assertThat(run("keys", "update", "dev", "--tools", "")).isZero();

    assertThat(requests)
        .containsExactly("DELETE /api/v1/keys/a%20b%2F..", "PATCH /api/v1/keys/dev {\"tools\":[]}");
  }

  @Test
  void addsAServerByUrlOrByCommand() {
    status = 201;
    answer = "{\"name\":\"fs\"}";

    assertThat(
            run("servers", "add", "api", "--url", "https://x.example/mcp", "--header", "A=env:B"))
        .isZero();
    assertThat(run("servers", "add", "fs", "--env", "T=env:T", "--", "npx", "-y", "pkg")).isZero();

    assertThat(requests)
        .containsExactly(
            "PUT /api/v1/servers/api"
                + " {\"url\":\"https://x.example/mcp\",\"headers\":{\"A\":\"env:B\"},\"enabled\":true}",
            "PUT /api/v1/servers/fs"
                + " {\"command\":\"npx\",\"args\":[\"-y\",\"pkg\"],\"env\":{\"T\":\"env:T\"},\"enabled\":true}");
  }

  @Test
  void refusesAServerWithBothOrNeither() {
    assertThat(run("servers", "add", "x")).isEqualTo(2);
    assertThat(run("servers", "add", "x", "--url", "http://h", "--", "cmd")).isEqualTo(2);

    assertThat(err.toString()).contains("Give either --url URL or -- COMMAND");
    assertThat(requests).isEmpty();
  }

  @Test
  void removesAServer() {
    status = 204;
    answer = "";

    assertThat(run("servers", "remove", "fs")).isZero();

    assertThat(out.toString().strip()).isEqualTo("The server fs is removed.");
  }

  @Test
  void replacesAKeyAndSaysHowLongTheOneBeforeGoesOn() {
    answer =
        "{\"id\":\"vk_1\",\"name\":\"dev\",\"key\":\"sp-new\",\"replacedUntil\":\"2026-12-01T10:00:00Z\"}";
    assertThat(run("keys", "rotate", "dev", "--grace", "3d")).isZero();
    assertThat(out.toString())
        .startsWith("sp-new")
        .contains("The one before goes on until 2026-12-01 10:00:00Z.");
    assertThat(requests).containsExactly("POST /api/v1/keys/dev/rotate {\"grace\":\"3d\"}");
  }

  @Test
  void tellsUsageAsATable() {
    answer =
        "{\"from\":\"2026-11-26T10:00:00Z\",\"rows\":[{\"of\":{\"key\":\"dev\",\"tool\":\"fs__read\"},"
            + "\"calls\":4,\"refused\":1,\"failed\":0,\"cost\":\"12.50\",\"tokens\":48213,\"meanLatencyMicros\":1250,"
            + "\"mostLatencyMicros\":9000}],\"truncated\":false}";
    assertThat(run("usage", "--since=7d", "--by", "key,tool", "--server", "fs")).isZero();
    assertThat(out.toString())
        .contains("dev  fs__read  4      1        0       12.50  48213   1.3      9.0");
    assertThat(requests).containsExactly("GET /api/v1/usage?by=key%2Ctool&since=7d&server=fs");

    answer = "{\"from\":\"2026-11-26T10:00:00Z\",\"rows\":[],\"truncated\":false}";
    assertThat(run("usage", "--since=24h")).isZero();
    assertThat(out.toString()).contains("Nothing was called since 2026-11-26 10:00:00Z.");
  }

  @Test
  void asksForTheToolsOfAKeyAndForCallsWithFilters() {
    answer = "{\"tools\":[],\"keyState\":\"revoked\"}";
    assertThat(run("tools", "list", "--key", "dev")).isZero();
    answer = "{\"calls\":[],\"total\":0}";
    assertThat(run("calls", "list", "--key", "dev", "--outcome", "ok", "--limit", "5")).isZero();

    assertThat(requests)
        .containsExactly(
            "GET /api/v1/tools?key=dev", "GET /api/v1/calls?key=dev&outcome=ok&limit=5");
    assertThat(out.toString())
        .contains("This key is revoked and sees no tool.")
        .contains("There is no such call.");
  }

  @Test
  void explainsWhyAKeyMayNotCallATool() {
    answer =
        """
        {"decision":"unknown","reason":"The key allows nothing: its list is empty.","key":"dev","steps":[
        {"step":"key","passes":true,"detail":"The key is active."},
        {"step":"allow-list","passes":false,"detail":"The key allows nothing: its list is empty."}]}
        """;

    assertThat(run("tools", "explain", "fs__read", "--key", "dev", "--include-tools", "")).isZero();

    assertThat(requests)
        .containsExactly("GET /api/v1/access/explain?key=dev&tool=fs__read&includeTools=");
    assertThat(out.toString())
        .startsWith("unknown: The key allows nothing")
        .containsPattern("key +passes +The key is active")
        .containsPattern("allow-list +stops");
  }

  @Test
  void simulatesOneRuleAndPutsThePagesTogether() {
    answer =
        """
        {"from":"2026-11-28T12:00:00Z","to":"2026-11-29T12:00:00Z","against":"now","examined":10000,"same":9998,"differ":1,"undecided":1,
        "undecidedBecause":[{"why":"key","calls":1,"detail":"The key is not there any more."}],"changedSince":2,
        "calls":[{"callId":"c2","time":"2026-11-29T11:00:00Z","key":"dev","keyId":"vk_1","door":"mcp","method":"tools/call","server":"fs","tool":"read",
        "then":{"decision":"allow","rule":"tools"},"now":{"decision":"allow","rule":"tools"},"proposed":{"decision":"deny","rule":"rule:no-etc"}}],
        "next":"c1","notes":["`limits` is passed over"]}
        """;
    later.add(
        """
        {"from":"2026-11-28T12:00:00Z","to":"2026-11-29T12:00:00Z","against":"now","examined":5,"same":3,"differ":0,"undecided":2,
        "undecidedBecause":[{"why":"arguments","calls":1,"detail":"Arguments."},{"why":"key","calls":1,"detail":"The key is not there any more."}],
        "changedSince":0,"calls":[],"notes":["`limits` is passed over"]}
        """);

    assertThat(
            run(
                "access",
                "simulate",
                "--rule",
                "no-etc",
                "--deny",
                "--tools",
                "fs__*",
                "--when",
                "args.path == '/etc'",
                "--remove",
                "group:old",
                "--key",
                "dev",
                "--limit",
                "5"))
        .isZero();

    assertThat(requests)
        .containsExactly(
            "POST /api/v1/access/simulate {\"proposal\":{\"rules\":{\"no-etc\":{\"tools\":[\"fs__*\"],"
                + "\"when\":\"args.path == '/etc'\",\"effect\":\"deny\"}}},\"remove\":{\"groups\":[\"old\"]},"
                + "\"key\":\"dev\",\"limit\":5}",
            "POST /api/v1/access/simulate {\"proposal\":{\"rules\":{\"no-etc\":{\"tools\":[\"fs__*\"],"
                + "\"when\":\"args.path == '/etc'\",\"effect\":\"deny\"}}},\"remove\":{\"groups\":[\"old\"]},"
                + "\"key\":\"dev\",\"limit\":4,\"from\":\"2026-11-28T12:00:00Z\",\"to\":\"2026-11-29T12:00:00Z\","
                + "\"before\":\"c1\"}");
    assertThat(out.toString())
        .startsWith(
            "10005 calls from 2026-11-28 12:00:00Z to 2026-11-29 12:00:00Z: 10001 the same, 1 differ, 3 undecided.")
        .contains("2 undecided: The key is not there any more.")
        .contains("1 undecided: Arguments.")
        .contains("2 are decided differently now than they were then")
        .contains("Note: `limits` is passed over.")
        .containsPattern(
            "dev +fs__read +allow \\(tools\\) +allow \\(tools\\) +deny \\(rule:no-etc\\) +c2")
        .doesNotContain("Go on");
  }

  @Test
  void simulatesAWholeFileOfTheGateway() throws IOException {
    answer =
        "{\"examined\":0,\"same\":0,\"differ\":0,\"undecided\":0,\"undecidedBecause\":[],\"calls\":[],\"notes\":[]}";
    Path file = Files.writeString(data.resolve("new.yaml"), "rules: {}\n");

    assertThat(
            run(
                "access",
                "simulate",
                "--file",
                file.toString(),
                "--as",
                "sallyport.yaml",
                "--json"))
        .isZero();

    assertThat(requests.getFirst())
        .contains("{\"file\":\"sallyport.yaml\",\"yaml\":\"rules: {}\\n\",");
    assertThat(out.toString()).contains("\"examined\" : 0");
  }

  @Test
  void aProposalIsOneThingOrNothingIsAsked() {
    for (List<String> wrong :
        List.of(
            List.of("access", "simulate"),
            List.of("access", "simulate", "--deny"),
            List.of("access", "simulate", "--rule", "x"),
            List.of("access", "simulate", "--rule", "x", "--deny", "--file", "y"),
            List.of("access", "simulate", "--file", data.resolve("none").toString()),
            List.of("access", "simulate", "--remove", "rule"),
            List.of("access", "simulate", "--remove", "rule:x", "--since", "1w"),
            List.of("access", "simulate", "--remove", "rule:x", "--limit", "0"))) {
      assertThat(run(wrong.toArray(String[]::new))).as("%s", wrong).isEqualTo(2);
    }

    assertThat(requests).isEmpty();
  }

  @Test
  void offersSomeToolsOfAServer() {
    answer = "{\"name\":\"fs\"}";

    assertThat(run("servers", "add", "fs", "--url", "http://h/mcp", "--tools", "read_*,write"))
        .isZero();

    assertThat(requests.getFirst()).contains("\"tools\":[\"read_*\",\"write\"]");
  }

  @Test
  void showsLimitsAndHowTheyStandAsATable() {
    answer =
        """
        {"limits":[
          {"id":"lim_1","name":"money","key":"dev","budget":"10.00","per":"month","zone":"Europe/Berlin","source":"api",
           "revision":1,"standing":{"used":"2.50","inDoubt":"0.00","free":"7.50","resetsAt":"2026-12-01T00:00:00Z"}},
          {"id":"lim_2","name":"once","tool":"shop__buy","budget":"5.00","source":"api","revision":1},
          {"id":"lim_3","name":"rate","server":"github","calls":60,"per":"1m","source":"file:s.yaml","revision":1,
           "standing":{"used":3,"inDoubt":0,"free":57}},
          {"id":"lim_4","name":"writes","tools":["*__write_*"],"concurrent":4,"source":"api","revision":1,
           "standing":{"used":4,"inDoubt":1,"free":0}}]}
        """;

    assertThat(run("limits", "list")).isZero();

    assertThat(requests).containsExactly("GET /api/v1/limits");
    assertThat(out.toString().lines())
        .containsExactly(
            "NAME    FOR             TOOLS       LIMIT                            USED  FREE  RESETS                SOURCE",
            "money   key dev         all         10.00 per month (Europe/Berlin)  2.50  7.50  2026-12-01 00:00:00Z  api",
            "once    tool shop__buy  all         5.00 in all                                                        api",
            "rate    server github   all         60 calls per 1m                  3     57                          file:s.yaml",
            "writes  everyone        *__write_*  4 at once                        4     0                           api");
  }

  @Test
  void saysHowToSetTheFirstLimit() {
    answer = "{\"limits\":[]}";

    assertThat(run("limits", "list")).isZero();

    assertThat(out.toString()).contains("There is no limit yet.");
  }

  @Test
  void setsALimitOfEveryKind() {
    answer = "{\"name\":\"rate\",\"server\":\"github\",\"calls\":60,\"per\":\"1m\"}";

    assertThat(run("limits", "set", "rate", "--server", "github", "--calls", "60", "--per", "1m"))
        .isZero();
    assertThat(
            run(
                "limits",
                "set",
                "money",
                "--key",
                "dev",
                "--budget",
                "10.00",
                "--per",
                "month",
                "--zone",
                "Europe/Berlin"))
        .isZero();
    assertThat(run("limits", "set", "a b", "--tools", "a__*,b__c", "--concurrent", "4")).isZero();
    assertThat(run("limits", "set", "one", "--tool", "a__b", "--concurrent", "1")).isZero();
    assertThat(run("limits", "set", "words", "--tokens", "9000", "--per=1h", "--reserve", "50"))
        .isZero();

    assertThat(requests)
        .containsExactly(
            "PUT /api/v1/limits/rate {\"server\":\"github\",\"calls\":60,\"per\":\"1m\"}",
            "PUT /api/v1/limits/money"
                + " {\"key\":\"dev\",\"budget\":\"10.00\",\"per\":\"month\",\"zone\":\"Europe/Berlin\"}",
            "PUT /api/v1/limits/a%20b {\"tools\":[\"a__*\",\"b__c\"],\"concurrent\":4}",
            "PUT /api/v1/limits/one {\"tool\":\"a__b\",\"concurrent\":1}",
            "PUT /api/v1/limits/words {\"tokens\":9000,\"reserve\":50,\"per\":\"1h\"}");
    assertThat(out.toString())
        .startsWith("The limit rate is set: 60 calls per 1m for server github.");
  }

  @Test
  void refusesALimitOfTwoOwnersOfTwoAmountsOrOfNone() {
    assertThat(run("limits", "set", "x", "--key", "a")).isEqualTo(2);
    assertThat(run("limits", "set", "x", "--key", "a", "--server", "b", "--concurrent", "1"))
        .isEqualTo(2);
    assertThat(run("limits", "set", "x", "--calls", "1", "--budget", "1")).isEqualTo(2);
    assertThat(run("limits", "set", "x", "--calls", "many")).isEqualTo(2);

    assertThat(requests).isEmpty();
  }

  @Test
  void showsAndRemovesALimit() {
    answer =
        """
        {"id":"lim_1","name":"money","key":"dev","budget":"10.00","source":"api","revision":2,
         "standing":{"used":"2.50","inDoubt":"1.00","free":"7.50"}}
        """;
    assertThat(run("limits", "show", "money")).isZero();
    status = 204;
    answer = "";
    assertThat(run("limits", "remove", "money")).isZero();

    assertThat(requests).containsExactly("GET /api/v1/limits/money", "DELETE /api/v1/limits/money");
    assertThat(out.toString())
        .containsPattern("for +key dev")
        .containsPattern("limit +10.00 in all")
        .containsPattern("in doubt +1.00")
        .containsPattern("free +7.50")
        .contains("The limit money is removed.");
  }

  @Test
  void printsWhatIsWrongWithALimit() {
    status = 400;
    answer = "{\"detail\":\"x\",\"errors\":[{\"member\":\"calls\",\"detail\":\"needs `per`\"}]}";

    assertThat(run("limits", "set", "x", "--calls", "1")).isEqualTo(1);

    assertThat(err.toString()).contains("calls: needs `per`");
  }

  @Test
  void showsRulesAsATable() {
    answer =
        """
        {"rules":[
          {"id":"rule_1","name":"ask","effect":"ask","priority":0,"expires":"15m","source":"api","revision":1},
          {"id":"rule_2","name":"no-etc","tools":["fs__*"],"when":"args.path\\n  .startsWith('/etc')","effect":"deny",
           "priority":10,"reason":"No.","source":"file:s.yaml","revision":3}]}
        """;

    assertThat(run("rules", "list")).isZero();

    assertThat(requests).containsExactly("GET /api/v1/rules");
    assertThat(out.toString().lines())
        .containsExactly(
            "NAME    PRIORITY  EFFECT  TOOLS  WHEN                           SOURCE",
            "ask     0         ask     all    always                         api",
            "no-etc  10        deny    fs__*  args.path .startsWith('/etc')  file:s.yaml");
  }

  @Test
  void saysHowToSetTheFirstRule() {
    answer = "{\"rules\":[]}";

    assertThat(run("rules", "list")).isZero();

    assertThat(out.toString()).contains("There is no rule yet.");
  }

  @Test
  void setsARuleOfEveryEffect() {
    answer =
        """
        {"name":"no-etc","tools":["fs__*","git__*"],"when":"args.path == '/etc'","effect":"deny","priority":10,"revision":1}
        """;

    assertThat(
            run(
                "rules",
                "set",
                "no-etc",
                "--deny",
                "--tools",
                "fs__*,git__*",
                "--when",
                "args.path == '/etc'",
                "--priority",
                "10",
                "--reason",
                "No."))
        .isZero();
    assertThat(run("rules", "set", "a b", "--ask", "--expires", "1h")).isZero();
    assertThat(run("rules", "set", "yes", "--allow")).isZero();

    assertThat(requests)
        .containsExactly(
            "PUT /api/v1/rules/no-etc {\"tools\":[\"fs__*\",\"git__*\"],\"when\":\"args.path == '/etc'\","
                + "\"effect\":\"deny\",\"priority\":10,\"reason\":\"No.\"}",
            "PUT /api/v1/rules/a%20b {\"effect\":\"ask\",\"expires\":\"1h\"}",
            "PUT /api/v1/rules/yes {\"effect\":\"allow\"}");
    assertThat(out.toString())
        .startsWith(
            "The rule no-etc is set: deny fs__*, git__* when args.path == '/etc', priority 10.");
  }

  @Test
  void refusesARuleOfTwoEffectsOrOfNone() {
    assertThat(run("rules", "set", "x")).isEqualTo(2);
    assertThat(run("rules", "set", "x", "--deny", "--ask")).isEqualTo(2);
    assertThat(run("rules", "set", "x", "--deny", "--priority", "high")).isEqualTo(2);

    assertThat(requests).isEmpty();
  }

  @Test
  void showsAndRemovesARule() {
    answer =
        """
        {"id":"rule_1","name":"ask","effect":"ask","priority":0,"expires":"15m","reason":"It costs.","source":"api","revision":2}
        """;
    assertThat(run("rules", "show", "ask")).isZero();
    status = 204;
    answer = "";
    assertThat(run("rules", "rm", "ask")).isZero();

    assertThat(requests).containsExactly("GET /api/v1/rules/ask", "DELETE /api/v1/rules/ask");
    assertThat(out.toString())
        .containsPattern("effect +ask")
        .containsPattern("when +always")
        .containsPattern("reason +It costs.")
        .containsPattern("expires +15m")
        .contains("The rule ask is removed.");
  }

  @Test
  void letsNoEscapeSequenceOfAnUpstreamReachTheTerminal() {
    answer =
        "{\"tools\":[{\"name\":\"a__b\",\"server\":\"a\",\"description\":\"one\\ntwo\\u001b[2Jthree\"}]}";

    assertThat(run("tools", "list")).isZero();

    assertThat(out.toString()).contains("one two [2Jthree").doesNotContain("\u001b");
  }

  @Test
  void showsACall() {
    answer =
        """
        {"callId":"0199","time":"2026-11-21T08:00:00.123456Z","outcome":"refused","errorCode":"unknown_tool",
         "key":"dev","caller":"vk_1","door":"mcp","method":"tools/call","exposedName":"fs__read","latencyMicros":1234,
         "arguments":"{}","argumentsContent":{"length":100000,"truncated":true}}
        """;

    assertThat(run("calls", "show", "0199")).isZero();

    assertThat(out.toString())
        .contains("outcome        refused (unknown_tool)")
        .contains("milliseconds   1.2")
        .contains("arguments      {}… (100000 bytes in all)");
  }

  @Test
  void printsEveryFindingOfARefusedBody() {
    status = 400;
    answer =
        "{\"detail\":\"x\",\"errors\":[{\"member\":\"tools[0]\",\"detail\":\"names no server\"},"
            + "{\"member\":\"name\",\"detail\":\"is missing\"}]}";

    assertThat(run("keys", "create", "dev", "--tools", "read")).isEqualTo(1);

    assertThat(err.toString()).contains("tools[0]: names no server").contains("name: is missing");
  }

  @Test
  void saysThatNoGatewayRuns() {
    gateway.stop(0);

    assertThat(run("keys", "list")).isEqualTo(3);

    assertThat(err.toString())
        .contains("No gateway answers at " + url())
        .contains("./sallyport up");
  }

  @Test
  void saysThatTheDataFolderIsNoGateways() throws IOException {
    Files.delete(data.resolve("credentials"));

    assertThat(run("keys", "list")).isEqualTo(3);

    assertThat(err.toString()).contains("--data").contains(data.toString());
  }

  @Test
  void saysThatTheKeyIsNotAcceptedAndNeverShowsIt() {
    assertThat(run("keys", "list", "--admin-key", "sa-wrong")).isEqualTo(1);

    assertThat(err.toString()).contains("does not accept this admin key").doesNotContain("sa-");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void noticesThatSomethingElseAnswers() {
    answer = "<html>";

    assertThat(run("keys", "list")).isEqualTo(3);

    assertThat(err.toString()).contains("is not a Sallyport admin API");
  }

  @Test
  void namesTheVerbsOfAGroup() {
    CommandLine commands = Sallyport.commandLine();
    commands.setErr(new PrintWriter(err));

    assertThat(commands.execute("servers")).isEqualTo(2);

    assertThat(err.toString()).contains("servers takes one of: list, add, show, remove");
    assertThat(commands.execute("limits")).isEqualTo(2);
    assertThat(err.toString()).contains("limits takes one of: list, show, set, remove");
    assertThat(commands.execute("rules")).isEqualTo(2);
    assertThat(err.toString()).contains("rules takes one of: list, show, set, rm");
  }

  @Test
  void showsWhatWaitsForAPerson() {
    answer =
        """
        {"approvals":[{"id":"apr_1","state":"pending","key":"dev","keyId":"vk_1","server":"fs","tool":"delete",
          "rule":"tool","askedAt":"2026-11-21T08:00:00Z","expiresAt":"2026-11-21T09:00:00Z"}]}
        """;

    assertThat(run("approvals", "list", "--key", "dev")).isZero();
    assertThat(run("approvals", "list", "--state", "all", "--limit", "5")).isZero();

    assertThat(requests)
        .containsExactly(
            "GET /api/v1/approvals?state=pending&key=dev&limit=50",
            "GET /api/v1/approvals?limit=5");
    assertThat(out.toString().lines().limit(2))
        .containsExactly(
            "ASKED                 KEY  TOOL        STATE    EXPIRES               BY  ID",
            "2026-11-21 08:00:00Z  dev  fs__delete  pending  2026-11-21 09:00:00Z      apr_1");
  }

  @Test
  void showsTheArgumentsOfACallThatWaits() {
    answer =
        """
        {"id":"apr_1","state":"used","key":"dev","server":"fs","tool":"delete","arguments":"{\\"path\\":\\"/tmp\\u202e\\"}",
          "rule":"tool","askedAt":"2026-11-21T08:00:00Z","expiresAt":"2026-11-21T09:00:00Z",
          "decidedBy":"admin:default","comment":"fine","callId":"0190"}
        """;

    assertThat(run("approvals", "show", "apr_1")).isZero();

    assertThat(requests).containsExactly("GET /api/v1/approvals/apr_1");
    assertThat(out.toString())
        .as("nothing turns around what is to be approved")
        .contains("{\"path\":\"/tmp\\u202e\"}")
        .contains("fs__delete")
        .contains("admin:default")
        .contains("fine")
        .contains("0190");
  }

  @Test
  void decidesCallsThatWait() {
    answer =
        """
        {"id":"apr_1","key":"dev","server":"fs","tool":"delete","validUntil":"2026-11-21T09:00:00Z"}
        """;

    assertThat(run("approvals", "approve", "apr_1", "--comment", "fine", "--valid-for", "30m"))
        .isZero();
    assertThat(run("approvals", "approve", "apr_1")).isZero();
    assertThat(run("approvals", "deny", "apr_1", "--comment", "no")).isZero();

    assertThat(requests)
        .containsExactly(
            "POST /api/v1/approvals/apr_1/approve {\"comment\":\"fine\",\"validFor\":\"30m\"}",
            "POST /api/v1/approvals/apr_1/approve {}",
            "POST /api/v1/approvals/apr_1/deny {\"comment\":\"no\"}");
    assertThat(out.toString())
        .contains("dev may call fs__delete with these arguments once, until 2026-11-21 09:00:00Z.")
        .contains("Denied: the call of fs__delete by dev.");
  }
}
