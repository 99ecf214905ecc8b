package dev.sallyport.rules;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelIssue;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.CelValidationResult;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerBuilder;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.sallyport.rules.Condition.Compiled;
import dev.sallyport.rules.Condition.Compiled.Invalid;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * CEL as rules use it: its standard macros and functions, and the variables of {@link Variable}.
 */
final class Language {

  private static final int DEEPEST = 64;
  private static final int MOST_STEPS_OF_COMPREHENSIONS = 10_000;
  private static final int LONGEST_MESSAGE = 300;

  private static final CelOptions OPTIONS =
      CelOptions.current()
          .maxExpressionCodePointSize(Condition.LONGEST)
          .maxParseRecursionDepth(DEEPEST)
          .comprehensionMaxIterations(MOST_STEPS_OF_COMPREHENSIONS)
          .maxRegexProgramSize(Regex.LARGEST_PROGRAM)
          .enableHeterogeneousNumericComparisons(true)
          .errorOnDuplicateMapKeys(true)
          .build();

  private static final CelCompiler COMPILER = compiler();
  private static final CelRuntime RUNTIME =
      CelRuntimeFactory.legacyCelRuntimeBuilder().setOptions(OPTIONS).build();

  static {
    warmUp();
  }

  private Language() {}

  /** The first evaluation of a process loads classes for longer than a call should wait. */
  private static void warmUp() {
    String sample = "args.all(n, args[n] == 'x' && n.matches('^[a-z]+$') && n in ['a', 'b'])";
    if (compile(sample) instanceof Compiled.Valid(Condition condition)) {
      condition.evaluate(
          new Facts(
              new Facts.Tool("", "", Map.of()),
              new Facts.Caller("", "", "", List.of(), "", List.of()),
              Map.of("a", "x"),
              Facts.Request.NONE),
          new Work());
    }
  }

  private static CelCompiler compiler() {
    CelCompilerBuilder builder =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setOptions(OPTIONS)
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setResultType(SimpleType.BOOL);
    for (Variable variable : Variable.values()) {
      builder.addVar(variable.text(), variable.type());
    }
    return builder.build();
  }

  static CelRuntime.Program program(CelAbstractSyntaxTree checked) throws CelEvaluationException {
    return RUNTIME.createProgram(checked);
  }

  static Compiled compile(String text) {
    if (text.length() > Condition.LONGEST) {
      return new Invalid(
          "it has more than " + Condition.LONGEST + " characters; write several rules");
    }
    try {
      CelValidationResult result = COMPILER.compile(text);
      if (result.hasError()) {
        return new Invalid(message(result.getErrors().getFirst(), text));
      }
      CelAbstractSyntaxTree checked = result.getAst();
      Optional<String> regex = Regex.refused(checked.getExpr());
      if (regex.isPresent()) {
        return new Invalid(regex.get());
      }
      return new Compiled.Valid(
          Condition.of(
              text, checked, Steps.of(checked.getExpr()), Steps.variables(checked.getExpr())));
    } catch (CelValidationException | CelEvaluationException | RuntimeException e) {
      return new Invalid("it is not a CEL expression");
    } catch (StackOverflowError e) {
      return new Invalid("it is nested deeper than " + DEEPEST + " levels; write several rules");
    }
  }

  private static String message(CelIssue issue, String text) {
    String said = issue.getMessage();
    String where =
        "line "
            + issue.getSourceLocation().getLine()
            + ", column "
            + (issue.getSourceLocation().getColumn() + 1)
            + ": ";
    if (text.isBlank()) {
      return "it is empty; leave it out for a rule that always holds";
    }
    if (said.startsWith("undeclared reference to") && !isFunction(said, text)) {
      return where + said.replace(" (in container '')", "") + "; there are " + Variable.all();
    }
    if (said.startsWith("Expression recursion limit exceeded")) {
      return "it is nested deeper than " + DEEPEST + " levels; write several rules";
    }
    if (said.startsWith("expected type 'bool'")) {
      return where + said + "; a condition is true or false, such as tool.name == 'delete'";
    }
    return where + shortened(said.replace(" (in container '')", ""));
  }

  /** Whether what is not known is called: a list of variables would not help. */
  private static boolean isFunction(String said, String text) {
    int start = said.indexOf('\'') + 1;
    int end = said.indexOf('\'', start);
    return start > 0 && end > start && text.contains(said.substring(start, end) + "(");
  }

  /** Without the candidates that the compiler lists where they would fill a screen. */
  private static String shortened(String said) {
    int candidates = said.indexOf(" (candidates: ");
    if (said.length() <= LONGEST_MESSAGE) {
      return said;
    }
    return candidates > 0 && candidates <= LONGEST_MESSAGE
        ? said.substring(0, candidates)
        : said.substring(0, LONGEST_MESSAGE);
  }
}
