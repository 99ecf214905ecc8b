package dev.sallyport.sandbox.proof;

import dev.sallyport.proto.sandbox.v1.RunLimits;
import java.util.ArrayList;
import java.util.List;

/** Scripts that take what they should not get: memory, time, stack, output, Java, other tools. */
final class Scripts {

  private static final String DEEP = "x = []\nfor i in range(50000):\n    x = [x]\n";
  private static final String LAUGHS = "x = [0] * 10\nfor i in range(12):\n    x = [x] * 10\n";

  private final List<Attempt> all = new ArrayList<>();

  private Scripts() {}

  static List<Attempt> all() {
    Scripts scripts = new Scripts();
    scripts.allocations();
    scripts.depths();
    scripts.loops();
    scripts.patterns();
    scripts.output();
    scripts.mutations();
    scripts.java();
    scripts.tools();
    scripts.answers();
    return scripts.all;
  }

  private void limit(String group, String name, String text) {
    all.add(new Attempt(group, name, stand -> stand.limit(Script.of(text))));
  }

  private void fails(String group, String name, String text) {
    all.add(new Attempt(group, name, stand -> stand.fails(Script.of(text))));
  }

  private void returns(String group, String name, String text, String json) {
    all.add(new Attempt(group, name, stand -> stand.returns(Script.of(text), json)));
  }

  private void allocations() {
    String group = "memory";
    limit(group, "a string repeated", "x = \"a\" * (1 << 30)");
    limit(group, "a string repeated beyond any length", "x = \"ab\" * (1 << 62)");
    limit(group, "a string of wide characters", "x = \"\u4e2d\" * (30 << 20)");
    limit(group, "a string that doubles", "x = \"ab\"\nfor i in range(60):\n    x = x + x");
    limit(group, "bytes repeated", "x = bytes(\"ab\") * (1 << 30)");
    limit(group, "a list repeated", "x = [0] * (1 << 28)");
    limit(group, "a tuple repeated", "x = (1, 2) * (1 << 28)");
    limit(group, "a list that doubles", "x = [1]\nfor i in range(60):\n    x = x + x");
    limit(group, "a list that extends itself", "x = [1]\nfor i in range(60):\n    x.extend(x)");
    limit(group, "a list that grows", "x = []\nfor i in range(1 << 40):\n    x.append(i)");
    limit(group, "a dict that grows", "x = {}\nfor i in range(1 << 40):\n    x[i] = i");
    limit(group, "a comprehension", "x = [i for i in range(1 << 40)]");
    limit(group, "a dict comprehension", "x = {i: str(i) for i in range(1 << 40)}");
    limit(
        group,
        "comprehensions in comprehensions",
        "x = [[j for j in range(10000)] for i in range(10000)]");
    limit(group, "a range as a list", "x = list(range(1 << 29))");
    limit(group, "a range sorted", "x = sorted(range(1 << 29))");
    limit(group, "a range reversed", "x = reversed(range(1 << 29))");
    limit(group, "a range enumerated", "x = enumerate(range(1 << 29))");
    limit(group, "ranges zipped", "x = zip(range(1 << 29), range(1 << 29))");
    limit(group, "arguments unpacked", "def f(*a):\n    return a\nx = f(*range(1 << 29))");
    limit(
        group,
        "named arguments unpacked",
        "def f(**k):\n    return k\n" + "x = f(**{str(i): i for i in range(1 << 24)})");
    limit(group, "strings joined", "x = \"a\" * 1000000\ny = x.join([x] * 1000)");
    limit(group, "a replacement that grows", "x = (\"a\" * 100000).replace(\"a\", \"b\" * 100000)");
    limit(group, "a string split", "x = (\"a \" * 4000000).split(\" \")");
    limit(group, "the elements of a string", "x = list((\"a\" * 10000000).elems())");
    limit(group, "shared lists printed", LAUGHS + "x = str(x)");
    limit(group, "shared lists as JSON", LAUGHS + "x = json.encode(x)");
    limit(group, "shared lists as the result", LAUGHS + "result = x");
    limit(
        group, "shared lists compared", LAUGHS + "y = x\n" + LAUGHS + "result = x == y and x <= y");
    limit(group, "JSON decoded", "x = json.decode(\"[\" + \",\".join([\"[]\"] * 1000000) + \"]\")");
    limit(
        group,
        "functions that keep what they see",
        "x = []\ndef f(i):\n    def g():\n        return i\n    return g\n"
            + "for i in range(1 << 40):\n    x.append(f(i))");
    limit(group, "a result over the cap", "result = \"a\" * (3 << 20)");
    limit(group, "arguments over the cap", "x = fs.read(path=\"a\" * (3 << 20))");
    String numbers = "integers";
    limit(numbers, "a shift", "x = 1 << (1 << 40)");
    limit(numbers, "a large shift", "x = 1\nfor i in range(1000):\n    x = x << 1000000");
    limit(numbers, "a square of squares", "x = 10\nfor i in range(64):\n    x = x * x");
    limit(numbers, "a factorial", "x = 1\nfor i in range(1, 1 << 30):\n    x = x * i");
    limit(numbers, "a long number read", "for i in range(1000):\n    x = int(\"9\" * 1000000)");
    limit(
        numbers,
        "a long number written",
        "x = int(\"9\" * 20000)\nfor i in range(100000):\n    y = str(x + i)");
    limit(numbers, "a power", "x = 3\nfor i in range(200):\n    x = x * x % (1 << 4000000)");
    fails(numbers, "a number that JSON readers lose", "result = 1 << 200");
    fails(numbers, "no number", "result = float(\"nan\")");
    fails(numbers, "an infinite number", "result = float(\"inf\")");
  }

  private void depths() {
    String group = "depth";
    fails(group, "a function that calls itself", "def f(n):\n    return f(n + 1)\nx = f(0)");
    fails(
        group,
        "functions that call each other",
        "def f(g, n):\n    return g(g, n)\ndef h(g, n):\n    return f(g, n)\nx = f(h, 0)");
    fails(group, "a sort that sorts", "def f(x):\n    return sorted([x], key=f)\nx = f(1)");
    fails(group, "brackets in the text", "x = " + "(".repeat(20_000) + ")".repeat(20_000));
    fails(group, "lists in the text", "x = " + "[".repeat(20_000) + "]".repeat(20_000));
    fails(group, "lambdas in the text", "x = " + "lambda: ".repeat(20_000) + "1");
    fails(group, "nots in the text", "x = " + "not ".repeat(20_000) + "1");
    fails(group, "minuses in the text", "x = " + "-".repeat(20_000) + "1");
    fails(group, "conditions in the text", "x = " + "1 if 1 else ".repeat(20_000) + "1");
    fails(
        group,
        "blocks in the text",
        java.util.stream.IntStream.range(0, 700)
                .mapToObj(i -> " ".repeat(i) + "if 1:\n")
                .collect(java.util.stream.Collectors.joining())
            + " ".repeat(700)
            + "pass");
    fails(group, "deep data printed", DEEP + "print(x)");
    fails(group, "deep data as the result", DEEP + "result = x");
    fails(group, "deep data as an argument", DEEP + "fs.read(path=x)");
    fails(
        group,
        "deep data compared",
        "x = []\ny = []\nfor i in range(50000):\n    x = [x]\n    y = [y]\nz = x == y");
    fails(group, "deep data as a key", "x = ()\nfor i in range(50000):\n    x = (x,)\ny = {x: 1}");
    fails(group, "deep JSON read", "x = json.decode(\"[\" * 100000)");
    fails(group, "data that contains itself as the result", "x = []\nx.append(x)\nresult = x");
    fails(group, "a dict that contains itself as an argument", "d = {}\nd[1] = d\nfs.read(p=d)");
  }

  private void loops() {
    String group = "time";
    limit(group, "a long loop", "for i in range(1 << 60):\n    pass");
    limit(
        group,
        "loops in loops",
        "for i in range(1 << 30):\n    for j in range(1 << 30):\n        pass");
    limit(group, "the largest of a long range", "x = max(range(1 << 60))");
    limit(group, "all of a long range", "x = all(range(1, 1 << 60))");
    limit(
        group,
        "a search in a long text",
        "x = \"a\" * 3000000\nfor i in range(1 << 30):\n    y = \"b\" in x");
    limit(
        group,
        "a search in a long list",
        "x = list(range(100000))\nfor i in range(1 << 30):\n    y = -1 in x");
    limit(
        group,
        "counting in a long text",
        "x = \"a\" * 3000000\nfor i in range(1 << 30):\n    y = x.count(\"aa\")");
    fails(group, "keys of one hash", "x = {}\nfor i in range(1 << 40):\n    x[(i << 32) | i] = i");
    fails(group, "a while loop", "while True:\n    pass");
    fails(group, "a script that is too long", "x = 1\n".repeat(200_000));
    fails(group, "a long sum in the text", "x = fail(" + "1+".repeat(100_000) + "1)");
    all.add(
        new Attempt(
            group,
            "more time than it has",
            stand -> {
              Finished finished =
                  stand.run(
                      Script.of("for i in range(1 << 60):\n    x = str(i)")
                          .within(RunLimits.newBuilder().setWallMillis(30)));
              Stand.require(finished.took().toMillis() < 5_000, "it took " + finished.took());
              Stand.require(finished.end().hasScriptFailed(), "it ended as " + finished.end());
            }));
    all.add(
        new Attempt(
            group,
            "an answer that never comes",
            stand ->
                stand.limit(
                    Script.of("x = fs.read(path=\"a\")")
                        .of(ToolStandIn.SILENT)
                        .within(RunLimits.newBuilder().setWallMillis(300)))));
  }

  private void patterns() {
    String group = "regular expressions";
    returns(
        group,
        "repetitions in repetitions",
        "result = re.search(\"(a+)+$\", \"a\" * 5000 + \"b\") == None",
        "true");
    returns(
        group,
        "alternatives that overlap",
        "result = re.search(\"(a|aa)+$\", \"a\" * 5000 + \"b\") == None",
        "true");
    fails(group, "counts of counts", "re.search(\"((a{1000}){1000}){1000}\", \"a\")");
    fails(group, "brackets", "re.search(\"(\" * 20000 + \")\" * 20000, \"a\")");
    fails(group, "a back reference", "re.search(\"(a)\\\\1\", \"aa\")");
    limit(
        group,
        "many alternatives on a long text",
        "p = \"|\".join([\"a%d\" % i for i in range(150)])\n"
            + "for i in range(10000):\n    re.findall(p, \"a\" * 100000)");
    limit(group, "a replacement that grows", "x = re.sub(\"a\", \"b\" * 100000, \"a\" * 100000)");
    limit(group, "all matches of nothing", "x = re.findall(\"\", \"a\" * 20000000)");
  }

  private void output() {
    String group = "output";
    all.add(
        new Attempt(
            group,
            "prints without end",
            stand -> {
              Finished finished =
                  stand.run(Script.of("for i in range(1 << 40):\n    print(\"x\" * 1000)"));
              Stand.require(
                  finished.output().length() <= 64 << 10,
                  "output of " + finished.output().length() + " bytes arrived");
              Stand.require(
                  finished.end().getFigures().getDroppedOutputBytes() > 0, "nothing was dropped");
            }));
    all.add(
        new Attempt(
            group,
            "one print that is too long",
            stand -> {
              Finished finished = stand.run(Script.of("print(\"\u4e2d\" * 1000000)\nresult = 1"));
              int bytes =
                  finished.output().getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
              Stand.require(bytes <= 64 << 10, "output of " + bytes + " bytes arrived");
              Stand.require(finished.result().equals("1"), "the run did not go on");
            }));
    all.add(
        new Attempt(
            group,
            "a print that looks like a message",
            stand -> {
              Finished finished =
                  stand.run(Script.of("print(\"\\x00\\x00\\x00\\x01\\x63\")\nresult = 1"));
              Stand.require(
                  finished.output().equals("\0\0\0\1c\n"), "it arrived as " + finished.output());
              Stand.require(finished.result().equals("1"), "the run did not go on");
            }));
    limit(group, "a format that grows", "x = \"{0}{0}\"\nfor i in range(60):\n    x = x.format(x)");
    limit(
        group,
        "a percent format that grows",
        "x = \"a\"\nfor i in range(60):\n    x = \"%s%s\" % (x, x)");
    fails(group, "a width", "x = \"%1000000000d\" % 1");
    fails(group, "a width in braces", "x = \"{:1000000000}\".format(1)");
    limit(group, "a message that is too long", "fail(\"a\" * (30 << 20))");
    all.add(
        new Attempt(
            group,
            "a long message",
            stand -> {
              Finished finished = stand.run(Script.of("fail(\"a\" * 1000000)"));
              int length = finished.failure().getMessage().length();
              Stand.require(length < 5_000, "a message of " + length + " characters arrived");
            }));
  }

  private void mutations() {
    String group = "mutation";
    fails(group, "a list while it is gone through", "x = [1]\nfor i in x:\n    x.append(i)");
    fails(group, "a dict while it is gone through", "x = {1: 1}\nfor i in x:\n    x[i + 1] = 1");
    fails(
        group,
        "a list while it is sorted",
        "x = [3, 1, 2]\ndef f(i):\n    x.append(i)\n    return i\n"
            + "for i in x:\n    sorted(x, key=f)");
    fails(
        group,
        "a list in its comprehension",
        "x = [1, 2]\ndef f(i):\n    x.clear()\n    return i\ny = [f(i) for i in x]");
    fails(group, "a namespace", "fs.read = 1");
    fails(group, "a library", "json.encode = fs.read");
    fails(group, "what a namespace lists", "x = dir(fs)\nfs.update({\"read\": 1})");
  }

  private void java() {
    String group = "Java";
    for (String value :
        List.of(
            "\"a\"",
            "1",
            "1 << 100",
            "1.5",
            "True",
            "None",
            "[]",
            "{}",
            "()",
            "range(3)",
            "bytes(\"a\")",
            "fs",
            "fs.read",
            "call(fs.read)",
            "json",
            "json.encode",
            "time.now()",
            "time.second",
            "re.search(\"a\", \"a\")",
            "len",
            "[].append",
            "parallel",
            "lambda: 1")) {
      all.add(
          new Attempt(
              group,
              "what is behind " + value,
              stand ->
                  stand.returns(
                      Script.of(
                          """
                          x = %s
                          names = ["getClass", "class", "hashCode", "wait", "__class__", "clone",
                                   "__dict__", "__globals__", "__code__", "__builtins__", "thread",
                                   "invoke", "delegate", "meter", "toString", "equals", "\\x00",
                                   "wrapped", "this", "super", "getBytes", "TYPE", "freeze"]
                          result = [n for n in names if hasattr(x, n) or n in dir(x)]
                          for n in names:
                              if getattr(x, n, None) != None:
                                  result.append(n)
                          """
                              .formatted(value)),
                      "[]")));
    }
    fails(group, "an attribute by format", "x = \"{0.class}\".format(\"a\")");
    fails(group, "an element by format", "x = \"{0[0]}\".format([\"a\"])");
    fails(group, "the classes of a value", "x = \"\".__class__.__mro__");
    fails(group, "a type as a constructor", "x = type(fs.read)(\"java.lang.Runtime\")");
    fails(group, "an import", "import java.lang.Runtime");
    fails(group, "a load", "load(\"//java/lang:Runtime.bzl\", \"exec\")");
    fails(group, "an evaluation", "eval(\"1\")");
    fails(group, "an execution", "exec(\"x = 1\")");
    fails(group, "a file", "open(\"/etc/passwd\")");
    fails(group, "the globals", "globals()[\"fs\"]");
    fails(group, "setting an attribute", "setattr(fs, \"read\", 1)");
    all.add(
        new Attempt(
            group,
            "addresses in texts",
            stand -> {
              Finished finished =
                  stand.run(
                      Script.of(
                          """
                          def f():
                              pass
                          result = [str(x) for x in [fs, fs.read, call(fs.read), f, len, json,
                              [].append, time.now(), range(3), call, re.search("a", "a")]]
                          """));
              Stand.require(
                  !finished.result().matches(".*(@[0-9a-f]|0x|dev\\.sallyport|java).*"),
                  "a text tells of Java: " + finished.result());
            }));
  }

  private void arrives(String name, String text, String... calls) {
    all.add(
        new Attempt(
            "tools",
            name,
            stand -> {
              Finished finished = stand.run(Script.of(text));
              List<String> arrived =
                  finished.calls().stream()
                      .map(
                          call ->
                              call.getServer()
                                  + " "
                                  + call.getTool()
                                  + " "
                                  + call.getArguments().toStringUtf8())
                      .toList();
              Stand.require(arrived.equals(List.of(calls)), "what arrived is " + arrived);
            }));
  }

  private void tools() {
    String group = "tools";
    fails(group, "a tool that is not there", "getattr(fs, \"delete\")(path=\"a\")");
    fails(group, "a namespace that is not there", "shell.run(command=\"id\")");
    fails(group, "a tool by its own name", "getattr(fs, \"read-file\")(path=\"a\")");
    fails(group, "a tool by a text", "x = try_call(\"fs.read\", path=\"a\")");
    fails(group, "a planned tool by a text", "x = parallel([call(\"shell.run\", c=\"id\")])");
    fails(group, "a namespace called", "fs(path=\"a\")");
    fails(group, "a planned call called", "call(fs.read, path=\"a\")()");
    fails(group, "an own function as a tool", "def f(**k):\n    return 1\ntry_call(f, a=1)");
    fails(group, "a built-in function as a tool", "try_call(len)");
    arrives("an alias", "f = fs.read\nf(path=\"a\")", "files read-file {\"path\":\"a\"}");
    arrives(
        "a name put together",
        "getattr(fs, \"re\" + \"ad\")(path=\"a\")",
        "files read-file {\"path\":\"a\"}");
    arrives(
        "a function passed around",
        "def g(f):\n    return f(path=\"a\")\n[g(x) for x in [fs.write, web.get]]",
        "files write-file {\"path\":\"a\"}",
        "internet GET {\"path\":\"a\"}");
    arrives(
        "a namespace under the name of another",
        "fs = web\nfs.get(url=\"a\")",
        "internet GET {\"url\":\"a\"}");
    arrives(
        "a call in a sort",
        "sorted([1], key=lambda i: fs.read(n=i)[\"n\"])",
        "files read-file {\"n\":1}");
    arrives(
        "arguments that name another tool",
        "fs.read(tool=\"write-file\", server=\"internet\", step=\"9\", arguments={})",
        "files read-file {\"tool\":\"write-file\",\"server\":\"internet\",\"step\":\"9\","
            + "\"arguments\":{}}");
    arrives(
        "arguments that break out of JSON",
        "fs.read(**{\"a\\\":1,\\\"b\": \"}{\\\",\\u2028\", \"\": 0})",
        "files read-file {\"a\\\":1,\\\"b\":\"}{\\\",\u2028\",\"\":0}");
    arrives(
        "a plan that is changed afterwards",
        "a = [1]\nc = call(fs.read, a=a)\na.append(2)\nparallel([c])",
        "files read-file {\"a\":[1]}");
    all.add(
        new Attempt(
            group,
            "calls without end",
            stand -> {
              Finished finished =
                  stand.run(Script.of("for i in range(1 << 40):\n    fs.read(n=i)"));
              Stand.require(
                  finished.calls().size() == 200,
                  finished.calls().size() + " calls arrived, and not 200");
              Stand.require(
                  finished.failure().getMessage().contains("too many calls"),
                  "it failed with " + finished.failure());
            }));
    all.add(
        new Attempt(
            group,
            "calls that are tried without end",
            stand ->
                stand.limit(Script.of("for i in range(1 << 40):\n    try_call(fs.read, n=i)"))));
    all.add(
        new Attempt(
            group,
            "too many calls side by side",
            stand -> {
              Finished finished =
                  stand.run(Script.of("parallel([call(fs.read, n=i) for i in range(10000)])"));
              Stand.require(
                  finished.calls().isEmpty(), "calls arrived: " + finished.calls().size());
            }));
    all.add(
        new Attempt(
            group,
            "one call many times side by side",
            stand -> {
              Finished finished =
                  stand.run(Script.of("result = len(parallel([call(fs.read)] * 100))"));
              Stand.require(finished.result().equals("100"), "it gave " + finished.result());
              Stand.require(
                  finished.calls().stream().map(call -> call.getStep()).distinct().count() == 100,
                  "steps are not unique");
            }));
  }

  private void answered(String name, String answer, String text, String json) {
    all.add(
        new Attempt(
            "answers",
            name,
            stand -> stand.returns(Script.of(text).of(call -> ToolStandIn.value(answer)), json)));
  }

  private void refused(String name, String answer) {
    all.add(
        new Attempt(
            "answers",
            name,
            stand ->
                stand.fails(
                    Script.of("result = len(str(fs.read()))")
                        .of(call -> ToolStandIn.value(answer)))));
  }

  private void answers() {
    answered(
        "an answer that is code",
        "\"__import__('os')\\\") or eval(\\\"1\"",
        "x = fs.read()\nresult = type(x)",
        "\"string\"");
    answered(
        "an answer with names of Java",
        "{\"class\":\"java.lang.Runtime\",\"@type\":\"x\"}",
        "result = sorted(fs.read().keys())",
        "[\"@type\",\"class\"]");
    refused("an answer that is deep", "[".repeat(100_000) + "]".repeat(100_000));
    refused("an answer that is no JSON", "{\"a\":");
    refused("an answer with a name twice", "{\"a\":1,\"a\":2}");
    refused("an answer with a number that is none", "[NaN]");
    refused("an answer with a number that is too large", "[1e999]");
    refused("an answer that is wide when read", "[" + "[],".repeat(1_000_000) + "[]]");
    refused("an answer that is too long", "\"" + "a".repeat(5 << 20) + "\"");
    all.add(
        new Attempt(
            "answers",
            "answers to steps that nobody waits for",
            stand ->
                stand.returns(
                    Script.of("a = fs.read(n=1)\nb = fs.read(n=2)\nresult = [a, b]"),
                    "[{\"n\":1},{\"n\":2}]")));
  }
}
