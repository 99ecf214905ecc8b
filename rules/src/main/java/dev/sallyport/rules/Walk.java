package dev.sallyport.rules;

import dev.cel.common.ast.CelExpr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The parts of an expression, macros expanded. */
final class Walk {

  private Walk() {}

  /** The expression and all of its parts. */
  static List<CelExpr> all(CelExpr expression) {
    List<CelExpr> found = new ArrayList<>();
    collect(expression, found);
    return found;
  }

  static Stream<CelExpr.CelCall> calls(CelExpr expression) {
    return all(expression).stream()
        .filter(part -> part.getKind() == CelExpr.ExprKind.Kind.CALL)
        .map(CelExpr::call);
  }

  private static void collect(CelExpr expression, List<CelExpr> found) {
    found.add(expression);
    parts(expression).forEach(part -> collect(part, found));
  }

  /** In the order in which they are evaluated. */
  static List<CelExpr> parts(CelExpr expression) {
    return switch (expression.getKind()) {
      case SELECT -> List.of(expression.select().operand());
      case CALL -> operands(expression.call());
      case LIST -> List.copyOf(expression.list().elements());
      case STRUCT ->
          expression.struct().entries().stream().map(CelExpr.CelStruct.Entry::value).toList();
      case MAP ->
          expression.map().entries().stream()
              .flatMap(entry -> Stream.of(entry.key(), entry.value()))
              .toList();
      case COMPREHENSION -> {
        CelExpr.CelComprehension loop = expression.comprehension();
        yield List.of(
            loop.iterRange(),
            loop.accuInit(),
            loop.loopCondition(),
            loop.loopStep(),
            loop.result());
      }
      case NOT_SET, CONSTANT, IDENT -> List.of();
    };
  }

  static List<CelExpr> operands(CelExpr.CelCall call) {
    List<CelExpr> operands = new ArrayList<>(call.args().size() + 1);
    call.target().ifPresent(operands::add);
    operands.addAll(call.args());
    return operands;
  }
}
