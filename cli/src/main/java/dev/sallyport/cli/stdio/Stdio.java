package dev.sallyport.cli.stdio;

import dev.sallyport.host.StartFailed;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport stdio}. */
@Command(
    name = "stdio",
    description =
        "A bridge for MCP clients that speak only stdio: reads messages from standard input, speaks"
            + " Streamable HTTP to the gateway, writes what comes back to standard output. A client"
            + " starts it; it ends with its input.",
    mixinStandardHelpOptions = true)
public final class Stdio implements Callable<Integer> {

  private static final Duration FOR_ANSWERS = Duration.ofSeconds(5);

  @Option(
      names = StdioArguments.URL,
      paramLabel = "URL",
      description =
          "The gateway's MCP endpoint (default: SALLYPORT_URL, else what the data folder says).")
  private @Nullable String url;

  @Option(
      names = StdioArguments.KEY,
      paramLabel = "KEY",
      description =
          "Virtual key (default: SALLYPORT_KEY, else the data folder's, for its own gateway). Others"
              + " on this machine can see an argument; the next two they cannot.")
  private @Nullable String key;

  @Option(
      names = StdioArguments.KEY_ENV,
      paramLabel = "NAME",
      description = "Environment variable that holds the key.")
  private @Nullable String keyEnv;

  @Option(
      names = StdioArguments.KEY_FILE,
      paramLabel = "FILE",
      description = "File that holds the key.")
  private @Nullable String keyFile;

  @Option(
      names = StdioArguments.SERVER,
      paramLabel = "NAME",
      description = "Only this server, with its tools under their own names.")
  private @Nullable String server;

  @Option(
      names = StdioArguments.DATA,
      paramLabel = "DIR",
      description = "Data folder of the gateway on this machine (default: ~/.sallyport).")
  private @Nullable String data;

  /**
   * Runs the bridge to its end if the arguments are plain ones.
   *
   * @return the exit status; empty if picocli has to look at them
   */
  public static Optional<Integer> plain(List<String> arguments) {
    return StdioArguments.plain(arguments)
        .map(
            asked -> {
              try {
                return run(asked);
              } catch (StartFailed e) {
                System.err.println("sallyport: " + e.getMessage());
                return 1;
              }
            });
  }

  @Override
  public Integer call() {
    Map<String, String> given = new HashMap<>();
    put(given, StdioArguments.URL, url);
    put(given, StdioArguments.KEY, key);
    put(given, StdioArguments.KEY_ENV, keyEnv);
    put(given, StdioArguments.KEY_FILE, keyFile);
    put(given, StdioArguments.SERVER, server);
    put(given, StdioArguments.DATA, data);
    return run(new StdioArguments(given));
  }

  private static void put(Map<String, String> given, String name, @Nullable String value) {
    if (value != null) {
      given.put(name, value);
    }
  }

  private static int run(StdioArguments asked) {
    Destination.Source destination = asked.destination(System.getenv());
    FileOutputStream messages = new FileOutputStream(FileDescriptor.out);
    PrintStream errors = System.err;
    // Whatever prints without knowing where it runs must not do so between messages.
    System.setOut(errors);
    Bridge bridge =
        new Bridge(
            new GatewayLink(destination, new Notes(errors)),
            new MessageWriter(messages, new Notes(errors)),
            new Notes(errors),
            FOR_ANSWERS);
    Runtime.getRuntime().addShutdownHook(new Thread(bridge::end, "end-bridge"));
    bridge.run(new FileInputStream(FileDescriptor.in));
    return 0;
  }
}
