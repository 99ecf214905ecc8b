package dev.sallyport.cli.admin;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command in which {@code --url} means the gateway, which it does wherever no server has one. */
abstract class AdminCommand extends GatewayCommand {

  @Option(names = "--url", paramLabel = "URL", description = "The same as --gateway-url.")
  private @Nullable String url;

  @Override
  final @Nullable String url() {
    return url;
  }
}
