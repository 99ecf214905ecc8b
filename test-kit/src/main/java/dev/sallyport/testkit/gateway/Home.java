package dev.sallyport.testkit.gateway;

import java.nio.file.Files;
import java.nio.file.Path;

/** The root of the repository: {@code -Dsallyport.home}, else the nearest one above. */
public final class Home {

  private Home() {}

  public static Path find() {
    String asked = System.getProperty("sallyport.home");
    if (asked != null) {
      return Path.of(asked).toAbsolutePath();
    }
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.isExecutable(folder.resolve("sallyport"))
          && Files.isRegularFile(folder.resolve("pom.xml"))) {
        return folder;
      }
    }
    throw new IllegalStateException(
        "Set -Dsallyport.home to the folder that holds the launcher `sallyport`.");
  }
}
