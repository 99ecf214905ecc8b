package dev.sallyport.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class UpOptionsTest {

  @TempDir Path temp;

  @Test
  void refusesNoAuthWhereOthersCouldReachIt() {
    assertThatThrownBy(options("--port", "0", "--no-auth", "--bind", "0.0.0.0")::check)
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("this machine only");
  }

  @Test
  void takesNoAuthOnThisMachine() {
    assertThatCode(options("--port", "0", "--no-auth")::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--config", "--mcp-json"})
  void namesTheOptionWhoseFileIsNotThere(String option) {
    assertThatThrownBy(options("--port", "0", option, temp + "/none")::check)
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining(option)
        .hasMessageContaining(temp + "/none");
  }

  @Test
  void namesThePortThatIsTaken() throws IOException {
    // Given
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      UpOptions options = options("--port", Integer.toString(taken.getLocalPort()));

      // When, then
      assertThatThrownBy(options::check)
          .isInstanceOf(StartFailed.class)
          .hasMessageContaining("Port " + taken.getLocalPort())
          .hasMessageContaining("--port N");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536"})
  void refusesWhatIsNoPort(String port) {
    assertThatThrownBy(options("--port=" + port)::check)
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("0 to 65535");
  }

  @Test
  void refusesAFileAsDataFolder() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));

    assertThatThrownBy(options("--port", "0", "--data", file.toString())::check)
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("--data takes a folder");
  }

  @Test
  void refusesAReadyFileInAFolderThatIsNotThere() {
    assertThatThrownBy(options("--port", "0", "--ready-file", temp + "/none/ready")::check)
        .isInstanceOf(StartFailed.class)
        .hasMessageContaining("--ready-file");
  }

  @Test
  void portZeroIsChosenOnceAndStays() {
    UpOptions options = options("--port", "0");

    int chosen = options.port();

    assertThat(chosen).isPositive();
    assertThat(options.port()).isEqualTo(chosen);
  }

  @Test
  void theUsualPlacesAreTheDocumentedOnes() {
    UpOptions options = options();

    assertThat(options.port()).isEqualTo(8686);
    assertThat(options.bind()).isEqualTo("127.0.0.1");
    assertThat(options.data()).isEqualTo(Path.of(System.getProperty("user.home"), ".sallyport"));
    assertThat(options.declaresServers()).isFalse();
  }

  private static UpOptions options(String... arguments) {
    UpOptions options = new UpOptions();
    new CommandLine(new Line(options)).parseArgs(arguments);
    return options;
  }

  /** Takes the options as the real commands do. */
  private static final class Line {

    @CommandLine.Mixin private final UpOptions options;

    Line(UpOptions options) {
      this.options = options;
    }
  }
}
