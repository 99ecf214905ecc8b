package dev.sallyport.edge.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ExposedUrisTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///a b/c%20d?x=1+2#f",
        "test://{not}a/template",
        "sallyport://other/x",
        "é://ü",
        "relative/path",
        "/begins/with/a/slash",
        "%",
        "+"
      })
  void aResourceComesBackExactly(String uri) {
    String exposed = ExposedUris.of("files", uri);

    assertThat(exposed).startsWith("sallyport://files/").matches("[\\x21-\\x7E]+");
    assertThat(ExposedUris.parse(exposed)).isEqualTo(new ExposedUris.Named("files", uri));
  }

  @Test
  void whatATemplateExpandsToKeepsItsEncoding() {
    String exposed = ExposedUris.ofTemplate("files", "test://t/{id}/data{?q}");

    String expanded = exposed.replace("{id}", "a%20b").replace("{?q}", "?q=1%2F2");

    assertThat(ExposedUris.parse(expanded))
        .isEqualTo(new ExposedUris.Named("files", "test://t/a%20b/data?q=1%2F2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:///x", "sallyport://files", "sallyport://files/%zz", ""})
  void anythingElseNamesNothing(String uri) {
    assertThat(ExposedUris.parse(uri)).isNull();
  }
}
