package dev.sallyport.executor.upstream.stdio;

import dev.sallyport.executor.upstream.ConnectFailed;
import dev.sallyport.executor.upstream.ServerSpec;
import dev.sallyport.executor.upstream.StdioPrograms;
import dev.sallyport.executor.upstream.Transport;
import dev.sallyport.processes.ChildProcess;
import dev.sallyport.processes.LaunchSpec;
import dev.sallyport.processes.ProcessWatcher;
import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;

/** Programs under a {@link ProcessWatcher}, so that none outlives the gateway. */
public final class WatchedPrograms implements StdioPrograms {

  private static final System.Logger LOG = System.getLogger(WatchedPrograms.class.getName());

  private final Supplier<ProcessWatcher> watcher;
  private final int maxMessageBytes;

  /**
   * @param watcher asked when the first program is started
   */
  public WatchedPrograms(Supplier<ProcessWatcher> watcher, int maxMessageBytes) {
    this.watcher = watcher;
    this.maxMessageBytes = maxMessageBytes;
  }

  @Override
  public Transport start(
      ServerSpec spec,
      ServerSpec.Stdio program,
      Map<String, String> environment,
      Transport.Inbox inbox)
      throws ConnectFailed {
    LaunchSpec launch =
        LaunchSpec.of(program.command())
            .withEnvironment(environment)
            .withErrorLines(
                line -> LOG.log(System.Logger.Level.DEBUG, "{0} stderr: {1}", spec.key(), line));
    if (program.directory() != null) {
      launch = launch.withDirectory(program.directory());
    }
    try {
      ChildProcess child = watcher.get().launch(launch);
      return new StdioTransport(child, inbox, maxMessageBytes);
    } catch (IOException e) {
      throw new ConnectFailed("The program cannot be started: " + e.getMessage() + ".");
    }
  }
}
