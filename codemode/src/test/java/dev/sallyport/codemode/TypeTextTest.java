package dev.sallyport.codemode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.mcp.frame.Span;
import dev.sallyport.mcp.schema.SchemaTree;
import dev.sallyport.mcp.schema.SchemaTree.Members;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeTextTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'string'} | str",
        "{'type':'integer'} | int",
        "{'type':'number'} | float",
        "{'type':'boolean'} | bool",
        "{'type':'null'} | None",
        "{} | Any",
        "{'type':'array'} | list",
        "{'type':'array','items':{'type':'string'}} | list[str]",
        "{'type':'array','items':true} | list",
        "{'type':'array','prefixItems':[{'type':'string'},{'type':'integer'}]} | `list[str | int]`",
        "{'type':'object'} | dict",
        "{'type':'object','additionalProperties':{'type':'integer'}} | dict[str, int]",
        "{'type':'object','properties':{'a':{'type':'string'},'b-c':{'type':'integer'}},'required':['a']} | {\"a\": str, \"b-c\"?: int}",
        "{'properties':{'a':true}} | {\"a\"?: Any}",
        "{'items':{'type':'integer'}} | list[int]",
        "{'type':['string','null']} | `str | None`",
        "{'type':['null','string','integer']} | `str | int | None`",
        "{'type':'string','nullable':true} | `str | None`",
        "{'enum':['open','closed']} | Literal[\"open\", \"closed\"]",
        "{'enum':['a',1,true,null]} | `Literal[\"a\", 1, True] | None`",
        "{'const':'x'} | Literal[\"x\"]",
        "{'anyOf':[{'type':'string'},{'type':'integer'},{'type':'null'}]} | `str | int | None`",
        "{'oneOf':[{'type':'string'},{'type':'string'}]} | str",
        "{'anyOf':[{'type':'string'},{}]} | Any",
        "{'type':'object','properties':{'a':{'type':'string'}},'anyOf':[{'required':['a']}]} | {\"a\"?: str}",
        "{'allOf':[{'type':'object','properties':{'a':{'type':'string'}},'required':['a']},{'properties':{'b':{'type':'integer'}}}]} | {\"a\": str, \"b\"?: int}",
        "{'allOf':[{'type':'string'}]} | str",
        "{'$ref':'#/$defs/id','$defs':{'id':{'type':'integer'}}} | int",
        "{'$ref':'https://example.com/schema'} | Any",
        "{'$ref':'#/$defs/none'} | Any",
        "{'type':'object','properties':{'next':{'$ref':'#'}}} | {\"next\"?: dict}",
        "{'type':'array','items':{'$ref':'#'}} | list[list]",
        "{'type':'date'} | Any",
        "{'enum':[{'a':1}]} | Any"
      })
  void writesTypes(String schema, String type) {
    assertThat(type(schema.replace('\'', '"'), 3, 500)).isEqualTo(type);
  }

  @Test
  void showsLessWhereItWouldBeTooLong() {
    String schema =
        """
        {"type":"object","properties":{"a":{"type":"object","properties":{"long_name_of_b":{"type":"string"}}},"c":{"type":"string"}}}""";

    assertThat(type(schema, 3, 60)).isEqualTo("{\"a\"?: {\"long_name_of_b\"?: str}, \"c\"?: str}");
    assertThat(type(schema, 3, 30)).isEqualTo("{\"a\"?: dict, \"c\"?: str}");
    assertThat(type(schema, 3, 10)).isEqualTo("dict");
  }

  @Test
  void boundsSchemasThatMultiply() {
    StringBuilder schema = new StringBuilder("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
    for (int i = 0; i < 30; i++) {
      String next = "{\"$ref\":\"#/$defs/d" + (i + 1) + "\"}";
      schema.append(
          "\"d%d\":{\"type\":\"object\",\"properties\":{\"a\":%s,\"b\":%s,\"c\":%s}},"
              .formatted(i, next, next, next));
    }
    schema.append("\"d30\":{}}}");

    assertThat(type(schema.toString(), 30, 1000).length()).isLessThanOrEqualTo(1000);
  }

  @Test
  void boundsReferencesThatGoDown() {
    StringBuilder schema = new StringBuilder("{\"$ref\":\"#/$defs/d0\",\"$defs\":{");
    for (int i = 0; i < 5_000; i++) {
      schema.append(
          "\"d%d\":{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/d%d\"}},".formatted(i, i + 1));
    }
    schema.append("\"d5000\":{}}}");

    assertThat(type(schema.toString(), 4, 1000)).startsWith("list[list[").hasSizeLessThan(1000);
  }

  static String type(String json, int depth, int longest) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    Members schema = (Members) SchemaTree.read(bytes, new Span(0, bytes.length));
    return new TypeText(schema).of(schema, depth, longest);
  }
}
