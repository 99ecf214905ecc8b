package dev.sallyport.rules;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.Set;

/**
 * A CEL expression that says whether a rule holds. Immutable; any thread.
 *
 * <p>Evaluation does no more than {@link Work} allows, whatever the expression and the arguments: a
 * listener sees every step before the next one is taken, and counts it.
 */
public final class Condition {

  /** The longest expression that is taken, in characters. */
  public static final int LONGEST = 4_096;

  private final String text;
  private final CelRuntime.Program program;
  private final Steps steps;
  private final Set<Variable> used;

  private Condition(String text, CelRuntime.Program program, Steps steps, Set<Variable> used) {
    this.text = text;
    this.program = program;
    this.steps = steps;
    this.used = used;
  }

  /** What came of compiling a text. */
  public sealed interface Compiled {

    record Valid(Condition condition) implements Compiled {}

    /**
     * It is no condition.
     *
     * @param message where it is wrong, what is wrong, and the fix, in one sentence
     */
    record Invalid(String message) implements Compiled {}
  }

  /** Compiles and checks. Takes about a millisecond; never throws for what the text is. */
  public static Compiled compile(String text) {
    return Language.compile(text);
  }

  static Condition of(String text, CelAbstractSyntaxTree checked, Steps steps, Set<Variable> used)
      throws CelEvaluationException {
    return new Condition(text, Language.program(checked), steps, Set.copyOf(used));
  }

  public String text() {
    return text;
  }

  /** It looks at {@code args}. */
  public boolean needsArguments() {
    return used.contains(Variable.ARGS);
  }

  /** It looks at {@code request}, which is known only when a tool is called. */
  public boolean needsRequest() {
    return used.contains(Variable.REQUEST_TIME) || used.contains(Variable.REQUEST_DOOR);
  }

  /** It looks at {@code caller}. */
  public boolean needsCaller() {
    return used.stream().anyMatch(variable -> variable.text().startsWith("caller."));
  }

  /** It looks at {@code tool.annotations}. */
  public boolean needsAnnotations() {
    return used.contains(Variable.TOOL_ANNOTATIONS);
  }

  /**
   * Never throws.
   *
   * @param work shared by the conditions of one decision
   */
  public Outcome evaluate(Facts facts, Work work) {
    work.begin();
    try {
      Object value =
          program.trace(
              name -> Variable.of(name).map(variable -> variable.in(facts)), steps.counted(work));
      return switch (value) {
        case Boolean holds -> holds ? Outcome.HOLDS : Outcome.HOLDS_NOT;
        default -> new Outcome.Fails("it gives no truth value (true or false)");
      };
    } catch (Work.Spent spent) {
      return new Outcome.Fails("it takes more work than one decision may");
    } catch (CelEvaluationException e) {
      return new Outcome.Fails(Failures.why(e));
    } catch (RuntimeException | StackOverflowError e) {
      return new Outcome.Fails("it cannot be evaluated");
    } finally {
      work.end();
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
