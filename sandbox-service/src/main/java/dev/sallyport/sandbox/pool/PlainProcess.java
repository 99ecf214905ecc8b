package dev.sallyport.sandbox.pool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A process of its own, with as few privileges as this one can take from it. */
final class PlainProcess implements Isolator {

  private static final List<List<String>> OPTIONS =
      List.of(
          List.of("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
          List.of("--no-new-privs"));

  private final List<String> prefix;

  private PlainProcess(List<String> prefix) {
    this.prefix = prefix;
  }

  static PlainProcess here() {
    Optional<Path> setpriv = Programs.find("setpriv");
    if (setpriv.isPresent()) {
      for (List<String> options : OPTIONS) {
        List<String> line = new ArrayList<>(List.of(setpriv.get().toString()));
        line.addAll(options);
        List<String> trial = new ArrayList<>(line);
        trial.add("true");
        if (Programs.succeeds(trial)) {
          return new PlainProcess(line);
        }
      }
    }
    return new PlainProcess(List.of());
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public List<String> around(JavaCommand java, List<String> command) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(command);
    return line;
  }
}
