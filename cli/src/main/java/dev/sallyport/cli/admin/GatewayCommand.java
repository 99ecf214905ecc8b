package dev.sallyport.cli.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that asks the gateway once and prints the answer. */
abstract class GatewayCommand implements Callable<Integer> {

  @Mixin private GatewayOptions gateway = new GatewayOptions();

  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec spec;

  /** Where the gateway is, as this command was told; null when it was not. */
  @Nullable String url() {
    return null;
  }

  /** Asks. */
  abstract JsonNode ask(AdminClient admin);

  /** Prints for people. */
  abstract void print(JsonNode answer, PrintWriter out);

  @Override
  public final Integer call() {
    JsonNode answer = ask(gateway.client(url()));
    PrintWriter out = spec.commandLine().getOut();
    if (gateway.json()) {
      out.println(answer.isMissingNode() ? "{}" : answer.toPrettyString());
    } else {
      print(answer, out);
    }
    out.flush();
    return 0;
  }

  static String text(JsonNode object, String member) {
    return object.path(member).asText("");
  }

  /** To the second, without the T. */
  static String time(JsonNode object, String member) {
    String text = text(object, member);
    return text.length() < 19 ? text : text.substring(0, 19).replace('T', ' ') + "Z";
  }

  static String list(JsonNode array) {
    StringBuilder text = new StringBuilder();
    for (JsonNode item : array) {
      text.append(text.isEmpty() ? "" : ", ").append(item.asText());
    }
    return text.toString();
  }

  /** What a key or a group allows, for people. */
  static String allowed(JsonNode object) {
    return object.path("tools").isEmpty() ? "no tools" : list(object.path("tools"));
  }

  static ArrayNode array(List<String> texts) {
    ArrayNode array = AdminClient.JSON.createArrayNode();
    texts.stream().filter(text -> !text.isEmpty()).forEach(array::add);
    return array;
  }

  static void put(ObjectNode body, String member, @Nullable String value) {
    if (value != null) {
      body.put(member, value);
    }
  }

  static void line(PrintWriter out, String name, String value) {
    if (!value.isEmpty()) {
      out.printf("%-14s %s%n", name, Table.lines(value));
    }
  }
}
