package dev.sallyport.bench.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The tools that the tasks call, and what they answer. Results have the sizes and the ballast that
 * results of such servers have: identifiers, addresses, times, people.
 */
final class TaskTools {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Simulated> ALL = new LinkedHashMap<>();

  private static final List<String> PEOPLE =
      List.of("amira.haddad", "jonas.weber", "li.wei", "sofia.rossi", "tom.becker");
  private static final List<String> SUBJECTS =
      List.of(
          "Export of invoices stops at the first page",
          "Login form does not remember the workspace",
          "Webhooks are delivered twice after a restart",
          "Search finds nothing for names with umlauts",
          "Upload of files larger than 2 GB fails with a timeout",
          "Dates in the report are one day early in Sydney",
          "Memory grows while a large table is synchronised",
          "Audit log shows the wrong user for scheduled jobs");
  private static final String PROSE =
      " This was reported by two customers after the update of last week and can be reproduced on staging. Steps: open the"
          + " workspace, choose the largest project, and repeat the action three times. Expected: it succeeds each time."
          + " Observed: the second attempt fails, and the log has a stack trace that points to the connection pool.";

  /**
   * A tool that answers.
   *
   * @param answer the result's text, by the arguments of the call
   */
  record Simulated(BenchTool tool, Function<JsonNode, String> answer) {}

  private TaskTools() {}

  static {
    put(
        "github",
        "list_issues",
        "Lists issues of a repository, newest first.",
        "{'type':'object','properties':{'owner':{'type':'string','description':'Owner of the repository'},'repo':{'type':'string','description':'Name of the repository'},'state':{'type':'string','enum':['open','closed','all'],'default':'open'},'labels':{'type':'array','items':{'type':'string'},'description':'Only issues that have all of these labels'}},'required':['owner','repo']}",
        "{'type':'object','properties':{'issues':{'type':'array','items':{'type':'object','properties':{'number':{'type':'integer'},'title':{'type':'string'},'body':{'type':'string'},'state':{'type':'string'},'assignee':{'type':'object','properties':{'login':{'type':'string'}}},'labels':{'type':'array','items':{'type':'string'}},'comments':{'type':'integer'},'created_at':{'type':'string'},'html_url':{'type':'string'}}}}},'required':['issues']}",
        arguments -> issues(24));
    put(
        "github",
        "get_issue",
        "Gets one issue with its text.",
        "{'type':'object','properties':{'owner':{'type':'string'},'repo':{'type':'string'},'issue_number':{'type':'integer','minimum':1}},'required':['owner','repo','issue_number']}",
        "{'type':'object','properties':{'number':{'type':'integer'},'title':{'type':'string'},'body':{'type':'string'},'state':{'type':'string'},'assignee':{'type':'object','properties':{'login':{'type':'string'}}},'html_url':{'type':'string'}}}",
        arguments -> issue(arguments.path("issue_number").asInt()).toString());
    put(
        "github",
        "list_commits",
        "Lists commits of a branch.",
        "{'type':'object','properties':{'owner':{'type':'string'},'repo':{'type':'string'},'sha':{'type':'string','description':'Branch, tag or commit to begin at'},'since':{'type':'string','format':'date-time'}},'required':['owner','repo']}",
        "",
        arguments -> commits());
    put(
        "github",
        "get_pull_request",
        "Gets one pull request with its statistics.",
        "{'type':'object','properties':{'owner':{'type':'string'},'repo':{'type':'string'},'pull_number':{'type':'integer','minimum':1}},'required':['owner','repo','pull_number']}",
        "{'type':'object','properties':{'number':{'type':'integer'},'title':{'type':'string'},'state':{'type':'string'},'additions':{'type':'integer'},'deletions':{'type':'integer'},'changed_files':{'type':'integer'},'user':{'type':'object','properties':{'login':{'type':'string'}}},'merged_at':{'type':['string','null']}}}",
        arguments -> pullRequest(arguments.path("pull_number").asInt()));
    put(
        "slack",
        "post_message",
        "Posts a message to a channel.",
        "{'type':'object','properties':{'channel':{'type':'string','description':'Name of the channel with its #, or its identifier'},'text':{'type':'string','maxLength':4000,'description':'What to post; Markdown of Slack'},'thread_ts':{'type':'string','description':'Answers in the thread of this message'}},'required':['channel','text']}",
        "{'type':'object','properties':{'ok':{'type':'boolean'},'channel':{'type':'string'},'ts':{'type':'string'}},'required':['ok']}",
        arguments ->
            object("ok", true, "channel", "C024BE91L", "ts", "1764407531.000200").toString());
    put(
        "slack",
        "get_channel_history",
        "Gets the newest messages of a channel.",
        "{'type':'object','properties':{'channel':{'type':'string'},'oldest':{'type':'string','description':'Only messages after this time'},'limit':{'type':'integer','minimum':1,'maximum':200,'default':50}},'required':['channel']}",
        "",
        arguments -> history());
    put(
        "jira",
        "search_issues",
        "Searches for issues by JQL.",
        "{'type':'object','properties':{'jql':{'type':'string','description':'A query in the Jira Query Language'},'max_results':{'type':'integer','minimum':1,'maximum':100,'default':50}},'required':['jql']}",
        "",
        arguments -> found(12));
    put(
        "jira",
        "get_issue",
        "Gets an issue with its history.",
        "{'type':'object','properties':{'issue_key':{'type':'string','pattern':'^[A-Z]+-[0-9]+$'},'expand':{'type':'string','description':'Comma-separated parts to return, such as changelog'}},'required':['issue_key']}",
        "",
        arguments -> ticket(arguments.path("issue_key").asText()));
    put(
        "jira",
        "create_issue",
        "Creates an issue in a project.",
        "{'type':'object','properties':{'project':{'type':'string'},'issue_type':{'type':'string','enum':['Bug','Task','Story','Incident']},'summary':{'type':'string','maxLength':255},'description':{'type':'string'},'priority':{'type':'string','enum':['Lowest','Low','Medium','High','Highest']}},'required':['project','issue_type','summary']}",
        "{'type':'object','properties':{'id':{'type':'string'},'key':{'type':'string'},'self':{'type':'string'}},'required':['key']}",
        arguments ->
            object(
                    "id",
                    "10482",
                    "key",
                    "OPS-482",
                    "self",
                    "https://example.atlassian.net/rest/api/3/issue/10482")
                .toString());
    put(
        "warehouse",
        "run_query",
        "Runs a read-only SQL query and returns its rows.",
        "{'type':'object','properties':{'sql':{'type':'string','description':'One SELECT statement in the dialect of PostgreSQL'},'parameters':{'type':'array','items':{'type':'string'}}},'required':['sql']}",
        "{'type':'object','properties':{'columns':{'type':'array','items':{'type':'string'}},'rows':{'type':'array','items':{'type':'object'}},'row_count':{'type':'integer'}},'required':['columns','rows','row_count']}",
        arguments -> rows(arguments.path("sql").asText()));
    put(
        "warehouse",
        "describe_table",
        "Tells the columns of a table.",
        "{'type':'object','properties':{'table':{'type':'string','description':'Name with its schema, such as sales.orders'}},'required':['table']}",
        "",
        arguments -> columns(arguments.path("table").asText()));
    put(
        "billing",
        "get_invoice",
        "Gets one invoice.",
        "{'type':'object','properties':{'invoice_id':{'type':'string','description':'Such as INV-2041'}},'required':['invoice_id']}",
        "{'type':'object','properties':{'id':{'type':'string'},'status':{'type':'string','enum':['draft','open','paid','void']},'amount_due':{'type':'integer','description':'In cents'},'currency':{'type':'string'},'customer_id':{'type':'string'},'due_date':{'type':'string'},'lines':{'type':'array','items':{'type':'object','properties':{'description':{'type':'string'},'amount':{'type':'integer'},'quantity':{'type':'integer'}}}}}}",
        arguments -> invoice(arguments.path("invoice_id").asText(), 3).toString());
    put(
        "billing",
        "list_invoices",
        "Lists invoices of a customer.",
        "{'type':'object','properties':{'customer_id':{'type':'string'},'status':{'type':'string','enum':['draft','open','paid','void']}},'required':['customer_id']}",
        "{'type':'object','properties':{'invoices':{'type':'array','items':{'type':'object','properties':{'id':{'type':'string'},'status':{'type':'string'},'amount_due':{'type':'integer'},'due_date':{'type':'string'}}}},'has_more':{'type':'boolean'}}}",
        arguments -> invoices());
    put(
        "billing",
        "find_customer",
        "Finds a customer by name or mail address.",
        "{'type':'object','properties':{'query':{'type':'string'}},'required':['query']}",
        "{'type':'object','properties':{'id':{'type':'string'},'name':{'type':'string'},'email':{'type':'string'},'plan':{'type':'string'}}}",
        arguments ->
            object(
                    "id",
                    "cus_9F2kLm",
                    "name",
                    "Nordwind Logistik GmbH",
                    "email",
                    "buchhaltung@nordwind.example",
                    "plan",
                    "enterprise",
                    "created",
                    "2023-04-18T08:12:44Z",
                    "country",
                    "DE",
                    "tax_id",
                    "DE812345678")
                .toString());
    put(
        "drive",
        "search_files",
        "Searches for files by words in their names and contents.",
        "{'type':'object','properties':{'query':{'type':'string'},'mime_type':{'type':'string'},'page_size':{'type':'integer','minimum':1,'maximum':100,'default':20}},'required':['query']}",
        "",
        arguments -> files());
    put(
        "drive",
        "read_document",
        "Reads the text of a document.",
        "{'type':'object','properties':{'file_id':{'type':'string'},'max_characters':{'type':'integer','minimum':100}},'required':['file_id']}",
        "",
        arguments -> document());
    put(
        "calendar",
        "list_events",
        "Lists events of a calendar in a period.",
        "{'type':'object','properties':{'calendar_id':{'type':'string','default':'primary'},'time_min':{'type':'string','format':'date-time'},'time_max':{'type':'string','format':'date-time'}},'required':['time_min','time_max']}",
        "{'type':'object','properties':{'items':{'type':'array','items':{'type':'object','properties':{'id':{'type':'string'},'summary':{'type':'string'},'start':{'type':'string'},'end':{'type':'string'},'attendees':{'type':'array','items':{'type':'string'}}}}}}}",
        arguments -> events());
    put(
        "calendar",
        "create_event",
        "Creates an event and invites its attendees.",
        "{'type':'object','properties':{'summary':{'type':'string'},'start':{'type':'string','format':'date-time'},'end':{'type':'string','format':'date-time'},'attendees':{'type':'array','items':{'type':'string','format':'email'}}},'required':['summary','start','end']}",
        "{'type':'object','properties':{'id':{'type':'string'},'html_link':{'type':'string'}}}",
        arguments ->
            object("id", "evt_5521", "html_link", "https://calendar.example.com/event?eid=evt_5521")
                .toString());
  }

  static List<Simulated> all() {
    return List.copyOf(ALL.values());
  }

  /** By {@code server.tool}. */
  static Simulated get(String name) {
    Simulated simulated = ALL.get(name);
    if (simulated == null) {
      throw new IllegalArgumentException("no tool " + name);
    }
    return simulated;
  }

  /**
   * A tool of JSON schemas.
   *
   * @param output empty for none
   */
  static BenchTool tool(
      String server, String name, String description, String input, String output) {
    ObjectNode definition = JSON.createObjectNode();
    definition.put("name", name);
    definition.put("description", description);
    definition.set("inputSchema", BenchCatalogue.read(input));
    if (!output.isEmpty()) {
      definition.set("outputSchema", BenchCatalogue.read(output));
    }
    return new BenchTool(server, name, definition);
  }

  private static void put(
      String server,
      String name,
      String description,
      String input,
      String output,
      Function<JsonNode, String> answer) {
    BenchTool tool =
        tool(server, name, description, input.replace('\'', '"'), output.replace('\'', '"'));
    ALL.put(server + "." + name, new Simulated(tool, answer));
  }

  private static ObjectNode object(Object... members) {
    ObjectNode object = JSON.createObjectNode();
    for (int i = 0; i < members.length; i += 2) {
      object.set((String) members[i], JSON.valueToTree(members[i + 1]));
    }
    return object;
  }

  private static String person(int number) {
    return PEOPLE.get(Math.floorMod(number, PEOPLE.size()));
  }

  private static String subject(int number) {
    return SUBJECTS.get(Math.floorMod(number, SUBJECTS.size()));
  }

  private static ObjectNode user(int number) {
    return object(
        "login",
        person(number),
        "id",
        58_000 + number % 5,
        "avatar_url",
        "https://avatars.example.com/u/" + (58_000 + number % 5) + "?v=4");
  }

  private static ObjectNode issue(int number) {
    return object(
        "number",
        number,
        "title",
        subject(number),
        "state",
        "open",
        "assignee",
        user(number * 3),
        "user",
        user(number),
        "labels",
        List.of("bug", number % 3 == 0 ? "customer" : "backend"),
        "comments",
        number % 7,
        "created_at",
        "2026-11-%02dT09:%02d:00Z".formatted(1 + number % 28, number % 60),
        "updated_at",
        "2026-11-%02dT16:%02d:00Z".formatted(1 + number % 28, number % 60),
        "html_url",
        "https://github.com/acme/portal/issues/" + number,
        "body",
        subject(number) + "." + PROSE);
  }

  private static String issues(int count) {
    ArrayNode issues = JSON.createArrayNode();
    for (int i = 0; i < count; i++) {
      issues.add(issue(1_400 + i * 7));
    }
    return object("issues", issues).toString();
  }

  private static String commits() {
    ArrayNode commits = JSON.createArrayNode();
    for (int i = 0; i < 15; i++) {
      commits.add(
          object(
              "sha",
                  "%08x%08x%08x%08x%08x"
                      .formatted(i * 7_919 + 1, i * 104_729, i * 1_299_709, ~i, i * 31),
              "commit",
                  object(
                      "author",
                      object(
                          "name",
                          person(i),
                          "email",
                          person(i) + "@acme.example",
                          "date",
                          "2026-11-28T%02d:15:00Z".formatted(8 + i % 12)),
                      "message",
                      "Fix: " + subject(i),
                      "verified",
                      true),
              "html_url", "https://github.com/acme/portal/commit/%08x".formatted(i * 7_919 + 1)));
    }
    return commits.toString();
  }

  private static String pullRequest(int number) {
    return object(
            "number",
            number,
            "title",
            "Fix: " + subject(number),
            "state",
            "closed",
            "user",
            user(number),
            "additions",
            20 + number * 13 % 400,
            "deletions",
            number * 7 % 150,
            "changed_files",
            1 + number % 14,
            "commits",
            1 + number % 6,
            "merged_at",
            "2026-11-27T14:%02d:00Z".formatted(number % 60),
            "base",
            object("ref", "main", "sha", "9c1f2d7e"),
            "head",
            object("ref", "fix/" + number, "sha", "77ab01c%x".formatted(number % 16)),
            "html_url",
            "https://github.com/acme/portal/pull/" + number,
            "body",
            subject(number) + "." + PROSE)
        .toString();
  }

  private static String history() {
    ArrayNode messages = JSON.createArrayNode();
    for (int i = 0; i < 30; i++) {
      messages.add(
          object(
              "type",
              "message",
              "user",
              "U0%dK9".formatted(100 + i % 5),
              "text",
              subject(i)
                  + (i % 4 == 0
                      ? " - can somebody look at it? It blocks a customer."
                      : " - done, see the ticket."),
              "ts",
              "17644%05d.000100".formatted(i * 311),
              "reply_count",
              i % 3));
    }
    return object("ok", true, "messages", messages, "has_more", false).toString();
  }

  private static ObjectNode fields(int number) {
    return object(
        "summary",
        subject(number),
        "status",
        object("name", number % 3 == 0 ? "Done" : "In Progress"),
        "priority",
        object("name", number % 4 == 0 ? "High" : "Medium"),
        "assignee",
        object("displayName", person(number), "emailAddress", person(number) + "@acme.example"),
        "story_points",
        number % 8,
        "created",
        "2026-11-%02dT08:00:00.000+0000".formatted(1 + number % 28),
        "duedate",
        "2026-12-%02d".formatted(1 + number % 28));
  }

  private static String found(int count) {
    ArrayNode issues = JSON.createArrayNode();
    for (int i = 0; i < count; i++) {
      issues.add(
          object(
              "id",
              "1%04d".formatted(i),
              "key",
              "OPS-" + (400 + i),
              "self",
              "https://example.atlassian.net/rest/api/3/issue/1%04d".formatted(i),
              "fields",
              fields(i)));
    }
    return object("startAt", 0, "maxResults", 50, "total", count, "issues", issues).toString();
  }

  private static String ticket(String key) {
    int number = Integer.parseInt(key.replaceAll("\\D", ""));
    ArrayNode histories = JSON.createArrayNode();
    for (int i = 0; i < 4; i++) {
      histories.add(
          object(
              "author",
              person(i),
              "created",
              "2026-11-%02dT10:00:00.000+0000".formatted(3 + i * 5),
              "items",
              List.of(object("field", "status", "fromString", "Open", "toString", "In Progress"))));
    }
    return object(
            "key",
            key,
            "fields",
            fields(number),
            "description",
            subject(number) + "." + PROSE,
            "changelog",
            object("histories", histories))
        .toString();
  }

  private static String rows(String sql) {
    ArrayNode rows = JSON.createArrayNode();
    boolean errors = sql.contains("errors");
    for (int i = 0; i < (errors ? 20 : 40); i++) {
      rows.add(
          errors
              ? object(
                  "service",
                  i % 2 == 0 ? "checkout" : "export",
                  "error",
                  "ConnectionPoolTimeout",
                  "count",
                  400 - i * 9,
                  "minute",
                  "2026-11-29T09:%02d:00Z".formatted(i))
              : object(
                  "customer_id",
                  "cus_%04d".formatted(i * 37),
                  "name",
                  "Customer " + i + " GmbH",
                  "country",
                  i % 3 == 0 ? "DE" : "CH",
                  "revenue_cents",
                  9_800_000 - i * 113_700,
                  "orders",
                  320 - i * 5));
    }
    return object(
            "columns",
            List.of(errors ? "service" : "customer_id"),
            "rows",
            rows,
            "row_count",
            rows.size())
        .toString();
  }

  private static String columns(String table) {
    ArrayNode columns = JSON.createArrayNode();
    for (String name :
        List.of(
            "id",
            "customer_id",
            "created_at",
            "total_cents",
            "currency",
            "status",
            "country",
            "channel")) {
      columns.add(
          object(
              "column_name",
              name,
              "data_type",
              name.endsWith("cents") ? "bigint" : "text",
              "is_nullable",
              "NO",
              "column_default",
              ""));
    }
    return object("table", table, "columns", columns).toString();
  }

  private static ObjectNode invoice(String id, int lines) {
    ArrayNode items = JSON.createArrayNode();
    for (int i = 0; i < lines; i++) {
      items.add(
          object(
              "description",
              "Seat, enterprise plan, November 2026",
              "amount",
              4_900,
              "quantity",
              12 + i));
    }
    return object(
        "id",
        id,
        "status",
        Math.floorMod(id.hashCode(), 3) == 0 ? "paid" : "open",
        "amount_due",
        176_400,
        "currency",
        "eur",
        "customer_id",
        "cus_9F2kLm",
        "due_date",
        "2026-12-15",
        "created",
        "2026-11-15T06:00:00Z",
        "hosted_url",
        "https://pay.example.com/i/" + id,
        "lines",
        items);
  }

  private static String invoices() {
    ArrayNode invoices = JSON.createArrayNode();
    for (int i = 0; i < 18; i++) {
      invoices.add(invoice("INV-" + (2_030 + i), 2));
    }
    return object("invoices", invoices, "has_more", false).toString();
  }

  private static String files() {
    ArrayNode files = JSON.createArrayNode();
    for (int i = 0; i < 8; i++) {
      files.add(
          object(
              "id",
              "1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlb%02d".formatted(i),
              "name",
              "Runbook " + subject(i),
              "mimeType",
              "application/vnd.google-apps.document",
              "modifiedTime",
              "2026-11-%02dT12:00:00Z".formatted(20 - i),
              "owners",
              List.of(person(i)),
              "webViewLink",
              "https://docs.example.com/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlb%02d".formatted(i)));
    }
    return object("files", files).toString();
  }

  /** Text, not JSON. */
  private static String document() {
    StringBuilder text = new StringBuilder("# Runbook: connection pool\n\n");
    for (int i = 0; i < 12; i++) {
      text.append("## Step ")
          .append(i + 1)
          .append("\n\n")
          .append(subject(i))
          .append('.')
          .append(PROSE)
          .append("\n\n");
    }
    return text.append("Escalate to: ").append(person(2)).toString();
  }

  private static String events() {
    ArrayNode events = JSON.createArrayNode();
    for (int i = 0; i < 14; i++) {
      events.add(
          object(
              "id",
              "evt_%04d".formatted(i),
              "status",
              "confirmed",
              "summary",
              i % 5 == 0 ? "Weekly sync" : "Review: " + subject(i),
              "start",
              "2026-12-%02dT%02d:00:00Z".formatted(1 + i / 3, 8 + i % 3 * 2),
              "end",
              "2026-12-%02dT%02d:30:00Z".formatted(1 + i / 3, 8 + i % 3 * 2),
              "attendees",
              List.of(person(i) + "@acme.example", person(i + 1) + "@acme.example"),
              "organizer",
              person(i) + "@acme.example",
              "html_link",
              "https://calendar.example.com/event?eid=evt_%04d".formatted(i)));
    }
    return object("items", events).toString();
  }
}
