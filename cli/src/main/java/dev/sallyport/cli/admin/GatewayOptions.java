package dev.sallyport.cli.admin;

import dev.sallyport.host.CredentialsFile;
import dev.sallyport.host.DataFolder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which gateway is meant, and with which key. */
final class GatewayOptions {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data folder of the gateway on this machine (default: ~/.sallyport).")
  private Path data = DataFolder.usual();

  @Option(
      names = "--gateway-url",
      paramLabel = "URL",
      description = "Where the gateway is (default: what the data folder says, or SALLYPORT_URL).")
  private @Nullable String url;

  @Option(
      names = "--admin-key",
      paramLabel = "KEY",
      description =
          "Admin key (default: what the data folder says, or SALLYPORT_ADMIN_KEY, which others on this"
              + " machine cannot see).")
  private @Nullable String adminKey;

  @Option(names = "--json", description = "Print the answer as JSON.")
  private boolean json;

  boolean json() {
    return json;
  }

  /**
   * @param otherUrl stands before {@code --gateway-url} when it is not null
   * @throws AdminFailed when neither options, environment nor data folder say where and with what
   */
  AdminClient client(@Nullable String otherUrl) {
    Map<String, String> environment = System.getenv();
    Optional<CredentialsFile> kept = CredentialsFile.read(data.resolve("credentials"));
    String where =
        first(
            otherUrl == null ? url : otherUrl,
            environment.get("SALLYPORT_URL"),
            kept.map(CredentialsFile::adminUrl));
    String key =
        first(
            adminKey, environment.get("SALLYPORT_ADMIN_KEY"), kept.map(CredentialsFile::adminKey));
    if (where.isEmpty() || key.isEmpty()) {
      throw new AdminFailed(
          AdminFailed.NO_GATEWAY,
          "No gateway has been started with the data folder "
              + data.toAbsolutePath().normalize()
              + ". Start one with ./sallyport up, name its folder with --data, or give --gateway-url and"
              + " --admin-key.");
    }
    return new AdminClient(where, key);
  }

  private static String first(
      @Nullable String option, @Nullable String variable, Optional<String> kept) {
    return option != null ? option : variable != null ? variable : kept.orElse("");
  }
}
