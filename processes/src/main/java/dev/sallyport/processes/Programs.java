package dev.sallyport.processes;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether a program can be found, asked beforehand for the sake of a clear message. */
final class Programs {

  private Programs() {}

  static boolean isFound(String program, @Nullable String path, @Nullable Path directory) {
    try {
      if (program.indexOf('/') >= 0) {
        Path base = directory == null ? Path.of("") : directory;
        return isProgram(base.toAbsolutePath().resolve(program));
      }
      for (String folder : (path == null ? "/usr/bin:/bin" : path).split(File.pathSeparator, -1)) {
        if (!folder.isEmpty() && isProgram(Path.of(folder, program))) {
          return true;
        }
      }
      return false;
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }
}
