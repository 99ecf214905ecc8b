package dev.sallyport.mcp.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UriTemplateTest {

  /** Examples of RFC 6570 section 1.2, levels 1 to 4. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "test://template/{id}/data|test://template/7/data",
        "test://template/{id}/data|test://template/a%20b/data",
        "x:{var}|x:Hello%20World%21",
        "x:{+path}/here|x:/foo/bar/here",
        "x:{#path,x}|x:#/foo/bar,1024",
        "map:{?x,y}|map:?x=1024&y=768",
        "map:?fixed=yes{&x}|map:?fixed=yes&x=1024",
        "x:X{.var}|x:X.value",
        "x:{/list*,path:4}|x:/red/green/blue/%2Ffoo",
        "x:{;x,y,empty}|x:;x=1024;y=768;empty",
        "x:{list*}|x:red,green,blue",
        "x:{a,b}|x:1,2"
      })
  void whatATemplateExpandsToFitsIt(String template, String uri) {
    assertThat(UriTemplate.of(template).matches(uri)).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "test://template/{id}/data|test://template/7/other",
        "test://template/{id}/data|test://template/7/8/data",
        "test://template/{id}|test://template/7?x=1",
        "test://template/{id}|test://templat/7",
        "file:///{name}.txt|file:///a.md",
        "a:b|a:bc"
      })
  void whatItCannotExpandToDoesNot(String template, String uri) {
    assertThat(UriTemplate.of(template).matches(uri)).isFalse();
  }

  @Test
  void anyTextIsATemplate() {
    assertThat(UriTemplate.of("a:{").matches("a:{")).isTrue();
    assertThat(UriTemplate.of("a:{}").matches("a:{}")).isTrue();
    assertThat(UriTemplate.of("").matches("")).isTrue();
  }

  @Test
  void aTemplateMadeToBeSlowIsNot() {
    UriTemplate hostile = UriTemplate.of("x:" + "{+a}".repeat(500) + "!");

    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () -> assertThat(hostile.matches("x:" + "a".repeat(4_000))).isFalse());
  }
}
