package dev.sallyport.sandbox.pool;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Namespaces by util-linux: a root of its own with what the worker needs bound into it, the old one
 * let go of, no privileges left.
 *
 * @param unshare where it is
 * @param umount where it is
 * @param mount where it is
 * @param setpriv where it is
 * @param root an empty folder over which the new root is mounted, for the worker only
 */
record Unshare(Path unshare, Path umount, Path mount, Path setpriv, Path root) implements Isolator {

  /**
   * Arguments: root, libraries of umount and mount, these, java, files and folders, --, command.
   *
   * <p>Where parts of /proc are hidden, as in a container, no new one can be had, and a worker does
   * without. Java then finds its libraries by the one link that is put in its place. Umount does
   * not find what it is to let go of, so that an empty folder is mounted over the old root: nobody
   * can take it away, for the worker has no privileges, and in namespaces that it made it would
   * find the mounts of these locked.
   *
   * <p>The new root becomes read-only as a bind, whose options are those that are named. The others
   * of a tmpfs name its owner by an id that is not known in here, unless that is root.
   */
  private static final String SCRIPT =
      """
      set -eu
      root=$1 libraries=$2 umount=$3 mount=$4 java=$5
      shift 5
      mount -t tmpfs -o size=1m,mode=755,nosuid,nodev sandbox "$root"
      while [ "$1" != -- ]; do
        if [ -d "$1" ]; then
          mkdir -p "$root$1"
        else
          mkdir -p "$root${1%/*}"
          : >"$root$1"
        fi
        mount --bind "$1" "$root$1"
        mount -o remount,bind,ro,nosuid,nodev "$root$1"
        shift
      done
      shift
      mkdir "$root/proc" "$root/old" "$root/nothing"
      mount -t proc -o nosuid,nodev,noexec proc "$root/proc" 2>/dev/null || {
        mkdir "$root/proc/self"
        ln -s "$java" "$root/proc/self/exe"
      }
      mount -o remount,bind,ro,nosuid,nodev "$root"
      cd "$root"
      pivot_root . old
      cd /nothing
      LD_LIBRARY_PATH=$libraries "/old$umount" -l /old 2>/old/dev/null ||
        LD_LIBRARY_PATH=$libraries "/old$mount" -t tmpfs -o ro,size=4k,nosuid,nodev nothing /old
      unset LD_LIBRARY_PATH PWD OLDPWD
      exec "$@"
      """;

  @Override
  public String name() {
    return "unshare";
  }

  @Override
  public List<String> around(JavaCommand java, List<String> command) {
    List<String> line =
        new ArrayList<>(
            List.of(
                unshare.toString(),
                "--user",
                "--map-root-user",
                "--net",
                "--mount",
                "--pid",
                "--ipc",
                "--uts",
                "--fork",
                "--kill-child",
                "/bin/sh",
                "-c",
                SCRIPT,
                "isolate",
                root.toString(),
                librariesOf(List.of(umount, mount)),
                umount.toString(),
                mount.toString(),
                java.home().resolve("bin/java").toString()));
    Needed.files(java, List.of(setpriv)).forEach(file -> line.add(file.toString()));
    line.add("--");
    line.addAll(
        List.of(setpriv.toString(), "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"));
    line.addAll(command);
    return line;
  }

  private static String librariesOf(List<Path> programs) {
    return Programs.librariesOf(programs).stream()
        .map(library -> "/old" + library.getParent())
        .distinct()
        .collect(Collectors.joining(":"));
  }
}
