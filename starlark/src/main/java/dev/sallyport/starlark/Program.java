package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.Binding;
import dev.sallyport.starlark.syntax.FunctionTree;
import dev.sallyport.starlark.syntax.Parser;
import dev.sallyport.starlark.syntax.Resolver;
import dev.sallyport.starlark.syntax.Source;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A parsed program. Immutable: it can run many times, on many threads at once, each run with a
 * meter of its own.
 */
public final class Program {
  /** The longest text that is parsed, in chars. */
  public static final int MAX_SOURCE = 1 << 20;

  private final String fileName;
  private final Dialect dialect;
  private final FunctionCode code;
  private final Map<String, Binding> globals;
  private final List<Reference> references;

  /** A name that the host or the language must give. */
  private record Reference(String name, Position firstUse) {}

  private Program(
      String fileName,
      Dialect dialect,
      FunctionCode code,
      Map<String, Binding> globals,
      List<Reference> references) {
    this.fileName = fileName;
    this.dialect = dialect;
    this.code = code;
    this.globals = globals;
    this.references = references;
  }

  /** Parses UTF-8. */
  public static ParseResult parse(byte[] source, String fileName, Dialect dialect) {
    try {
      return parse(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source)).toString(),
          fileName,
          dialect);
    } catch (CharacterCodingException e) {
      return refused(fileName, "the text is not valid UTF-8");
    }
  }

  /**
   * Parses a text and checks what can be checked without running it. Names that the text does not
   * bind are checked by {@link #undefined}.
   *
   * @param fileName for messages
   */
  public static ParseResult parse(String source, String fileName, Dialect dialect) {
    if (source.length() > MAX_SOURCE) {
      return refused(fileName, "the text is too long: the limit is " + MAX_SOURCE + " characters");
    }
    Source text = new Source(fileName, source.startsWith("\ufeff") ? source.substring(1) : source);
    try {
      FunctionTree tree = Parser.file(text, dialect.whileLoops());
      Resolver resolver = Resolver.resolve(text, dialect, tree);
      if (!resolver.errors().isEmpty()) {
        return new ParseResult.Refused(List.copyOf(resolver.errors()));
      }
      List<Reference> references = new ArrayList<>();
      for (Binding binding : resolver.predeclared().values()) {
        references.add(new Reference(binding.name(), resolver.firstUse(binding)));
      }
      FunctionCode code =
          new TreeCompiler(text, dialect.recursion(), Set.copyOf(resolver.globals().keySet()))
              .function(tree);
      return new ParseResult.Parsed(
          new Program(
              fileName, dialect, code, new LinkedHashMap<>(resolver.globals()), references));
    } catch (StarlarkException e) {
      return new ParseResult.Refused(List.of(e));
    }
  }

  private static ParseResult refused(String fileName, String message) {
    return new ParseResult.Refused(
        List.of(
            StarlarkException.in(
                StarlarkException.Kind.SYNTAX, new Position(fileName, 1, 1), message, null)));
  }

  public String fileName() {
    return fileName;
  }

  public Dialect dialect() {
    return dialect;
  }

  /** The errors of names that are bound neither by the program nor by the environment. */
  public List<StarlarkException> undefined(Environment environment) {
    List<StarlarkException> errors = new ArrayList<>();
    for (Reference reference : references) {
      if (find(environment, reference.name) == null) {
        errors.add(undefined(environment, reference));
      }
    }
    return errors;
  }

  private @Nullable Object find(Environment environment, String name) {
    Object given = environment.values().get(name);
    return given != null ? given : Universe.value(name, dialect);
  }

  private StarlarkException undefined(Environment environment, Reference reference) {
    List<String> candidates = new ArrayList<>(environment.values().keySet());
    candidates.addAll(globals.keySet());
    candidates.addAll(Universe.names(dialect));
    String near = Suggestion.nearest(reference.name, candidates);
    String hint = Universe.hint(reference.name, dialect);
    return StarlarkException.in(
        StarlarkException.Kind.STATIC,
        reference.firstUse,
        "undefined: " + reference.name,
        hint != null ? hint : near != null ? "did you mean " + near + "?" : null);
  }

  /** Runs the program with a new thread of Starlark; see the other method. */
  public StarlarkModule run(Environment environment, Meter meter, PrintSink sink) {
    return run(environment, new StarlarkThread(meter, sink));
  }

  /**
   * Runs the program.
   *
   * @return its globals, frozen
   * @throws StarlarkException where it fails; a {@link LimitExceeded} where it uses too much
   * @throws Suspended where a host function throws it
   */
  public StarlarkModule run(Environment environment, StarlarkThread thread) {
    thread.loadWith(environment.loader());
    Object[] predeclared = new Object[references.size()];
    for (int i = 0; i < predeclared.length; i++) {
      Object value = find(environment, references.get(i).name);
      if (value == null) {
        throw undefined(environment, references.get(i));
      }
      predeclared[i] = value;
    }
    @Nullable Object[] slots = new @Nullable Object[globals.size()];
    StarlarkFunction file =
        new StarlarkFunction(
            code,
            new StarlarkFunction.Unit(slots, predeclared),
            new Cell[0],
            new @Nullable Object[0]);
    try {
      file.run(thread, new @Nullable Object[code.slotNames.length]);
    } catch (StackOverflowError e) {
      // The count of frames stops a run before; this is for stacks smaller than a megabyte.
      throw StarlarkThread.tooDeep();
    }
    Map<String, Object> result = new LinkedHashMap<>();
    for (Binding binding : globals.values()) {
      Object value = slots[binding.index()];
      if (value != null) {
        Freezing.freeze(value);
        if (!binding.loaded()) {
          result.put(binding.name(), value);
        }
      }
    }
    return StarlarkModule.of(result);
  }
}
