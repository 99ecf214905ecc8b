package dev.sallyport.system;

import dev.sallyport.testkit.gateway.Gateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a gateway printed and logged. */
final class Logs {

  private Logs() {}

  static String of(Gateway gateway) {
    StringBuilder text = new StringBuilder(gateway.output());
    Path folder = gateway.data().resolve("logs");
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          text.append(Files.readString(file, StandardCharsets.ISO_8859_1));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return text.toString();
  }
}
