package dev.sallyport.cli.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.host.CredentialsFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalGatewayTest {

  private static final URI OURS = URI.create("http://127.0.0.1:8686/mcp");

  @TempDir Path data = Path.of("");

  private void started(String url, String key) {
    new CredentialsFile(url + "/mcp", url, "sa-admin", Optional.of(key), Map.of("dev", "sp-other"))
        .write(data.resolve("credentials"));
  }

  @Test
  void theDataFoldersGatewayIsUsedWithItsKey() {
    // Given
    started("http://127.0.0.1:8686", "sp-first");

    // When / Then
    assertThat(new LocalGateway(data, null, null, null).now())
        .isEqualTo(new Destination.Known(OURS, "sp-first"));
    assertThat(new LocalGateway(data, null, "sp-mine", "files").now())
        .isEqualTo(
            new Destination.Known(
                URI.create("http://127.0.0.1:8686/mcp/servers/files"), "sp-mine"));
  }

  @Test
  void aGatewayThatStartsAgainIsFoundWhereItIsNow() throws IOException {
    // Given
    started("http://127.0.0.1:8686", "sp-first");
    LocalGateway gateway = new LocalGateway(data, null, null, null);
    gateway.now();

    // When
    started("http://127.0.0.1:18686", "sp-second");

    // Then
    assertThat(gateway.now())
        .isEqualTo(new Destination.Known(URI.create("http://127.0.0.1:18686/mcp"), "sp-second"));

    // When it is being written, what was known holds
    Files.writeString(data.resolve("credentials"), "{\"mcpUrl\":");
    assertThat(gateway.now()).isInstanceOf(Destination.Known.class);
  }

  @Test
  void withoutAGatewayTheRemedyIsNamed() {
    // Given / When
    Destination found = new LocalGateway(data, null, null, null).now();

    // Then
    assertThat(found)
        .isInstanceOfSatisfying(
            Destination.Unknown.class,
            unknown ->
                assertThat(unknown.remedy())
                    .contains("./sallyport up")
                    .contains("--data")
                    .contains(data.toString()));
  }

  @Test
  void theKeyOfTheDataFolderGoesToItsOwnGatewayOnly() {
    // Given
    started("http://127.0.0.1:8686", "sp-first");

    // When / Then
    assertThat(keyFor("http://localhost:8686/mcp")).isEqualTo("sp-first");
    assertThat(keyFor("http://127.0.0.1:8687/mcp")).isNull();
    assertThat(keyFor("https://127.0.0.1:8686/mcp")).isNull();
    assertThat(keyFor("http://gateway.example:8686/mcp")).isNull();
  }

  private @Nullable String keyFor(String url) {
    return ((Destination.Known) new LocalGateway(data, URI.create(url), null, null).now()).key();
  }

  @Test
  void noKeyIsShown() {
    assertThat(
            new Destination.Known(URI.create("http://u:pw@h/mcp?t=secret"), "sp-first").toString())
        .isEqualTo("Known[http://h/mcp]");
  }
}
