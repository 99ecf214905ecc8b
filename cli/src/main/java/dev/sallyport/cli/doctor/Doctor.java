package dev.sallyport.cli.doctor;

import dev.sallyport.host.CredentialsFile;
import dev.sallyport.host.DataFolder;
import dev.sallyport.host.UpOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sallyport doctor}: exit status 1 when something is found that does not work. */
@Command(
    name = "doctor",
    description = "Looks at this machine, the data folder and the running gateway.",
    mixinStandardHelpOptions = true)
public final class Doctor implements Callable<Integer> {

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The gateway's data folder (default: ~/.sallyport).")
  private Path data = DataFolder.usual();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port that up would use (default: ${DEFAULT-VALUE}).")
  private int port = UpOptions.USUAL_PORT;

  @Override
  public Integer call() throws InterruptedException {
    Path folder = data.toAbsolutePath().normalize();
    List<Finding> findings = new ArrayList<>(Machine.examine(folder));
    findings.addAll(Folder.examine(folder));
    Optional<Long> holder = Folder.holder(folder);
    if (holder.isPresent()) {
      findings.add(
          new Finding.Good("gateway", "process " + holder.get() + " runs on this data folder"));
      findings.addAll(
          CredentialsFile.read(folder.resolve("credentials"))
              .map(Running::new)
              .map(Running::examine)
              .orElseGet(
                  () ->
                      List.of(
                          new Finding.Bad(
                              "gateway",
                              "its credentials file is missing",
                              "stop it and start it again: up writes a new one"))));
      findings.addAll(Services.examine(folder));
    } else {
      findings.add(new Finding.Note("gateway", "none runs on this data folder"));
      findings.add(Machine.port(port));
    }
    boolean bad = false;
    for (Finding finding : findings) {
      System.out.println(line(finding));
      bad |= finding instanceof Finding.Bad;
    }
    return bad ? 1 : 0;
  }

  private static String line(Finding finding) {
    return switch (finding) {
      case Finding.Good(String subject, String seen) -> "  ok    " + subject + ": " + seen;
      case Finding.Note(String subject, String seen) -> "  note  " + subject + ": " + seen;
      case Finding.Bad(String subject, String seen, String remedy) ->
          "  BAD   " + subject + ": " + seen + "\n          " + remedy;
    };
  }
}
