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
 * @param setpriv where it is
 * @param root an empty folder over which the new root is mounted, for the worker only
 */
record Unshare(Path unshare, Path umount, Path setpriv, Path root) implements Isolator {

  /** Arguments: root, libraries of umount, umount, files and folders, --, command. */
  private static final String SCRIPT =
      """
      set -eu
      root=$1 libraries=$2 umount=$3
      shift 3
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
      # Where the system hides parts of its own /proc, no new one can be had; a worker does without.
      mount -t proc -o nosuid,nodev,noexec proc "$root/proc" 2>/dev/null || :
      mount -o remount,ro,nosuid,nodev "$root"
      cd "$root"
      pivot_root . old
      cd /nothing
      LD_LIBRARY_PATH=$libraries "/old$umount" -l /old
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
                librariesOfUmount(),
                umount.toString()));
    Needed.files(java, List.of(setpriv)).forEach(file -> line.add(file.toString()));
    line.add("--");
    line.addAll(
        List.of(setpriv.toString(), "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"));
    line.addAll(command);
    return line;
  }

  private String librariesOfUmount() {
    return Programs.librariesOf(List.of(umount)).stream()
        .map(library -> "/old" + library.getParent())
        .distinct()
        .collect(Collectors.joining(":"));
  }
}
