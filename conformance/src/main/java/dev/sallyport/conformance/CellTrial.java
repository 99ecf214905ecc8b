package dev.sallyport.conformance;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** Tries cells on gateways that somebody else started with {@link Cell#config}. */
public final class CellTrial {

  private final ConformanceSuite suite;
  private final Duration limit;

  /**
   * @param limit for each run
   */
  public CellTrial(ConformanceSuite suite, Duration limit) {
    this.suite = suite;
    this.limit = limit;
  }

  /**
   * One run of a cell.
   *
   * @param endpoint {@link Cell.Run#path} of the gateway
   * @param readyFile what the gateway's {@code --ready-file} holds
   * @param output for what the run leaves; made, must be empty
   */
  public SuiteReport of(Cell cell, Cell.Run run, URI endpoint, Path readyFile, Path output)
      throws InterruptedException {
    return switch (cell.trial()) {
      case SERVER_SCENARIOS -> suite.server(endpoint, run.requirements(), output, limit);
      case CLIENT_SCENARIOS -> suite.gatewayAsClient(readyFile, run.requirements(), output, limit);
      case OWN_CHECKS ->
          OwnChecks.run(ConformancePackages.install(), endpoint, run.requirements(), output, limit);
    };
  }
}
