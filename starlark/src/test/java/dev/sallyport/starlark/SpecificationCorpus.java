package dev.sallyport.starlark;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sallyport.starlark.SpecificationHost.Option;
import dev.sallyport.starlark.SpecificationHost.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The programs of {@code src/test/resources/spec}; its README says what they are made of. */
final class SpecificationCorpus {

  private SpecificationCorpus() {}

  /**
   * A program and what comes of it.
   *
   * @param file its file
   * @param line the line of the file that it begins at
   * @param fails what the error's message has a match of; null if there is no error
   * @param at the line of the error, within the program; 0 if that does not matter
   */
  record Case(
      String file,
      int line,
      String title,
      Program program,
      @Nullable Pattern fails,
      int at,
      List<String> prints) {

    String name() {
      return file + ": " + title;
    }
  }

  static List<Case> read() {
    try (Stream<Path> files = Files.list(directory())) {
      return files
          .filter(file -> file.toString().endsWith(".star"))
          .sorted()
          .flatMap(file -> read(file).stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path directory() {
    try {
      return Path.of(
          Objects.requireNonNull(SpecificationCorpus.class.getResource("/spec"), "/spec").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Case> read(Path path) {
    String text;
    try {
      text = Files.readString(path, UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String file = path.getFileName().toString();
    List<Case> cases = new ArrayList<>();
    Map<String, Program> modules = new LinkedHashMap<>();
    int line = 1;
    for (String chunk : text.split("(?m)^---\n", -1)) {
      read(file, line, chunk, modules, cases);
      line += (int) chunk.chars().filter(c -> c == '\n').count() + 1;
    }
    return cases;
  }

  private static void read(
      String file, int line, String chunk, Map<String, Program> modules, List<Case> cases) {
    String title = null;
    String module = null;
    Pattern fails = null;
    int at = 0;
    Set<Option> options = EnumSet.noneOf(Option.class);
    List<String> prints = new ArrayList<>();
    for (String directive : chunk.lines().takeWhile(l -> l.startsWith("#:")).toList()) {
      String[] parts = directive.substring(2).strip().split(":", 2);
      String value = parts.length > 1 ? parts[1].strip() : "";
      switch (parts[0]) {
        case "options" -> {
          for (String option : value.split(",", -1)) {
            options.add(Option.valueOf(option.strip().toUpperCase(Locale.ROOT)));
          }
        }
        case "fails" -> fails = Pattern.compile(value, Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
        case "at" -> at = Integer.parseInt(value);
        case "prints" -> prints.add(value);
        case "module" -> module = value;
        default -> {
          if (title != null) {
            throw new IllegalArgumentException(file + ":" + line + " has two titles: " + directive);
          }
          title = directive.substring(2).strip();
        }
      }
    }
    Program program = new Program(chunk, options, modules);
    if (module != null) {
      modules.put(module, program);
    } else if (title == null || (at != 0 && fails == null)) {
      throw new IllegalArgumentException(file + ":" + line + " is not a case");
    } else {
      cases.add(new Case(file, line, title, program, fails, at, List.copyOf(prints)));
    }
  }
}
