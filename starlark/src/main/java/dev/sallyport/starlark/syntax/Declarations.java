package dev.sallyport.starlark.syntax;

import java.util.List;

/** Which names statements bind in their block. */
final class Declarations {
  private Declarations() {}

  /** Gets each name that is bound, in order. */
  @FunctionalInterface
  interface To {
    void declare(Expr.Name name, boolean augmented);
  }

  /** Finds the names that a statement binds in its block. */
  static void of(Stmt statement, To to) {
    switch (statement) {
      case Stmt.Assign assign -> target(assign.target(), to);
      case Stmt.Augmented augmented -> {
        if (augmented.target() instanceof Expr.Name name) {
          to.declare(name, true);
        }
      }
      case Stmt.If conditional -> {
        for (Stmt.Branch branch : conditional.branches()) {
          all(branch.body(), to);
        }
        if (conditional.otherwise() != null) {
          all(conditional.otherwise(), to);
        }
      }
      case Stmt.For loop -> {
        target(loop.target(), to);
        all(loop.body(), to);
      }
      case Stmt.While loop -> all(loop.body(), to);
      case Stmt.Def def -> to.declare(def.name(), false);
      case Stmt.Pass p -> {}
      case Stmt.Break b -> {}
      case Stmt.Continue c -> {}
      case Stmt.Return r -> {}
      case Stmt.Expression e -> {}
      case Stmt.Load l -> {}
    }
  }

  static void all(List<Stmt> statements, To to) {
    for (Stmt statement : statements) {
      of(statement, to);
    }
  }

  static void target(Expr target, To to) {
    switch (target) {
      case Expr.Name name -> to.declare(name, false);
      case Expr.TupleOf tuple -> tuple.items().forEach(item -> target(item, to));
      case Expr.ListOf list -> list.items().forEach(item -> target(item, to));
      default -> {}
    }
  }
}
