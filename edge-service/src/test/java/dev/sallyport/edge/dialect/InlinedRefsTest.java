package dev.sallyport.edge.dialect;

import static dev.sallyport.edge.dialect.SchemaText.schema;
import static dev.sallyport.edge.dialect.SchemaText.text;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InlinedRefsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        // Beside a reference: descriptions come first, conditions hold too.
        "{'properties':{'a':{'title':'T','$ref':'#/$defs/A'}},'$defs':{'A':{'type':'string','title':'U'}}}"
            + " | {'properties':{'a':{'type':'string','title':'T'}}}",
        "{'properties':{'a':{'$ref':'#/$defs/A','allOf':[{'minLength':1}]}},'$defs':{'A':{'type':'string'}}}"
            + " | {'properties':{'a':{'allOf':[{'type':'string'},{'minLength':1}]}}}",
        // A reference to a reference, and to true.
        "{'items':{'$ref':'#/$defs/A'},'$defs':{'A':{'$ref':'#/$defs/B'},'B':{'type':'null'}}}"
            + " | {'items':{'type':'null'}}",
        "{'items':{'$ref':'#/$defs/A'},'$defs':{'A':true}} | {'items':true}",
        // Into a list, with characters that a URI has to encode.
        "{'anyOf':[{'type':'string'},{'items':{'$ref':'#/anyOf/0'}}]}"
            + " | {'anyOf':[{'type':'string'},{'items':{'type':'string'}}]}",
        "{'not':{'$ref':'#/$defs/a%20b+c'},'$defs':{'a b+c':{'type':'null'}}} | {'not':{'type':'null'}}",
        // A property may be called like a keyword, and data is no schema.
        "{'properties':{'$ref':{'type':'string'},'$defs':{'$ref':'#/$defs/A'}},'$defs':{'A':{'enum':[{'$ref':'#/x'}]}}}"
            + " | {'properties':{'$ref':{'type':'string'},'$defs':{'enum':[{'$ref':'#/x'}]}}}",
        // Definitions that nobody refers to go too.
        "{'type':'object','definitions':{'A':{'type':'string'}}} | {'type':'object'}",
        // What leads out stays, and is not followed.
        "{'properties':{'a':{'$ref':'file:///etc/passwd'},'b':{'$ref':'#/$defs/B'}},'$defs':{'B':{'const':1.50}}}"
            + " | {'properties':{'a':{'$ref':'file:///etc/passwd'},'b':{'const':1.50}}}",
      })
  void putsWhatIsReferredToInTheReferencesPlace(String before, String after) {
    assertThat(text(InlinedRefs.of(schema(before)))).isEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'properties':{'self':{'$ref':'#'}}}",
        "{'properties':{'a':{'items':{'$ref':'#/properties/a'}}}}",
        "{'$ref':'#/$defs/A','$defs':{'A':{'$ref':'#/$defs/B'},'B':{'$ref':'#/$defs/A'}}}",
        "{'items':{'$ref':'#/$defs/A'},'$defs':{'A':{'items':{'$ref':'#/$defs/A'}}}}",
      })
  void aSchemaThatRefersToItselfAllowsEverythingThereAndSaysSo(String before) {
    assertThat(text(InlinedRefs.of(schema(before))))
        .contains("'description':'Any value is taken here")
        .doesNotContain("'$ref'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'object','properties':{'a':{'type':'string'}}}",
        // Leads nowhere, to an anchor, or to what is no schema.
        "{'items':{'$ref':'#/$defs/none'}}",
        "{'items':{'$ref':'#A'},'$defs':{'A':{'$anchor':'A'}}}",
        "{'items':{'$ref':'#/required'},'required':[]}",
        "{'items':{'$ref':'#/%zz'}}",
        // Means something else, depending on where one comes from.
        "{'items':{'$id':'https://x.example/a','$ref':'#/$defs/A'},'$defs':{'A':{}}}",
        "{'items':{'$dynamicRef':'#A'},'$defs':{'A':{'$dynamicAnchor':'A'}}}",
      })
  void whatCannotBeInlinedSafelyStaysAsItWas(String schema) {
    assertThat(InlinedRefs.of(schema(schema))).isNull();
  }

  @Test
  @Timeout(5)
  void anExponentialSchemaIsRefused() {
    StringBuilder defs = new StringBuilder("'D0':{'type':'string'}");
    for (int i = 1; i <= 60; i++) {
      String ref = "{'$ref':'#/$defs/D" + (i - 1) + "'}";
      defs.append(",'D" + i + "':{'properties':{'a':" + ref + ",'b':" + ref + "}}");
    }

    assertThat(InlinedRefs.of(schema("{'items':{'$ref':'#/$defs/D60'},'$defs':{" + defs + "}}")))
        .isNull();
    assertThat(InlinedRefs.of(schema("{'items':{'$ref':'#/$defs/D6'},'$defs':{" + defs + "}}")))
        .isNotNull();
  }

  @Test
  void aLongChainOfReferencesIsRefusedAndNotFollowedToTheEndOfTheStack() {
    StringBuilder defs = new StringBuilder("'D0':{'type':'string'}");
    for (int i = 1; i <= 20_000; i++) {
      defs.append(",'D" + i + "':{'$ref':'#/$defs/D" + (i - 1) + "'}");
    }

    assertThat(InlinedRefs.of(schema("{'$ref':'#/$defs/D20000','$defs':{" + defs + "}}"))).isNull();
  }
}
