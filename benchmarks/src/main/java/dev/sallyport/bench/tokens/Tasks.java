package dev.sallyport.bench.tokens;

import dev.sallyport.bench.tokens.Task.Call;
import dev.sallyport.bench.tokens.Task.Step;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The tasks, from one call on one server to six servers. The ways through them are written by hand,
 * as a careful model goes: without Code Mode it knows every tool and calls side by side what it
 * can; with it, it has to find the tools, reads whole servers where it is not sure, looks at the
 * shape of what has no output schema, and once makes a mistake. Where a person would read the
 * result itself (a document, a channel), the script gives all of it back.
 */
final class Tasks {

  private Tasks() {}

  static List<Task> all() {
    return List.of(
        invoice(),
        channel(),
        bugs(),
        pulls(),
        revenue(),
        announce(),
        meeting(),
        sprint(),
        runbook(),
        dunning(),
        incident(),
        weekly());
  }

  private static Task invoice() {
    return new Task(
        "one call",
        1,
        "Is invoice INV-2041 paid?",
        List.of(List.of(call("billing.get_invoice", "{'invoice_id':'INV-2041'}"))),
        List.of(
            List.of(find("get invoice")),
            List.of(run("result = billing.get_invoice(invoice_id=\"INV-2041\")[\"status\"]"))),
        "INV-2041 is open.");
  }

  private static Task channel() {
    return new Task(
        "read a channel",
        1,
        "What happened in #support since yesterday?",
        List.of(List.of(call("slack.get_channel_history", "{'channel':'#support','limit':30}"))),
        List.of(
            List.of(find("slack channel history")),
            List.of(run("result = slack.get_channel_history(channel=\"#support\", limit=30)"))),
        "Two customers are blocked by the export and the upload; the rest was answered and has tickets.");
  }

  private static Task bugs() {
    return new Task(
        "count issues",
        1,
        "How many open bugs does each person have in acme/portal?",
        List.of(
            List.of(
                call("github.list_issues", "{'owner':'acme','repo':'portal','labels':['bug']}"))),
        List.of(
            List.of(files()),
            List.of(read("servers/github.pyi")),
            List.of(
                run(
                    """
                    counts = {}
                    for issue in github.list_issues(owner="acme", repo="portal", labels=["bug"])["issues"]:
                        login = issue["assignee"]["login"]
                        counts[login] = counts.get(login, 0) + 1
                    result = counts"""))),
        "amira.haddad has 5, jonas.weber 5, li.wei 5, sofia.rossi 5 and tom.becker 4.");
  }

  private static Task pulls() {
    List<Call> calls =
        IntStream.range(901, 913)
            .mapToObj(
                number ->
                    call(
                        "github.get_pull_request",
                        "{'owner':'acme','repo':'portal','pull_number':" + number + "}"))
            .toList();
    return new Task(
        "twelve pull requests",
        1,
        "Which of the pull requests 901 to 912 of acme/portal changed more than 250 lines?",
        List.of(calls),
        List.of(
            List.of(find("get pull request")),
            List.of(read("servers/github/get_pull_request.pyi")),
            List.of(
                run(
                    """
                    pulls = parallel([call(github.get_pull_request, owner="acme", repo="portal", pull_number=n) for n in range(901, 913)])
                    result = [{"number": p["number"], "lines": p["additions"] + p["deletions"]} for p in pulls if p["additions"] + p["deletions"] > 250]"""))),
        "902, 905, 908 and 911 changed more than 250 lines.");
  }

  private static Task revenue() {
    return new Task(
        "query a warehouse",
        1,
        "What is the revenue per country of our best customers in sales.orders?",
        List.of(
            List.of(call("warehouse.describe_table", "{'table':'sales.orders'}")),
            List.of(call("warehouse.run_query", QUERY))),
        List.of(
            List.of(find("sql query table columns")),
            List.of(
                read("servers/warehouse/run_query.pyi"),
                read("servers/warehouse/describe_table.pyi")),
            List.of(run("result = warehouse.describe_table(table=\"sales.orders\")")),
            List.of(
                run(
                    """
                    answer = warehouse.run_query(sql="select customer_id, country, sum(total_cents) as revenue_cents, count(*) as orders from sales.orders group by 1, 2 order by 3 desc limit 40")
                    totals = {}
                    for row in answer["rows"]:
                        totals[row["country"]] = totals.get(row["country"], 0) + row["revenue_cents"]
                    result = totals"""))),
        "Germany 1.0 million euros, Switzerland 2.0 million.");
  }

  private static final String QUERY =
      "{'sql':'select customer_id, country, sum(total_cents) as revenue_cents, count(*) as orders from sales.orders group by 1, 2 order by 3 desc limit 40'}";

  private static Task announce() {
    return new Task(
        "issue to channel",
        2,
        "Tell #releases what issue 1407 of acme/portal is about.",
        List.of(
            List.of(
                call("github.get_issue", "{'owner':'acme','repo':'portal','issue_number':1407}")),
            List.of(
                call(
                    "slack.post_message",
                    "{'channel':'#releases','text':'Issue 1407: Audit log shows the wrong user for scheduled jobs. https://github.com/acme/portal/issues/1407'}"))),
        List.of(
            List.of(find("github get issue"), find("slack post message")),
            List.of(read("servers/github/get_issue.pyi"), read("servers/slack/post_message.pyi")),
            List.of(
                run(
                    """
                    issue = github.get_issue(owner="acme", repo="portal", issue_number=1407)
                    sent = slack.post_message(channel="#releases", text="Issue %d: %s. %s" % (issue["number"], issue["title"], issue["html_url"]))
                    result = {"title": issue["title"], "sent": sent["ok"]}"""))),
        "Posted to #releases: the audit log shows the wrong user for scheduled jobs.");
  }

  private static Task meeting() {
    return new Task(
        "find a time",
        1,
        "Book half an hour with li.wei on 2026-12-02, when nothing else is on.",
        List.of(
            List.of(
                call(
                    "calendar.list_events",
                    "{'time_min':'2026-12-02T08:00:00Z','time_max':'2026-12-02T18:00:00Z'}")),
            List.of(
                call(
                    "calendar.create_event",
                    "{'summary':'Meeting','start':'2026-12-02T09:00:00Z','end':'2026-12-02T09:30:00Z','attendees':['li.wei@acme.example']}"))),
        List.of(
            List.of(find("calendar list events create event")),
            List.of(
                run(
                    """
                    events = calendar.list_events(time_min="2026-12-02T08:00:00Z", time_max="2026-12-02T18:00:00Z")["items"]
                    busy = [e["start"][11:13] for e in events if e["start"].startswith("2026-12-02")]
                    free = [h for h in ["08", "09", "10", "11", "13", "14"] if h not in busy][0]
                    made = calendar.create_event(summary="Meeting", start="2026-12-02T%s:00:00Z" % free, end="2026-12-02T%s:30:00Z" % free, attendees=["li.wei@acme.example"])
                    result = {"start": free, "link": made["html_link"]}"""))),
        "Booked on 2026-12-02 at 09:00.");
  }

  private static Task sprint() {
    List<Call> details =
        IntStream.range(400, 412)
            .mapToObj(
                n -> call("jira.get_issue", "{'issue_key':'OPS-" + n + "','expand':'changelog'}"))
            .toList();
    return new Task(
        "history of a sprint",
        2,
        "Post to #ops how often each ticket of the current sprint of OPS changed its state, and who has most of them.",
        List.of(
            List.of(
                call("jira.search_issues", "{'jql':'project = OPS and sprint in openSprints()'}")),
            details,
            List.of(
                call(
                    "slack.post_message",
                    "{'channel':'#ops','text':'Twelve tickets, four changes each. amira.haddad and jonas.weber have three each.'}"))),
        List.of(
            List.of(files()),
            List.of(read("servers/jira.pyi"), read("servers/slack.pyi")),
            List.of(docs("jira", "get_issue")),
            List.of(
                run(
                    """
                    found = jira.search_issues(jql="project = OPS and sprint in openSprints()")
                    print(found["issues"][0])
                    result = jira.get_issue(issue_key=found["issues"][0]["key"], expand="changelog")""")),
            List.of(
                run(
                    """
                    found = jira.search_issues(jql="project = OPS and sprint in openSprints()")["issues"]
                    tickets = parallel([call(jira.get_issue, issue_key=i["key"], expand="changelog") for i in found])
                    owners = {}
                    lines = []
                    for t in tickets:
                        name = t["fields"]["assignee"]["displayName"]
                        owners[name] = owners.get(name, 0) + 1
                        lines.append("%s: %d" % (t["key"], len(t["changelog"]["histories"])))
                    most = sorted(owners.items(), key=lambda o: -o[1])[0]
                    text = "%s\\nMost: %s with %d" % ("\\n".join(lines), most[0], most[1])
                    result = {"sent": slack.post_message(channel="#ops", text=text)["ok"], "most": most[0]}"""))),
        "Posted. Each ticket changed four times; amira.haddad has most of them.");
  }

  private static Task runbook() {
    return new Task(
        "read a document",
        2,
        "Find the runbook for the connection pool, and post to #ops whom to call.",
        List.of(
            List.of(call("drive.search_files", "{'query':'runbook connection pool'}")),
            List.of(
                call("drive.read_document", "{'file_id':'1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlb00'}")),
            List.of(
                call(
                    "slack.post_message",
                    "{'channel':'#ops','text':'Connection pool: call li.wei.'}"))),
        List.of(
            List.of(find("search files read document"), find("slack post message")),
            List.of(
                read("servers/drive/search_files.pyi"),
                read("servers/drive/read_document.pyi"),
                read("servers/slack/post_message.pyi")),
            List.of(run("result = drive.search_files(query=\"runbook connection pool\")")),
            List.of(
                run(
                    "result = drive.read_document(file_id=\"1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlb00\")")),
            List.of(
                run(
                    "result = slack.post_message(channel=\"#ops\", text=\"Connection pool: call li.wei.\")"))),
        "The runbook says to call li.wei; I posted that to #ops.");
  }

  private static Task dunning() {
    return new Task(
        "open invoices",
        3,
        "Nordwind has not paid: open a ticket in FIN with the sum of its open invoices, and a meeting with tom.becker tomorrow at ten.",
        List.of(
            List.of(call("billing.find_customer", "{'query':'Nordwind'}")),
            List.of(call("billing.list_invoices", "{'customer_id':'cus_9F2kLm','status':'open'}")),
            List.of(
                call(
                    "jira.create_issue",
                    "{'project':'FIN','issue_type':'Task','summary':'Nordwind Logistik GmbH owes 21168.00 EUR','priority':'High'}"),
                call(
                    "calendar.create_event",
                    "{'summary':'Nordwind','start':'2026-11-30T10:00:00Z','end':'2026-11-30T10:30:00Z','attendees':['tom.becker@acme.example']}"))),
        List.of(
            List.of(files()),
            List.of(
                find("billing find customer list invoices"),
                find("jira create issue"),
                find("calendar create event")),
            List.of(
                read("servers/billing/find_customer.pyi"),
                read("servers/billing/list_invoices.pyi"),
                read("servers/jira/create_issue.pyi"),
                read("servers/calendar/create_event.pyi")),
            List.of(
                run(
                    """
                    customer = billing.find_customer(query="Nordwind")
                    invoices = billing.list_invoices(customer_id=customer["id"], status="open")["invoices"]
                    cents = 0
                    for i in invoices:
                        if i["status"] == "open":
                            cents += i["amount_due"]
                    summary = "%s owes %d.%s EUR" % (customer["name"], cents // 100, str(100 + cents % 100)[1:])
                    ticket = jira.create_issue(project="FIN", issue_type="Task", summary=summary, priority="High")
                    event = calendar.create_event(summary="Nordwind", start="2026-11-30T10:00:00Z", end="2026-11-30T10:30:00Z", attendees=["tom.becker@acme.example"])
                    result = {"summary": summary, "ticket": ticket["key"], "event": event["html_link"]}"""))),
        "Made OPS-482 over 21168.00 EUR and a meeting tomorrow at ten.");
  }

  private static Task incident() {
    return new Task(
        "incident",
        4,
        "Exports fail since nine. Find the errors in ops.errors and the commits of today in acme/portal, open an incident, tell #ops.",
        List.of(
            List.of(
                call(
                    "warehouse.run_query",
                    "{'sql':'select service, error, count, minute from ops.errors order by count desc limit 20'}"),
                call(
                    "github.list_commits",
                    "{'owner':'acme','repo':'portal','since':'2026-11-28T00:00:00Z'}")),
            List.of(
                call(
                    "jira.create_issue",
                    "{'project':'OPS','issue_type':'Incident','summary':'Exports fail with ConnectionPoolTimeout','description':'400 errors a minute since 09:00; 15 commits since yesterday.','priority':'Highest'}")),
            List.of(
                call(
                    "slack.post_message",
                    "{'channel':'#ops','text':'OPS-482: exports fail with ConnectionPoolTimeout, 400 errors a minute.'}"))),
        List.of(
            List.of(
                find("run sql query"),
                find("list commits"),
                find("jira create issue"),
                find("slack post message")),
            List.of(
                read("servers/warehouse/run_query.pyi"),
                read("servers/github/list_commits.pyi"),
                read("servers/jira/create_issue.pyi"),
                read("servers/slack/post_message.pyi")),
            List.of(
                run(
                    """
                    errors = warehouse.run_query(sql="select service, error, count, minute from ops.errors order by count desc limit 20")
                    commits = github.list_commits(owner="acme", repo="portal", since="2026-11-28T00:00:00Z")
                    result = {"errors": errors["rows"][:5], "commits": [c["message"] for c in commits]}""")),
            List.of(
                run(
                    """
                    errors = warehouse.run_query(sql="select service, error, count, minute from ops.errors order by count desc limit 20")
                    commits = github.list_commits(owner="acme", repo="portal", since="2026-11-28T00:00:00Z")
                    print(commits[0])
                    result = errors["rows"][:5]""")),
            List.of(
                run(
                    """
                    commits = github.list_commits(owner="acme", repo="portal", since="2026-11-28T00:00:00Z")
                    text = "400 errors a minute since 09:00. Commits:\\n" + "\\n".join(["%s %s" % (c["sha"][:8], c["commit"]["message"]) for c in commits])
                    ticket = jira.create_issue(project="OPS", issue_type="Incident", summary="Exports fail with ConnectionPoolTimeout", description=text, priority="Highest")
                    sent = slack.post_message(channel="#ops", text="%s: exports fail with ConnectionPoolTimeout, 400 errors a minute." % ticket["key"])
                    result = {"ticket": ticket["key"], "sent": sent["ok"], "commits": len(commits)}"""))),
        "Opened OPS-482 and told #ops: ConnectionPoolTimeout in checkout and export since nine.");
  }

  private static Task weekly() {
    return new Task(
        "weekly report",
        6,
        "Post to #leads: open bugs of acme/portal, tickets of OPS in progress, revenue of the best customers, what Nordwind owes, meetings next week.",
        List.of(
            List.of(
                call("github.list_issues", "{'owner':'acme','repo':'portal','labels':['bug']}"),
                call(
                    "jira.search_issues", "{'jql':'project = OPS and status = \\'In Progress\\''}"),
                call("warehouse.run_query", QUERY),
                call("billing.find_customer", "{'query':'Nordwind'}"),
                call(
                    "calendar.list_events",
                    "{'time_min':'2026-12-01T00:00:00Z','time_max':'2026-12-06T00:00:00Z'}")),
            List.of(call("billing.list_invoices", "{'customer_id':'cus_9F2kLm','status':'open'}")),
            List.of(
                call(
                    "slack.post_message",
                    "{'channel':'#leads','text':'24 open bugs, 8 tickets in progress, revenue 3.0 million euros, Nordwind owes 21168.00 EUR, 14 meetings.'}"))),
        List.of(
            List.of(files()),
            List.of(
                read("servers/github.pyi"),
                read("servers/jira.pyi"),
                read("servers/warehouse.pyi"),
                read("servers/billing.pyi"),
                read("servers/calendar.pyi"),
                read("servers/slack.pyi")),
            List.of(
                run(
                    "result = jira.search_issues(jql=\"project = OPS and status = 'In Progress'\", max_results=1)[\"issues\"][0]")),
            List.of(
                run(
                    """
                    answers = parallel([
                        call(github.list_issues, owner="acme", repo="portal", labels=["bug"]),
                        call(jira.search_issues, jql="project = OPS and status = 'In Progress'"),
                        call(warehouse.run_query, sql="select customer_id, country, sum(total_cents) as revenue_cents from sales.orders group by 1, 2 order by 3 desc limit 40"),
                        call(billing.find_customer, query="Nordwind"),
                        call(calendar.list_events, time_min="2026-12-01T00:00:00Z", time_max="2026-12-06T00:00:00Z"),
                    ])
                    bugs, tickets, sales, customer, events = answers
                    revenue = 0
                    for row in sales["rows"]:
                        revenue += row["revenue_cents"]
                    owed = 0
                    for i in billing.list_invoices(customer_id=customer["id"], status="open")["invoices"]:
                        if i["status"] == "open":
                            owed += i["amount_due"]
                    working = len([t for t in tickets["issues"] if t["fields"]["status"]["name"] == "In Progress"])
                    text = "%d open bugs, %d tickets in progress, revenue %d EUR, Nordwind owes %d EUR, %d meetings." % (len(bugs["issues"]), working, revenue // 100, owed // 100, len(events["items"]))
                    result = {"sent": slack.post_message(channel="#leads", text=text)["ok"], "text": text}"""))),
        "Posted to #leads.");
  }

  private static Call call(String tool, String arguments) {
    return new Call(
        tool, arguments.replace("\\'", "\u0001").replace('\'', '"').replace('\u0001', '\''));
  }

  private static Step files() {
    return new Step.ListFiles("");
  }

  private static Step find(String query) {
    return new Step.ListFiles(query);
  }

  private static Step read(String file) {
    return new Step.Read(file);
  }

  private static Step docs(String server, String tool) {
    return new Step.Docs(server, tool);
  }

  private static Step run(String script) {
    return new Step.Execute(script);
  }
}
