package dev.sallyport.edge.dialect;

import static dev.sallyport.edge.dialect.SchemaText.schema;
import static dev.sallyport.edge.dialect.SchemaText.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnionsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Required is what every branch requires, and what the object did.
        "{'required':['z'],'anyOf':[{'required':['a','b']},{'required':['b']}]}"
            + " | {'type':'object','required':['z','b']}",
        // Of allOf: what any branch does.
        "{'allOf':[{'required':['a']},{'required':['b']}]} | {'type':'object','required':['a','b']}",
        // Branches that take no object cannot hold for arguments.
        "{'oneOf':[{'type':'string'},{'type':['object','null'],'properties':{'a':{}}},false]}"
            + " | {'type':'object','properties':{'a':{}}}",
        // A property that all branches say the same of, and one that only some narrow.
        "{'properties':{'k':{'type':'string'}},'oneOf':[{'properties':{'a':{'type':'null'},'k':{'const':'x'}}},"
            + "{'properties':{'a':{'type':'null'}}}]}"
            + " | {'type':'object','properties':{'k':{'type':'string'},'a':{'type':'null'}}}",
        "{'properties':{'k':{'type':'string'}},'oneOf':[{'properties':{'k':{'const':'x'}}},{'properties':{'k':{'enum':['y','x']}}}]}"
            + " | {'type':'object','properties':{'k':{'allOf':[{'type':'string'},{'enum':['x','y']}]}}}",
        // A union in a union, and a branch by reference to one.
        "{'anyOf':[{'oneOf':[{'properties':{'a':{}}},{'properties':{'b':{}}}]},{'$ref':'#/$defs/C','title':'C'}],"
            + "'$defs':{'C':{'properties':{'c':{}}}}}"
            + " | {'type':'object','$defs':{'C':{'properties':{'c':{}}}},'properties':{'a':{},'b':{},'c':{}}}",
        // All of the same name hold.
        "{'allOf':[{'properties':{'a':{'minimum':1}}},{'properties':{'a':{'maximum':2}}}]}"
            + " | {'type':'object','properties':{'a':{'allOf':[{'minimum':1},{'maximum':2}]}}}",
      })
  void aTopLevelUnionBecomesOneObject(String before, String after) {
    assertThat(text(MergedUnion.of(schema(before)))).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'anyOf':[{'not':{'required':['a']}},{'required':['b']}]}",
        "{'oneOf':[{'if':{},'then':{}}]}",
        "{'oneOf':[{'$ref':'#'}]}",
        "{'oneOf':[{'$ref':'https://x.example/a'}]}",
        "{'oneOf':[true,{'required':['b']}]}",
        "{'oneOf':[]}",
        "{'allOf':[{'type':'string'}]}",
        // The place that is referred to would be gone.
        "{'oneOf':[{'properties':{'a':{}}}],'properties':{'b':{'$ref':'#/oneOf/0'}}}",
      })
  void whatOneObjectCannotSayIsNotMerged(String schema) {
    assertThat(MergedUnion.of(schema(schema))).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'title':'T','oneOf':[{'$ref':'#/definitions/A'}],'definitions':{'A':{'not':{}}}}"
            + " | {'type':'object','title':'T','definitions':{'A':{'not':{}}},"
            + "'properties':{'input':{'oneOf':[{'$ref':'#/definitions/A'}]}},'required':['input']}",
      })
  void isThenWrappedWithItsDefinitionsWhereTheyWere(String before, String after) {
    assertThat(text(WrappedUnion.of(schema(before)))).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'oneOf':[{'properties':{'a':{'$ref':'#'}}}]}",
        "{'oneOf':[{'properties':{'a':{'$ref':'#/oneOf/0'}}}]}",
        "{'oneOf':[{'properties':{'a':{'$ref':'#anchor'}}}]}",
      })
  void andNotWhereAReferenceWouldLeadElsewhere(String schema) {
    assertThat(WrappedUnion.of(schema(schema))).isNull();
  }
}
