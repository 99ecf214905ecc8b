package dev.sallyport.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.sallyport.codemode.CodeCatalogue.Docs;
import dev.sallyport.starlark.Dialect;
import dev.sallyport.starlark.Environment;
import dev.sallyport.starlark.HostFunction;
import dev.sallyport.starlark.Json;
import dev.sallyport.starlark.Limits;
import dev.sallyport.starlark.Meter;
import dev.sallyport.starlark.Namespace;
import dev.sallyport.starlark.PrintSink;
import dev.sallyport.starlark.Program;
import dev.sallyport.starlark.Values;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/**
 * The example of a tool's docs is a script that runs, with arguments that the tool's schema allows.
 */
class ExampleCallTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonSchemaFactory SCHEMAS =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

  @Property(tries = 1000)
  void isAllowedByTheSchema(@ForAll("inputs") String input) throws JsonProcessingException {
    JsonNode arguments = JSON.readTree(arguments(input));

    assertThat(SCHEMAS.getSchema(input).validate(arguments))
        .as("%s for %s", arguments, input)
        .isEmpty();
  }

  @Test
  void followsReferencesAndBranches() {
    assertThat(
            arguments(
                """
                {"type":"object","properties":{"user":{"$ref":"#/$defs/user"},"id":{"type":"integer"},"name":{"type":"string"}},
                "required":["user"],"oneOf":[{"required":["id"]},{"required":["name"]}],
                "$defs":{"user":{"type":"object","properties":{"mail":{"type":"string","format":"email"}},"required":["mail"]}}}"""))
        .isEqualTo("{\"user\":{\"mail\":\"somebody@example.com\"},\"id\":1}");
  }

  /** Runs the example and gives what the tool was called with, as JSON. */
  private static String arguments(String input) {
    CodeCatalogue catalogue =
        CodeCatalogue.of(List.of(Definitions.tool("my-fs", "call-me", "\"inputSchema\":" + input)));
    String docs = ((Docs.Found) catalogue.docs("my-fs", "call-me")).text();
    String example = docs.substring(docs.indexOf("\nExample:\n") + 10);
    HostFunction echo =
        new HostFunction("call_me", "**kwargs", call -> Values.fromJava(call.kwargs()));
    Environment environment =
        Environment.of(Map.of("my_fs", new Namespace("server", "my_fs", Map.of("call_me", echo))));
    Meter meter = new Meter(Limits.DEFAULT);
    Object result =
        Program.parse(example, "example.star", Dialect.CODE_MODE)
            .orThrow()
            .run(environment, meter, PrintSink.NONE)
            .require("result");
    return Json.encode(result, meter);
  }

  @Provide
  Arbitrary<String> inputs() {
    return Schemata.object(Schemata.honest(2));
  }
}
