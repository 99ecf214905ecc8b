package dev.sallyport.cli.stdio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sallyport.cli.Sallyport;
import dev.sallyport.host.StartFailed;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class StdioArgumentsTest {

  @TempDir Path folder = Path.of("");

  @Test
  void theQuickReadingKnowsEveryOptionThatPicocliKnows() {
    // Given
    CommandLine stdio =
        Objects.requireNonNull(Sallyport.commandLine().getSubcommands().get("stdio"));

    // When / Then
    assertThat(stdio.getCommandSpec().options())
        .filteredOn(option -> !option.usageHelp() && !option.versionHelp())
        .flatExtracting(option -> List.of(option.names()))
        .containsExactlyInAnyOrderElementsOf(StdioArguments.NAMES);
  }

  @Test
  void plainOptionsAreReadInBothForms() {
    assertThat(StdioArguments.plain(List.of("--url=http://h/mcp?a=b", "--server", "files")))
        .hasValue(new StdioArguments(Map.of("--url", "http://h/mcp?a=b", "--server", "files")));
    assertThat(StdioArguments.plain(List.of())).hasValue(new StdioArguments(Map.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--help", "--url", "--url=", "--key --server", "--nope x", "x", "--key a --key b"})
  void everythingElseIsLeftToPicocli(String line) {
    assertThat(StdioArguments.plain(List.of(line.split(" ", -1)))).isEmpty();
  }

  private Destination.Known known(Map<String, String> environment, String... arguments) {
    return (Destination.Known)
        StdioArguments.plain(List.of(arguments)).orElseThrow().destination(environment).now();
  }

  @Test
  void aKeyComesFromOneOfThePlacesForIt() throws IOException {
    // Given
    Path file = Files.writeString(folder.resolve("key"), "sp-in-file\n");
    Map<String, String> environment = Map.of("MINE", "sp-in-mine", "SALLYPORT_KEY", "sp-usual");
    String url = "--url=http://h/mcp";

    // When / Then
    assertThat(known(environment, url, "--key=sp-given").key()).isEqualTo("sp-given");
    assertThat(known(environment, url, "--key-env=MINE").key()).isEqualTo("sp-in-mine");
    assertThat(known(environment, url, "--key-file=" + file).key()).isEqualTo("sp-in-file");
    assertThat(known(environment, url).key()).isEqualTo("sp-usual");
    assertThat(known(Map.of(), url, "--data=" + folder).key()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://h:8686", "http://h:8686/", "http://h:8686/mcp"})
  void aUrlWithoutPathMeansTheUsualEndpoint(String url) {
    assertThat(known(Map.of("SALLYPORT_URL", url), "--key=k").url())
        .isEqualTo(URI.create("http://h:8686/mcp"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--url=ftp://h/",
        "--url=h:8686",
        "--url=http:///mcp",
        "--key-env=NOT_SET",
        "--key-file=/no/such/file",
        "--key=a --key-env=B",
        "--key=schlüssel",
        "--server=../x"
      })
  void whatCannotBeMeantIsRefusedInASentence(String line) {
    assertThatExceptionOfType(StartFailed.class)
        .isThrownBy(() -> known(Map.of(), line.split(" ")))
        .withMessageContaining(".");
  }

  @Test
  void noKeyIsShown() {
    assertThat(new StdioArguments(Map.of("--key", "sp-canary")).toString())
        .doesNotContain("sp-canary");
  }
}
