package dev.sallyport.mcp.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolPatternTest {

  @ParameterizedTest
  @CsvSource({
    "*,fs,read,true",
    "*,x,'',true",
    "fs__read,fs,read,true",
    "fs__read,fs,read2,false",
    "fs__read,fs,Read,false",
    "fs__read,fs2,read,false",
    "fs__read_*,fs,read_file,true",
    "fs__read_*,fs,read_,true",
    "fs__read_*,fs,read,false",
    "fs__*_file,fs,read_file,true",
    "fs__*,fs,anything.at/all,true",
    "fs__*,fsx,anything,false",
    "*__read,any,read,true",
    "*__read,any,reader,false",
    "db-*__*,db-1,q,true",
    "db-*__*,db,q,false",
    "fs__a__b,fs,a__b,true",
    "fs___x,fs,_x,true",
    "fs__*a*a*,fs,aa,true",
    "fs__*a*a*,fs,a,false",
    "fs__ab*ba,fs,aba,false",
    "fs__**,fs,x,true",
    "fs__.*,fs,x,false",
  })
  void matchesServerAndOriginalName(String pattern, String server, String tool, boolean matches) {
    assertThat(ToolPattern.parse(pattern).matches(server, tool)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "'',write \"*\"",
    "read_file,write \"server__read_file\"",
    "fs_*,\"*__fs_*\" for every server",
    "__read,write \"*__read\"",
    "fs__,write \"fs__*\"",
    "' fs__x',Remove the white space",
    "'fs__x ',Remove the white space",
    "FS__read,lower-case",
    "f_s__read,lower-case",
  })
  void namesTheFixForWhatIsNotAPattern(String pattern, String fix) {
    assertThatThrownBy(() -> ToolPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(fix);
  }

  @Test
  void refusesPatternsOverTheCap() {
    assertThatThrownBy(() -> ToolPattern.parse("s__" + "a".repeat(254)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ofOneServerKnowsNoOther() {
    ToolPattern some = ToolPattern.ofServer("fs", "read_*");
    assertThat(some.matches("fs", "read_file")).isTrue();
    assertThat(some.matches("fs", "write")).isFalse();
    assertThat(some.matches("git", "read_file")).isFalse();
    assertThat(some.matches("fs", "")).isFalse();
    assertThat(ToolPattern.ofServer("fs", "*").matches("fs", "")).isTrue();
    assertThat(ToolPattern.ofServer("fs", "a__b").matches("fs", "a__b")).isTrue();
    assertThatThrownBy(() -> ToolPattern.ofServer("fs", ""))
        .hasMessageContaining("or the name of one");
    assertThatThrownBy(() -> ToolPattern.ofServer("fs", " a")).hasMessageContaining("white space");
  }

  @Test
  void givesItsTextBackAndIsAValue() {
    assertThat(ToolPattern.parse("fs__read_*")).hasToString("fs__read_*");
    assertThat(ToolPattern.parse("fs__*")).isEqualTo(ToolPattern.parse("fs__*"));
  }

  @Test
  void doesNotBacktrack() {
    ToolPattern hostile = ToolPattern.parse("s__" + "a*".repeat(120) + "b");
    String name = "a".repeat(1_000_000);

    Assertions.assertTimeout(Duration.ofSeconds(5), () -> hostile.matches("s", name));
  }
}
