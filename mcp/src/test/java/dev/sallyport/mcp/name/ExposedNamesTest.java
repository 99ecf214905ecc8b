package dev.sallyport.mcp.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExposedNamesTest {

  @ParameterizedTest
  @CsvSource({
    "fs,read_file,fs__read_file",
    "fs,Read-File_2,fs__Read-File_2",
    "a,list_projects,a__list_projects",
    "a,__x,a____x",
  })
  void leavesNamesThatFitAlone(String server, String tool, String exposed) {
    assertThat(ExposedNames.of(server, tool, null)).isEqualTo(exposed);
  }

  /** These are promises to every stored configuration: they never change. */
  @Test
  void isStable() {
    assertThat(ExposedNames.of("fs", "read.file", null)).isEqualTo("fs__read_file_U4GCOABP");
    assertThat(ExposedNames.of("a-server-name-of-thirty-chars-x", "t", "short"))
        .isEqualTo("short__t");
    assertThat(ExposedNames.of("fs", "a_tool_name_that_is_far_too_long_for_what_models_take", null))
        .hasSize(46)
        .startsWith("fs__a_tool_name_that_is_far_too_long_");
  }

  @Test
  void makesDifferentNamesOfToolsThatWouldBecomeAlike() {
    assertThat(ExposedNames.of("s", "a.b", null)).isNotEqualTo(ExposedNames.of("s", "a/b", null));
    assertThat(ExposedNames.of("s", "a.b", null)).isNotEqualTo(ExposedNames.of("s", "a_b", null));
    String changed = ExposedNames.of("s", "a.b", null).substring("s__".length());
    assertThat(ExposedNames.of("s", changed, null)).isNotEqualTo("s__" + changed);
  }

  @Test
  void twoServersWithOnePrefixGetDifferentHashes() {
    assertThat(ExposedNames.of("one", "a.b", "p")).isNotEqualTo(ExposedNames.of("two", "a.b", "p"));
  }

  @Test
  void hasRoomForTheLongestServer() {
    String server = "s".repeat(30);

    String exposed = ExposedNames.of(server, "a".repeat(500), null);

    assertThat(exposed).hasSize(46).startsWith(server + "__aaaaa_");
  }

  @Test
  void refusesALimitThatNoNameMeets() {
    assertThatThrownBy(() -> ExposedNames.of("s", "t", null, 20))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aShorterLimitGivesWhatItWouldHaveGivenAtOnce() {
    String server = "files";
    for (String tool : new String[] {"t".repeat(41), "t".repeat(42), "a.b" + "c".repeat(80)}) {
      String exposed = ExposedNames.of(server, tool, null);

      String shortened = ExposedNames.shortened(server, tool, exposed, 42);

      assertThat(shortened).hasSize(42).isEqualTo(ExposedNames.of(server, tool, null, 42));
    }
  }

  @Test
  void aNameThatFitsIsNotShortened() {
    assertThat(ExposedNames.shortened("s", "any thing/at.all", "any thing/at.all", 42))
        .isEqualTo("any thing/at.all");
  }

  /** These are promises to every conversation that mentions a tool: they never change. */
  @Test
  void aShortenedNameOfAServersOwnIsStable() {
    String own = "create a repository.in an organisation/with all of its settings";

    assertThat(ExposedNames.shortened("forge", own, own, 42))
        .isEqualTo("create_a_repository_in_an_organis_IAZQEZET");
  }

  @Test
  void refusesToShortenBelowWhatAServerNameNeeds() {
    assertThatThrownBy(() -> ExposedNames.shortened("s", "t", "t", 41))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
