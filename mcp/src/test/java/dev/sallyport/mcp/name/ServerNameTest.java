package dev.sallyport.mcp.name;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerNameTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "fs", "my-server-2", "-", "123456789012345678901234567890"})
  void takesAllowedNames(String name) {
    assertThat(ServerName.check(name)).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({
    "My Server,use \"my-server\"",
    "my_server,use \"my-server\"",
    "files.example.com,use \"files-example-com\"",
    "1234567890123456789012345678901,use \"123456789012345678901234567890\"",
    "漢字,rename it",
    "'',Give the server a name",
  })
  void namesTheFixForOthers(String name, String fix) {
    assertThatThrownBy(() -> ServerName.check(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(fix);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"My Server!", "--x--", "Ünïcode", "A__B", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaa - b"})
  void suggestsOnlyNamesThatAreAllowed(String name) {
    assertThat(ServerName.problem(ServerName.nearest(name))).isNull();
  }
}
