package dev.sallyport.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.codemode.CodeCatalogue.Docs;
import dev.sallyport.codemode.CodeCatalogue.FileText;
import dev.sallyport.codemode.CodeCatalogue.Function;
import dev.sallyport.codemode.CodeCatalogue.Namespace;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CodeCatalogueTest {

  private static final CodeTool CREATE =
      Definitions.tool(
          "my-hub",
          "create-issue",
          """
          "title":"Create an issue","description":"Creates an issue in a repository. Labels that do not exist are made.\\n\\nNeeds write access.",
          "inputSchema":{"type":"object","properties":{
            "title":{"type":"string","minLength":1,"maxLength":256,"description":"What it is about"},
            "labels":{"type":"array","items":{"type":"string"}},
            "repo":{"type":"string","examples":["sallyport/docs"]},
            "state":{"enum":["open","closed"],"default":"open"},
            "from":{"type":"string","format":"email"},
            "x-trace":{"type":"string"}},
           "required":["repo","title","x-trace"]},
          "outputSchema":{"type":"object","properties":{"number":{"type":"integer","description":"Counted from 1"},
            "url":{"type":"string"},"author":{"type":"object","properties":{"login":{"type":"string"}}}},"required":["number","url"]},
          "annotations":{"readOnlyHint":false,"destructiveHint":false,"idempotentHint":false}""");

  private static final CodeTool READ =
      Definitions.tool(
          "fs",
          "read_file",
          """
          "description":"Reads a text file","inputSchema":{"type":"object","properties":{"path":{"type":"string"},
          "head":{"type":"integer","description":"Only so many lines"}},"required":["path"]},"annotations":{"readOnlyHint":true}""");

  private final CodeCatalogue catalogue =
      CodeCatalogue.of(List.of(CREATE, READ, Definitions.tool("fs", "list", "")));

  @Test
  void namesWhatScriptsCall() {
    assertThat(catalogue.namespaces())
        .containsExactly(
            new Namespace(
                "fs",
                "fs",
                List.of(new Function("list", "list"), new Function("read_file", "read_file"))),
            new Namespace(
                "my_hub", "my-hub", List.of(new Function("create_issue", "create-issue"))));
  }

  @Test
  void listsServersWithTheirTools() {
    assertThat(catalogue.listFiles(null, 600))
        .isEqualTo(
            """
            3 tools on 2 servers. servers/SERVER.pyi has all stubs of a server, servers/SERVER/TOOL.pyi one. \
            listToolFiles(query="words") finds tools.
            servers/fs.pyi (2): list, read_file
            servers/my-hub.pyi (1): create_issue""");
  }

  @Test
  void writesALineForEachTool() {
    assertThat(found("servers/my-hub.pyi"))
        .isEqualTo(
            """
            # call by names: my_hub.function(name=value)
            def create_issue(title: str, repo: str, labels: list[str] = None, state: Literal["open", "closed"] = "open", \
            **{"x-trace": str, "from"?: str}) -> {"number": int, "url": str, "author"?: {"login"?: str}}: ...  \
            # Creates an issue in a repository.""");
    assertThat(found("servers/fs.pyi"))
        .isEqualTo(
            """
            # call by names: fs.function(name=value)
            def list(**arguments) -> Any: ...
            def read_file(path: str, head: int = None) -> Any: ...  # Reads a text file""");
  }

  @Test
  void readsOneToolByEitherName() {
    String stub =
        """
        # call by names: my_hub.create_issue(name=value)
        def create_issue(""";

    for (String name :
        List.of(
            "servers/my-hub/create-issue.pyi",
            "servers/my_hub/create_issue.pyi",
            "/servers/my-hub/create_issue",
            "my_hub/create-issue.pyi")) {
      assertThat(found(name)).startsWith(stub);
    }
  }

  @Test
  void readsARangeOfLines() {
    assertThat(catalogue.read("servers/fs.pyi", 2, 2))
        .isEqualTo(new FileText.Found("def list(**arguments) -> Any: ...", 2, 2, 3));
    assertThat(catalogue.read("servers/fs.pyi", 3, 99))
        .isInstanceOfSatisfying(
            FileText.Found.class, text -> assertThat(text.lastLine()).isEqualTo(3));
    assertThat(missing("servers/fs.pyi", 4, 0))
        .isEqualTo("servers/fs.pyi has the lines 1 to 3; there is no line 4.");
    assertThat(missing("servers/fs.pyi", 3, 2)).contains("no line 2 after line 3");
  }

  @Test
  void saysHowALongFileGoesOn() {
    CodeCatalogue large = CodeCatalogue.of(Definitions.many(900, 1));

    FileText.Found first = (FileText.Found) large.read("servers/server-1.pyi", 0, 0);
    FileText.Found next =
        (FileText.Found) large.read("servers/server-1.pyi", first.lastLine() + 1, 0);

    assertThat(first.lines()).isEqualTo(901);
    assertThat(first.text())
        .hasSizeLessThan(33_000)
        .endsWith(
            "# Lines %d to 901: read again with startLine %1$d.".formatted(first.lastLine() + 1));
    assertThat(next.firstLine()).isEqualTo(first.lastLine() + 1);
  }

  @Test
  void namesWhatWasProbablyMeant() {
    assertThat(missing("servers/my-hup.pyi", 0, 0))
        .isEqualTo(
            "There is no file servers/my-hup.pyi. Did you mean servers/my-hub.pyi? listToolFiles() lists what there is.");
    assertThat(missing("servers/fs/raed_file.pyi", 0, 0))
        .contains("Did you mean servers/fs/read_file.pyi");
    assertThat(missing("servers/hub/create_issue.pyi", 0, 0))
        .contains("servers/my-hub/create_issue.pyi");
    assertThat(missing("nowhere/../at all", 0, 0))
        .isEqualTo("There is no file nowhere/../at all. listToolFiles() lists what there is.");
    assertThat(catalogue.docs("my-hub", "create"))
        .isEqualTo(
            new Docs.Missing(
                "There is no tool create of server my-hub. Did you mean my-hub create_issue? listToolFiles() lists what there is."));
  }

  @Test
  void documentsATool() {
    Docs docs = catalogue.docs("my_hub", "create_issue");

    assertThat(docs).isEqualTo(catalogue.docs("my-hub", "create-issue"));
    assertThat(docs)
        .isEqualTo(
            new Docs.Found(
                """
                my_hub.create_issue (tool "create-issue" of server my-hub)
                Create an issue
                Creates an issue in a repository. Labels that do not exist are made.

                Needs write access.

                Parameters:
                - title: str, required (minLength 1, maxLength 256). What it is about
                - repo: str, required
                - labels: list[str]
                - state: Literal["open", "closed"], default "open"
                - **{"x-trace": …}: str, required
                - **{"from": …}: str (format email)

                Returns: {"number": int, "url": str, "author"?: {"login"?: str}}
                - number: int, required. Counted from 1
                - url: str, required
                - author: {"login"?: str}

                By its own word it: may change things; destroys nothing; each call acts anew.

                Example:
                result = my_hub.create_issue(repo="sallyport/docs", title="title", **{"x-trace": "x-trace"})"""));
  }

  @Test
  void findsToolsByWords() {
    assertThat(catalogue.listFiles("make a new issue", 600))
        .isEqualTo(
            """
            servers/my-hub/create_issue.pyi: my_hub.create_issue(title: str, repo: str, labels: list[str] = None, \
            state: Literal["open", "closed"] = "open", **{"x-trace": str, "from"?: str}) -> \
            {"number": int, "url": str, "author"?: dict}  # Creates an issue in a repository.""");
    assertThat(catalogue.listFiles("files", 600))
        .startsWith("servers/fs/read_file.pyi: fs.read_file(path: str");
    assertThat(catalogue.listFiles("weather", 600))
        .isEqualTo(
            "Nothing matches \"weather\" among 3 tools on 2 servers. Use other words, or listToolFiles() for the servers.");
  }

  @Test
  void saysThatThereIsMore() {
    String found = CodeCatalogue.of(Definitions.many(508, 16)).listFiles("create issue", 1_200);

    assertThat(found.lines().limit(3)).allMatch(line -> line.contains("create_issue"));
    assertThat(found.lines().toList().getLast())
        .matches("… \\d+ more match; use other or more words for them\\.");
  }

  @Test
  void isTheSameInAnyOrder() {
    List<CodeTool> tools = new ArrayList<>(Definitions.many(100, 7));
    tools.add(
        new CodeTool(
            "server-1", "create_issue", "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    CodeCatalogue one = CodeCatalogue.of(tools);
    CodeCatalogue other = CodeCatalogue.of(tools.reversed());

    assertThat(other.namespaces()).isEqualTo(one.namespaces());
    assertThat(other.listFiles(null, 300)).isEqualTo(one.listFiles(null, 300));
    assertThat(other.listFiles("issue", 300)).isEqualTo(one.listFiles("issue", 300));
    assertThat(other.read("servers/server-1.pyi", 0, 0))
        .isEqualTo(one.read("servers/server-1.pyi", 0, 0));
  }

  @Test
  void listsMoreServersThanThereIsRoomFor() {
    String listing = CodeCatalogue.of(Definitions.many(400, 400)).listFiles("  ", 200);

    assertThat(listing)
        .startsWith("400 tools on 400 servers.")
        .contains("servers more; search for what you need.");
    assertThat(Tokens.count(listing)).isLessThanOrEqualTo(200);
  }

  @Test
  void hasNothingToSayOfNoTools() {
    CodeCatalogue empty = CodeCatalogue.of(List.of());

    assertThat(empty.listFiles(null, 600)).isEqualTo("There are no tools that scripts may call.");
    assertThat(empty.listFiles("x", 600)).startsWith("Nothing matches");
    assertThat(empty.namespaces()).isEmpty();
    assertThat(empty.read("servers/x.pyi", 0, 0)).isInstanceOf(FileText.Missing.class);
  }

  private String found(String file) {
    assertThat(catalogue.read(file, 0, 0)).isInstanceOf(FileText.Found.class);
    return ((FileText.Found) catalogue.read(file, 0, 0)).text();
  }

  private String missing(String file, int first, int last) {
    assertThat(catalogue.read(file, first, last)).isInstanceOf(FileText.Missing.class);
    return ((FileText.Missing) catalogue.read(file, first, last)).message();
  }
}
