package dev.sallyport.bench.tokens;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sallyport.bench.tokens.Task.Call;
import dev.sallyport.bench.tokens.Task.Step;
import dev.sallyport.codemode.CodeCatalogue;
import dev.sallyport.codemode.CodeCatalogue.Docs;
import dev.sallyport.codemode.CodeCatalogue.FileText;
import dev.sallyport.codemode.MetaTools;
import dev.sallyport.mcp.name.ExposedNames;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Goes through a task in both ways, on one catalogue. */
final class Walk {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CALLED = Pattern.compile("\\b([a-z]+)\\.([a-z_]+)[(,]");

  private final BenchCatalogue catalogue;
  private final CodeCatalogue code;
  private final long metaTokens;

  Walk(BenchCatalogue catalogue) {
    this.catalogue = catalogue;
    this.code = catalogue.code();
    this.metaTokens =
        MetaTools.all().stream()
            .map(
                tool ->
                    json(
                        Map.of(
                            "name",
                            tool.name(),
                            "description",
                            tool.description(),
                            "input_schema",
                            read(tool.inputSchema()))))
            .mapToInt(Tokens::count)
            .sum();
  }

  /** Tokens of the definitions of the meta tools. */
  long metaTokens() {
    return metaTokens;
  }

  Conversation.Cost classic(Task task) {
    Conversation conversation = new Conversation(catalogue.tokens(), task.question());
    for (List<Call> turn : task.classic()) {
      conversation.request();
      for (Call call : turn) {
        TaskTools.Simulated simulated = TaskTools.get(call.tool());
        conversation.call(
            ExposedNames.of(simulated.tool().server(), simulated.tool().name(), null),
            call.arguments());
        conversation.result(simulated.answer().apply(JSON.valueToTree(read(call.arguments()))));
      }
    }
    conversation.request();
    conversation.answer(task.answer());
    return conversation.cost();
  }

  Conversation.Cost code(Task task) {
    Conversation conversation = new Conversation(metaTokens, task.question());
    StringBuilder seen = new StringBuilder();
    for (List<Step> turn : task.code()) {
      conversation.request();
      for (Step step : turn) {
        String result = take(step, conversation, seen);
        conversation.result(result);
        seen.append(result).append('\n');
      }
    }
    conversation.request();
    conversation.answer(task.answer());
    return conversation.cost();
  }

  private String take(Step step, Conversation conversation, CharSequence seen) {
    switch (step) {
      case Step.ListFiles list -> {
        boolean all = list.query().isEmpty();
        conversation.call("listToolFiles", json(all ? Map.of() : Map.of("query", list.query())));
        return code.listFiles(
            list.query(), all ? CodeCatalogue.LISTING_TOKENS : CodeCatalogue.SEARCH_TOKENS);
      }
      case Step.Read read -> {
        conversation.call("readToolFile", json(Map.of("fileName", read.file())));
        return switch (code.read(read.file(), 0, 0)) {
          case FileText.Found found -> found.text();
          case FileText.Missing missing -> throw new IllegalStateException(missing.message());
        };
      }
      case Step.Docs docs -> {
        conversation.call(
            "getToolDocs",
            json(new TreeMap<>(Map.of("server", docs.server(), "tool", docs.tool()))));
        return switch (code.docs(docs.server(), docs.tool())) {
          case Docs.Found found -> found.text();
          case Docs.Missing missing -> throw new IllegalStateException(missing.message());
        };
      }
      case Step.Execute execute -> {
        requireKnown(execute.script(), seen.toString());
        conversation.call("executeToolCode", json(Map.of("code", execute.script())));
        return new ScriptRun(code).run(execute.script());
      }
    }
  }

  /** Nobody calls what was not found before: the way would not be one that a model can go. */
  private void requireKnown(String script, String seen) {
    Matcher called = CALLED.matcher(script);
    while (called.find()) {
      String server = called.group(1);
      boolean tool = code.namespaces().stream().anyMatch(n -> n.name().equals(server));
      if (tool
          && !seen.contains("def " + called.group(2) + "(")
          && !seen.contains(server + "." + called.group(2) + "(")) {
        throw new IllegalStateException("the model has not seen " + called.group());
      }
    }
  }

  private static Object read(String json) {
    try {
      return JSON.readValue(json, Object.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value instanceof Map<?, ?> map ? new TreeMap<>(map) : value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
