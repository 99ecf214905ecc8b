package dev.sallyport.starlark.syntax;

import dev.sallyport.starlark.Dialect;
import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.syntax.Binding.Scope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Names to variables, and the rules that are checked before a program runs (section "Name binding
 * and variables"). Names that no block binds are left to {@link #predeclared}: whether the host
 * gives them is known when the program is run. One walk over the whole tree, and therefore long.
 */
public final class Resolver {
  /** How high the tree of a program may be. */
  public static final int MAX_HEIGHT = 200;

  private static final int MAX_ERRORS = 20;

  private final Source source;
  private final Dialect dialect;
  private final List<StarlarkException> errors = new ArrayList<>();
  private final Map<String, Binding> globals = new LinkedHashMap<>();
  private final Map<String, Binding> predeclared = new LinkedHashMap<>();
  private FunctionScope function;
  private @Nullable Block block;
  private int loops;
  private int height;

  /** The variables of one function, or of a comprehension in it. */
  private static final class Block {
    final @Nullable Block outer;
    final Map<String, Binding> names = new HashMap<>();

    Block(@Nullable Block outer) {
      this.outer = outer;
    }
  }

  private static final class FunctionScope {
    final FunctionTree tree;
    final @Nullable FunctionScope outer;
    final @Nullable Block blockOutside;
    final Map<String, Binding> free = new HashMap<>();

    FunctionScope(FunctionTree tree, @Nullable FunctionScope outer, @Nullable Block blockOutside) {
      this.tree = tree;
      this.outer = outer;
      this.blockOutside = blockOutside;
    }

    Binding newSlot(String name, int at) {
      tree.slotNames().add(name);
      return new Binding(name, Scope.LOCAL, tree.slotNames().size() - 1, at);
    }
  }

  private Resolver(Source source, Dialect dialect, FunctionTree file) {
    this.source = source;
    this.dialect = dialect;
    this.function = new FunctionScope(file, null, null);
  }

  /** Resolves a file; the errors are in {@link #errors}. */
  public static Resolver resolve(Source source, Dialect dialect, FunctionTree file) {
    Resolver resolver = new Resolver(source, dialect, file);
    try {
      for (Stmt statement : file.body()) {
        resolver.declareGlobals(statement);
      }
      resolver.statements(file.body());
    } catch (StarlarkException tooHigh) {
      resolver.errors.add(tooHigh);
    }
    return resolver;
  }

  public List<StarlarkException> errors() {
    return errors;
  }

  /** The global names in the order of their first binding; the index is the slot. */
  public Map<String, Binding> globals() {
    return globals;
  }

  /** The names that must come from the host or the language; the index is the slot. */
  public Map<String, Binding> predeclared() {
    return predeclared;
  }

  private boolean topLevel() {
    return function.outer == null;
  }

  // Declarations

  private void declareGlobals(Stmt statement) {
    Declarations.of(statement, this::declareGlobal);
    if (statement instanceof Stmt.Load load) {
      for (Stmt.LoadedName loaded : load.names()) {
        Binding earlier = globals.get(loaded.local().name());
        if (earlier != null) {
          error(
              loaded.at(),
              "cannot load "
                  + earlier.name()
                  + ": the name is bound on line "
                  + source.position(earlier.declaredAt()).line(),
              "load it under another name: load(..., other = \"" + loaded.name() + "\")");
        } else {
          Binding binding =
              new Binding(loaded.local().name(), Scope.GLOBAL, globals.size(), loaded.at());
          binding.markLoaded();
          globals.put(binding.name(), binding);
        }
      }
    }
  }

  private void declareGlobal(Expr.Name name, boolean augmented) {
    Binding earlier = globals.get(name.name());
    if (earlier == null) {
      if (augmented && !dialect.globalReassignment()) {
        error(
            name.at(),
            "cannot use an augmented assignment on global " + name.name(),
            Hints.GLOBAL_AGAIN);
      }
      globals.put(name.name(), new Binding(name.name(), Scope.GLOBAL, globals.size(), name.at()));
    } else if (earlier.loaded() || !dialect.globalReassignment()) {
      error(
          name.at(),
          "cannot reassign global "
              + name.name()
              + " declared on line "
              + source.position(earlier.declaredAt()).line(),
          Hints.GLOBAL_AGAIN);
    }
  }

  private void declareLocal(Expr.Name name) {
    Block here = currentBlock();
    if (!here.names.containsKey(name.name())) {
      Binding binding = function.newSlot(name.name(), name.at());
      here.names.put(name.name(), binding);
      function.tree.addLocal(binding);
    }
  }

  private Block currentBlock() {
    if (block == null) {
      throw new IllegalStateException("no block");
    }
    return block;
  }

  // Statements

  private void statements(List<Stmt> statements) {
    for (Stmt statement : statements) {
      statement(statement);
    }
  }

  private void statement(Stmt statement) {
    enter(statement.at());
    switch (statement) {
      case Stmt.Pass p -> {}
      case Stmt.Break b -> requireLoop(b.at(), "break");
      case Stmt.Continue c -> requireLoop(c.at(), "continue");
      case Stmt.Return r -> {
        if (topLevel()) {
          error(
              r.at(),
              "return is only allowed in a function",
              "assign to a name instead, such as result = ...");
        }
        optional(r.value());
      }
      case Stmt.Expression e -> expression(e.value());
      case Stmt.Assign a -> {
        expression(a.value());
        expression(a.target());
      }
      case Stmt.Augmented a -> {
        expression(a.target());
        expression(a.value());
      }
      case Stmt.If c -> {
        requireFunction(c.at(), "if statements");
        for (Stmt.Branch branch : c.branches()) {
          expression(branch.condition());
          statements(branch.body());
        }
        if (c.otherwise() != null) {
          statements(c.otherwise());
        }
      }
      case Stmt.For f -> {
        requireFunction(f.at(), "for loops");
        expression(f.iterable());
        expression(f.target());
        loops++;
        statements(f.body());
        loops--;
      }
      case Stmt.While w -> {
        requireFunction(w.at(), "while loops");
        expression(w.condition());
        loops++;
        statements(w.body());
        loops--;
      }
      case Stmt.Def d -> {
        function(d.function());
        expression(d.name());
      }
      case Stmt.Load l -> {
        if (!topLevel() || height > 1) {
          error(l.at(), "load is only allowed at the top level of a file", null);
        } else {
          l.names().forEach(name -> expression(name.local()));
        }
      }
    }
    height--;
  }

  private void requireLoop(int at, String what) {
    if (loops == 0) {
      error(at, what + " is only allowed in a loop", null);
    }
  }

  private void requireFunction(int at, String what) {
    if (topLevel() && !dialect.topLevelControl()) {
      error(at, what + " are only allowed in functions", Hints.TOP_LEVEL);
    }
  }

  // Expressions

  private void optional(@Nullable Expr expression) {
    if (expression != null) {
      expression(expression);
    }
  }

  private void all(List<Expr> expressions) {
    for (Expr expression : expressions) {
      expression(expression);
    }
  }

  private void expression(Expr expression) {
    enter(expression.at());
    switch (expression) {
      case Expr.Literal l -> {}
      case Expr.Name n -> n.bind(lookup(n));
      case Expr.Unary u -> expression(u.operand());
      case Expr.Binary b -> {
        expression(b.left());
        expression(b.right());
      }
      case Expr.Chain c -> {
        expression(c.first());
        c.links().forEach(link -> expression(link.right()));
      }
      case Expr.Logical l -> all(l.operands());
      case Expr.Conditional c -> {
        expression(c.condition());
        expression(c.then());
        expression(c.otherwise());
      }
      case Expr.ListOf l -> all(l.items());
      case Expr.TupleOf t -> all(t.items());
      case Expr.DictOf d -> {
        all(d.keys());
        all(d.values());
      }
      case Expr.Comprehension c -> comprehension(c);
      case Expr.Call c -> {
        expression(c.callee());
        c.arguments().forEach(argument -> expression(argument.value()));
      }
      case Expr.Dot d -> expression(d.object());
      case Expr.Index i -> {
        expression(i.object());
        expression(i.index());
      }
      case Expr.Slice s -> {
        expression(s.object());
        optional(s.start());
        optional(s.stop());
        optional(s.stride());
      }
      case Expr.Lambda l -> function(l.function());
    }
    height--;
  }

  private void comprehension(Expr.Comprehension comprehension) {
    List<Expr.Clause> clauses = comprehension.clauses();
    expression(clauses.get(0).operand());
    Block outer = block;
    block = new Block(outer);
    for (Expr.Clause clause : clauses) {
      if (clause.target() != null) {
        Declarations.target(clause.target(), (name, augmented) -> declareLocal(name));
      }
    }
    comprehension.variables().addAll(block.names.values());
    comprehension.variables().sort((a, b) -> Integer.compare(a.index(), b.index()));
    for (int i = 0; i < clauses.size(); i++) {
      optional(clauses.get(i).target());
      if (i > 0) {
        expression(clauses.get(i).operand());
      }
    }
    optional(comprehension.key());
    expression(comprehension.body());
    block = outer;
  }

  private void function(FunctionTree tree) {
    for (FunctionTree.Parameter parameter : tree.parameters()) {
      optional(parameter.defaultValue());
    }
    FunctionScope outerFunction = function;
    Block outerBlock = block;
    int outerLoops = loops;
    function = new FunctionScope(tree, outerFunction, outerBlock);
    block = new Block(null);
    loops = 0;
    for (FunctionTree.Parameter parameter : tree.parameters()) {
      if (parameter.kind() != FunctionTree.ParameterKind.BARE_STAR) {
        if (block.names.containsKey(parameter.variable().name())) {
          error(
              parameter.at(),
              "parameter " + parameter.variable().name() + " is declared twice",
              null);
        }
        declareLocal(parameter.variable());
        expression(parameter.variable());
      }
    }
    Declarations.all(tree.body(), (name, augmented) -> declareLocal(name));
    statements(tree.body());
    function = outerFunction;
    block = outerBlock;
    loops = outerLoops;
  }

  // Lookup

  private Binding lookup(Expr.Name name) {
    Binding binding = lookup(name.name(), function, block);
    if (binding != null) {
      return binding;
    }
    binding = globals.get(name.name());
    if (binding != null) {
      return binding;
    }
    return predeclared.computeIfAbsent(
        name.name(), n -> new Binding(n, Scope.PREDECLARED, predeclared.size(), name.at()));
  }

  private @Nullable Binding lookup(String name, FunctionScope in, @Nullable Block innermost) {
    for (Block b = innermost; b != null; b = b.outer) {
      Binding found = b.names.get(name);
      if (found != null) {
        return found;
      }
    }
    Binding known = in.free.get(name);
    if (known != null || in.outer == null) {
      return known;
    }
    Binding outside = lookup(name, in.outer, in.blockOutside);
    if (outside == null) {
      return null;
    }
    if (outside.scope() == Scope.LOCAL) {
      outside.capture();
    }
    Binding free =
        new Binding(name, Scope.FREE, in.tree.freeVariables().size(), outside.declaredAt());
    in.tree.freeVariables().add(outside);
    in.free.put(name, free);
    return free;
  }

  /** Where a predeclared name is first used. */
  public dev.sallyport.starlark.Position firstUse(Binding binding) {
    return source.position(binding.declaredAt());
  }

  private void enter(int at) {
    if (++height > MAX_HEIGHT) {
      throw StarlarkException.in(
          StarlarkException.Kind.SYNTAX,
          source.position(at),
          "the code is nested too deeply: the limit is " + MAX_HEIGHT,
          "give parts of it names of their own");
    }
  }

  private void error(int at, String message, @Nullable String hint) {
    if (errors.size() < MAX_ERRORS) {
      errors.add(
          StarlarkException.in(StarlarkException.Kind.STATIC, source.position(at), message, hint));
    }
  }
}
