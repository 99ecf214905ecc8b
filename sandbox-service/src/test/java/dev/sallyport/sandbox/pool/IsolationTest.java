package dev.sallyport.sandbox.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sallyport.processes.ProcessWatcher;
import dev.sallyport.proto.sandbox.v1.Isolation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker could do, tried from inside one, in each isolation. */
class IsolationTest {

  @TempDir Path temp;
  private ProcessWatcher watcher;
  private Path folder;
  private Path empty;

  @BeforeEach
  void start() throws IOException {
    watcher = ProcessWatcher.start(temp.resolve("run"));
    folder = Files.createDirectory(temp.resolve("own")).toRealPath();
    empty = Files.createDirectory(folder.resolve("empty"));
  }

  @AfterEach
  void end() {
    watcher.close();
  }

  private Launching launching(Isolator isolator) {
    return new Launching(
        watcher, empty, isolator, JavaCommand.ofThisProcess(WorkerJars.ofThisProcess(), 64));
  }

  private IsolationLevels.Found found(Isolation wanted) throws Exception {
    return new IsolationLevels(this::launching, folder).strongest(wanted, false, List.of());
  }

  @Test
  void aNamespacedWorkerReachesNothing() throws Exception {
    IsolationLevels.Found found = found(Isolation.ISOLATION_UNSPECIFIED);
    assumeTrue(
        found.level() == Isolation.ISOLATION_NAMESPACED, () -> "not here: " + found.missing());

    Map<String, String> seen = IsolationProbe.seen(found.launching(), folder);

    assertThat(seen)
        .containsEntry("connects", "no")
        .containsEntry("reads", "no")
        .containsEntry("process", "no")
        .containsEntry("home", "")
        .containsEntry("writes", "no")
        .containsEntry("writes-root", "no")
        .containsEntry("writes-tmp", "no")
        .containsEntry("starts", "no");
    assertThat(seen.get("environment")).isIn("", "PWD");
    assertThat(seen.get("interfaces")).isIn("", "lo");
    assertThat(seen.get("root")).doesNotContain("home", "bin", "sbin", "var");
    assertThat(seen.get("privileges")).isIn("1", "");
    assertThat(seen.get("capabilities")).isIn("0000000000000000", "");
    assertThat(seen.get("bounding")).isIn("0000000000000000", "");
  }

  @Test
  void theSameAttemptsSucceedWithoutNamespaces() throws Exception {
    Map<String, String> seen =
        IsolationProbe.seen(found(Isolation.ISOLATION_PROCESS).launching(), folder);

    // The twin of the test above: what it tries can be done where nothing holds it.
    assertThat(seen)
        .containsEntry("connects", "yes")
        .containsEntry("reads", "yes")
        .containsEntry("process", "yes")
        .containsEntry("starts", "yes");
    assertThat(IsolationProbe.leaks(seen)).contains("it reaches the network of this machine");
  }

  @Test
  void evenAPlainWorkerHasNoEnvironmentAndWritesNothing() throws Exception {
    Map<String, String> seen =
        IsolationProbe.seen(found(Isolation.ISOLATION_PROCESS).launching(), folder);

    assertThat(seen)
        .containsEntry("environment", "")
        .containsEntry("writes", "no")
        .containsEntry("writes-tmp", "no");
    assertThat(seen.get("privileges")).isIn("1", "");
    for (String open : seen.getOrDefault("descriptors", "").split(",", -1)) {
      assertThat(open)
          .satisfiesAnyOf(
              file -> assertThat(file).startsWith(System.getProperty("java.home")),
              file -> assertThat(file).endsWith(".jar"),
              file -> assertThat(file).isIn("", "/dev/null"),
              file -> assertThat(file).startsWith("socket:"));
    }
  }

  @Test
  void aContainerIsBelievedOnlyWithoutAWayOut() throws IOException {
    Path root = temp.resolve("root");
    Files.createDirectories(root.resolve("proc/net"));
    Files.createDirectories(root.resolve("proc/self"));
    Files.writeString(root.resolve("proc/self/mounts"), "/dev/sda / ext4 rw 0 0\n");
    Files.writeString(
        root.resolve("proc/net/route"),
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
            + "eth0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\n");
    assertThat(Container.doubts(false, root)).containsExactly("this process is in no container");

    Files.writeString(root.resolve("proc/self/mounts"), "overlay / overlay rw 0 0\n");
    assertThat(Container.doubts(false, root)).isEmpty();

    Files.writeString(
        root.resolve("proc/net/route"),
        "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n"
            + "eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\n");
    assertThat(Container.doubts(false, root))
        .singleElement()
        .asString()
        .contains("default route", "sallyport.sandbox.network-policy");
    assertThat(Container.doubts(true, root)).isEmpty();
  }

  /**
   * What podman 4.3 shows to the sandbox of compose.yaml: a root that is made of no layers, and no
   * file that says what it is.
   */
  @Test
  void aContainerOfPodmanIsKnownByItsProcesses() throws IOException {
    Path root = temp.resolve("root");
    Files.createDirectories(root.resolve("proc/net"));
    Files.createDirectories(root.resolve("proc/self/ns"));
    copyOfPodman("mounts", root.resolve("proc/self/mounts"));
    copyOfPodman("route", root.resolve("proc/net/route"));
    copyOfPodman("ipv6_route", root.resolve("proc/net/ipv6_route"));
    Path processes = root.resolve("proc/self/ns/pid");
    Files.createSymbolicLink(processes, Path.of("pid:[4026532393]"));
    assertThat(Container.doubts(false, root)).isEmpty();

    // The same container on a network that is not internal.
    copyOfPodman("route-with-default", root.resolve("proc/net/route"));
    assertThat(Container.doubts(false, root))
        .singleElement()
        .asString()
        .contains("the container has a default route");

    // Those of the machine itself have this number on every Linux.
    Files.delete(processes);
    Files.createSymbolicLink(processes, Path.of("pid:[4026531836]"));
    assertThat(Container.doubts(true, root)).containsExactly("this process is in no container");
  }

  private static void copyOfPodman(String name, Path to) throws IOException {
    try (InputStream from = IsolationTest.class.getResourceAsStream("podman-4.3/" + name)) {
      Files.copy(Objects.requireNonNull(from), to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Where a container lets namespaces be made, its user is not root, and parts of /proc are hidden,
   * so that no new one can be had.
   */
  @Test
  void aNamespacedWorkerNeedsNeitherRootNorAProcOfItsOwn() throws Exception {
    assumeTrue(
        Programs.succeeds(asInAContainer(List.of("/usr/bin/unshare", "--user", "--mount", "true"))),
        "a container of such a kind cannot be imitated here");
    Path open = Files.createTempDirectory("sallyport-isolation-test.").toRealPath();
    try {
      Path own = Files.createDirectories(open.resolve("own"));
      Path nothing = Files.createDirectory(own.resolve("empty"));
      Path over = Files.createDirectory(own.resolve("root"));
      JavaCommand java =
          new JavaCommand(
              Path.of(System.getProperty("java.home")),
              jars(Files.createDirectory(own.resolve("jars"))),
              64,
              null);
      readableByAll(open);
      Isolator unshare =
          new Unshare(
              Programs.find("unshare").orElseThrow(),
              Programs.find("umount").orElseThrow(),
              Programs.find("mount").orElseThrow(),
              Programs.find("setpriv").orElseThrow(),
              over);
      Isolator inAContainer =
          new Isolator() {
            @Override
            public String name() {
              return unshare.name();
            }

            @Override
            public List<String> around(JavaCommand machine, List<String> command) {
              return asInAContainer(unshare.around(machine, command));
            }
          };

      Map<String, String> seen =
          IsolationProbe.seen(new Launching(watcher, nothing, inAContainer, java), own);

      assertThat(IsolationProbe.leaks(seen)).isEmpty();
      assertThat(seen).containsEntry("processes", "0").containsEntry("old", "");
      assertThat(seen.get("root")).contains("old").doesNotContain("home", "bin", "sbin", "var");
    } finally {
      OwnFolder.delete(open);
    }
  }

  private static List<String> asInAContainer(List<String> command) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "/usr/bin/unshare",
                "--mount",
                "/bin/sh",
                "-c",
                """
                set -e
                mount -t tmpfs hidden /proc/sys
                exec setpriv --reuid=10001 --regid=10001 --clear-groups "$@"
                """,
                "container"));
    line.addAll(command);
    return line;
  }

  private static void readableByAll(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        Files.setPosixFilePermissions(
            file,
            PosixFilePermissions.fromString(Files.isDirectory(file) ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  @Test
  void saysWhatIsMissingForMore() throws Exception {
    IsolationLevels.Found doubtful =
        new IsolationLevels(this::launching, folder)
            .strongest(Isolation.ISOLATION_UNSPECIFIED, true, List.of("it has a default route"));

    assertThat(doubtful.level()).isNotEqualTo(Isolation.ISOLATION_CONTAINER);
    assertThat(doubtful.missing()).contains("container: it has a default route");
    assertThat(
            new IsolationLevels(this::launching, folder)
                .strongest(Isolation.ISOLATION_UNSPECIFIED, true, List.of())
                .level())
        .isEqualTo(Isolation.ISOLATION_CONTAINER);
  }

  @Test
  void aWorkerStartsWithACacheOfItsClassesUnderItsIsolation() throws Exception {
    JavaCommand java =
        new JavaCommand(Path.of(System.getProperty("java.home")), jars(folder), 64, null);
    Path cache = AotCache.make(java, folder).orElseThrow();
    IsolationLevels.Found found =
        new IsolationLevels(isolator -> new Launching(watcher, empty, isolator, java), folder)
            .strongest(Isolation.ISOLATION_UNSPECIFIED, false, List.of());

    Map<String, String> seen = IsolationProbe.seen(found.launching().withCache(cache), folder);

    assertThat(seen).containsKey("connects");
  }

  /** What this build has as folders, as an installation has it. */
  private static WorkerJars jars(Path folder) throws IOException {
    List<Path> jars = new ArrayList<>();
    for (Path path : WorkerJars.ofThisProcess().paths()) {
      Path jar = folder.resolve("part" + jars.size() + ".jar");
      if (Files.isDirectory(path)) {
        int status =
            ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "cf", jar.toString(), "-C", path.toString(), ".");
        assertThat(status).isZero();
      } else {
        Files.copy(path, jar);
      }
      jars.add(jar);
    }
    return new WorkerJars(jars);
  }

  @Test
  void aCacheOfClassesIsMadeOfJarsOnly() throws IOException {
    JavaCommand folders =
        new JavaCommand(
            Path.of(System.getProperty("java.home")), new WorkerJars(List.of(temp)), 64, null);

    assertThat(AotCache.make(folders, folder)).isEmpty();
  }
}
