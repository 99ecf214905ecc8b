package dev.sallyport.sandbox.pool;

import dev.sallyport.sandbox.worker.WorkerMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Java machine of a worker: small, quick to start, closed.
 *
 * @param home of the JDK or JRE
 * @param heapMiB how much its values may take
 * @param cache classes as they were loaded once, see {@link AotCache}; null: none
 */
public record JavaCommand(Path home, WorkerJars jars, int heapMiB, @Nullable Path cache) {

  /** The machine that runs this process. */
  public static JavaCommand ofThisProcess(WorkerJars jars, int heapMiB) {
    return new JavaCommand(
        Path.of(System.getProperty("java.home")).toAbsolutePath(), jars, heapMiB, null);
  }

  JavaCommand withCache(Path file) {
    return new JavaCommand(home, jars, heapMiB, file);
  }

  /** Address space that the machine reserves for itself, without the heap; MiB. */
  int reservedMiB() {
    // Code, classes, stacks and the arenas of the allocator; measured 1,150 with a heap of 64.
    return 2_048;
  }

  List<String> line(List<String> machine, String... mode) {
    List<String> line = new ArrayList<>();
    line.add(home.resolve("bin/java").toString());
    line.addAll(machine);
    if (cache != null) {
      line.add("-XX:AOTCache=" + cache);
    }
    line.addAll(flags());
    line.add("-cp");
    line.add(jars.classPath());
    line.add(WorkerMain.class.getName());
    line.addAll(List.of(mode));
    return line;
  }

  private List<String> flags() {
    // The old generation takes the one large value that the meter allows.
    int young = Math.max(2, heapMiB / 8);
    return List.of(
        "-Xmx" + heapMiB + "m",
        "-Xms" + Math.min(heapMiB, 16) + "m",
        "-XX:MaxNewSize=" + young + "m",
        "-XX:NewSize=" + Math.min(young, 4) + "m",
        "-Xss512k",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:ReservedCodeCacheSize=16m",
        "-XX:CompressedClassSpaceSize=16m",
        "-XX:MaxMetaspaceSize=48m",
        // What the machine itself has to say must not get between the frames.
        "-XX:+DisplayVMOutputToStderr",
        "-Xlog:disable",
        "-Xlog:all=error:stderr",
        "-XX:+ErrorFileToStderr",
        "-XX:-CreateCoredumpOnCrash",
        "-XX:-UsePerfData",
        "-XX:+DisableAttachMechanism",
        "--illegal-native-access=deny");
  }
}
