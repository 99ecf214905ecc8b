package dev.sallyport.executor.upstream;

import java.util.Map;

/** Starts the programs of stdio upstreams. */
public interface StdioPrograms {

  /**
   * Starts the program of {@code spec} in a process group that does not outlive the gateway.
   *
   * @param environment secrets resolved
   * @throws ConnectFailed naming the program, when it cannot be started
   */
  Transport start(
      ServerSpec spec,
      ServerSpec.Stdio program,
      Map<String, String> environment,
      Transport.Inbox inbox)
      throws ConnectFailed;
}
