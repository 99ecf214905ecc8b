package dev.sallyport.sandbox.pool;

import dev.sallyport.proto.sandbox.v1.Isolation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Finds the strongest way to start workers here, by trying. */
final class IsolationLevels {

  /**
   * What was found.
   *
   * @param missing why it is not stronger, a sentence each
   */
  record Found(Isolation level, Launching launching, List<String> missing) {
    Found {
      missing = List.copyOf(missing);
    }
  }

  private final Function<Isolator, Launching> launchings;
  private final Path folder;

  /**
   * @param launchings how workers are started with an isolator
   * @param folder of this process's own, for what the trials need
   */
  IsolationLevels(Function<Isolator, Launching> launchings, Path folder) {
    this.launchings = launchings;
    this.folder = folder;
  }

  /**
   * @param wanted a weaker level that is enough; UNSPECIFIED: the strongest
   * @param container whether the configuration says that this is a container without egress
   * @param doubts what speaks against that
   */
  Found strongest(Isolation wanted, boolean container, List<String> doubts)
      throws IOException, InterruptedException {
    List<String> missing = new ArrayList<>();
    if (wanted == Isolation.ISOLATION_PROCESS) {
      missing.add("the configuration asks for no more");
      return new Found(wanted, launchings.apply(PlainProcess.here()), missing);
    }
    Launching launching = null;
    for (Isolator isolator : candidates(missing)) {
      String trouble = trouble(isolator);
      if (trouble.isEmpty()) {
        launching = launchings.apply(isolator);
        missing.clear();
        break;
      }
      missing.add("namespaced by " + isolator.name() + ": " + trouble);
    }
    boolean namespaced = launching != null;
    if (launching == null) {
      launching = launchings.apply(PlainProcess.here());
    }
    if (container && doubts.isEmpty()) {
      return new Found(Isolation.ISOLATION_CONTAINER, launching, missing);
    }
    doubts.forEach(doubt -> missing.add("container: " + doubt));
    if (!container) {
      missing.add("container: sallyport.sandbox.container is not set");
    }
    return new Found(
        namespaced ? Isolation.ISOLATION_NAMESPACED : Isolation.ISOLATION_PROCESS,
        launching,
        missing);
  }

  private List<Isolator> candidates(List<String> missing) throws IOException {
    List<Isolator> candidates = new ArrayList<>();
    Optional<Path> bubblewrap = Programs.find("bwrap");
    bubblewrap.ifPresent(program -> candidates.add(new Bubblewrap(program)));
    Optional<Path> unshare = Programs.find("unshare");
    Optional<Path> umount = Programs.find("umount");
    Optional<Path> mount = Programs.find("mount");
    Optional<Path> setpriv = Programs.find("setpriv");
    if (unshare.isPresent() && umount.isPresent() && mount.isPresent() && setpriv.isPresent()) {
      Path root = Files.createDirectories(folder.resolve("root"));
      candidates.add(new Unshare(unshare.get(), umount.get(), mount.get(), setpriv.get(), root));
    }
    if (candidates.isEmpty()) {
      missing.add(
          "namespaced: neither bubblewrap nor unshare, umount, mount and setpriv of util-linux is"
              + " here");
    }
    return candidates;
  }

  /** Why it does not do; empty: it does. */
  private String trouble(Isolator isolator) throws InterruptedException {
    try {
      Map<String, String> seen = IsolationProbe.seen(launchings.apply(isolator), folder);
      return String.join("; ", IsolationProbe.leaks(seen));
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    }
  }
}
