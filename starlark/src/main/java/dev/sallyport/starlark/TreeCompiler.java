package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.Binding;
import dev.sallyport.starlark.syntax.Expr;
import dev.sallyport.starlark.syntax.FunctionTree;
import dev.sallyport.starlark.syntax.FunctionTree.Parameter;
import dev.sallyport.starlark.syntax.FunctionTree.ParameterKind;
import dev.sallyport.starlark.syntax.Source;
import dev.sallyport.starlark.syntax.Stmt;
import dev.sallyport.starlark.syntax.TokenKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A resolved tree to nodes that run. */
final class TreeCompiler {
  private final Source source;
  private final boolean recursion;
  private final Set<String> globalNames;
  private int height;
  private int highest;

  TreeCompiler(Source source, boolean recursion, Set<String> globalNames) {
    this.source = source;
    this.recursion = recursion;
    this.globalNames = globalNames;
  }

  FunctionCode function(FunctionTree tree) {
    int outerHeight = height;
    int outerHighest = highest;
    height = 0;
    highest = 0;
    Statement[] body = statements(tree.body());
    int positional = 0;
    int parameters = 0;
    int star = -1;
    int starStar = -1;
    List<Boolean> named = new ArrayList<>();
    List<Integer> cells = new ArrayList<>();
    for (Parameter parameter : tree.parameters()) {
      if (parameter.kind() == ParameterKind.BARE_STAR) {
        continue;
      }
      switch (parameter.kind()) {
        case PLAIN -> positional++;
        case STAR -> star = parameters;
        case STAR_STAR -> starStar = parameters;
        default -> {}
      }
      named.add(
          parameter.kind() == ParameterKind.PLAIN
              || parameter.kind() == ParameterKind.KEYWORD_ONLY);
      parameters++;
    }
    for (Binding local : tree.captured()) {
      cells.add(local.index());
    }
    boolean[] namedSlots = new boolean[parameters];
    for (int i = 0; i < parameters; i++) {
      namedSlots[i] = named.get(i);
    }
    FunctionCode code =
        new FunctionCode(
            source,
            tree.name(),
            tree.slotNames().toArray(new String[0]),
            positional,
            namedSlots,
            star,
            starStar,
            ints(cells),
            globalNames,
            body,
            highest,
            recursion);
    height = outerHeight;
    highest = outerHighest;
    return code;
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(Integer::intValue).toArray();
  }

  private void enter() {
    highest = Math.max(highest, ++height);
  }

  // Statements

  private Statement[] statements(List<Stmt> statements) {
    Statement[] out = new Statement[statements.size()];
    for (int i = 0; i < out.length; i++) {
      enter();
      // Blocks run through a method of their own.
      enter();
      out[i] = statement(statements.get(i));
      height -= 2;
    }
    return out;
  }

  private Statement statement(Stmt statement) {
    int at = statement.at();
    return switch (statement) {
      case Stmt.Pass p -> new Statements.End(at, Statement.NORMAL);
      case Stmt.Break b -> new Statements.End(at, Statement.BREAK);
      case Stmt.Continue c -> new Statements.End(at, Statement.CONTINUE);
      case Stmt.Return r -> new Statements.Return(at, optional(r.value()));
      case Stmt.Expression e -> new Statements.Expression(at, node(e.value()));
      case Stmt.Assign a -> new Statements.Assign(at, target(a.target()), node(a.value()));
      case Stmt.Augmented a -> augmented(at, a);
      case Stmt.If c -> {
        int n = c.branches().size();
        Node[] conditions = new Node[n];
        Statement[][] bodies = new Statement[n][];
        for (int i = 0; i < n; i++) {
          conditions[i] = node(c.branches().get(i).condition());
          bodies[i] = statements(c.branches().get(i).body());
        }
        yield new Statements.If(
            at,
            conditions,
            bodies,
            c.otherwise() == null ? new Statement[0] : statements(c.otherwise()));
      }
      case Stmt.For f ->
          new Statements.For(at, target(f.target()), node(f.iterable()), statements(f.body()));
      case Stmt.While w -> new Statements.While(at, node(w.condition()), statements(w.body()));
      case Stmt.Def d ->
          new Statements.Assign(at, target(d.name()), makeFunction(at, d.function()));
      case Stmt.Load l -> {
        int n = l.names().size();
        String[] names = new String[n];
        Target[] targets = new Target[n];
        for (int i = 0; i < n; i++) {
          names[i] = l.names().get(i).name();
          targets[i] = target(l.names().get(i).local());
        }
        yield new Statements.Load(at, l.module(), names, targets);
      }
    };
  }

  private Statement augmented(int at, Stmt.Augmented a) {
    return switch (a.target()) {
      case Expr.Name name ->
          new Statements.AugmentVariable(at, a.op(), node(name), target(name), node(a.value()));
      case Expr.Index index ->
          new Statements.AugmentElement(
              at, a.op(), node(index.object()), node(index.index()), node(a.value()));
      case Expr.Dot dot ->
          new Statements.AugmentField(at, node(dot), node(dot.object()), dot.name());
      default -> throw new IllegalStateException();
    };
  }

  private Target target(Expr target) {
    enter();
    try {
      return switch (target) {
        case Expr.Name name ->
            switch (name.binding().scope()) {
              case LOCAL ->
                  name.binding().captured()
                      ? new Target.Shared(name.binding().index())
                      : new Target.Local(name.binding().index());
              case GLOBAL -> new Target.Global(name.binding().index());
              default -> throw new IllegalStateException();
            };
        case Expr.Index index ->
            new Target.Element(index.at(), node(index.object()), node(index.index()));
        case Expr.Dot dot -> new Target.Field(dot.at(), node(dot.object()), dot.name());
        case Expr.TupleOf tuple -> several(tuple.at(), tuple.items());
        case Expr.ListOf list -> several(list.at(), list.items());
        default -> throw new IllegalStateException();
      };
    } finally {
      height--;
    }
  }

  private Target several(int at, List<Expr> items) {
    Target[] targets = new Target[items.size()];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = target(items.get(i));
    }
    return new Target.Several(at, targets);
  }

  // Expressions

  private @Nullable Node optional(@Nullable Expr expression) {
    return expression == null ? null : node(expression);
  }

  private Node[] nodes(List<Expr> expressions) {
    // Items are evaluated by a method of their own.
    enter();
    Node[] out = new Node[expressions.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = node(expressions.get(i));
    }
    height--;
    return out;
  }

  private Node node(Expr expression) {
    enter();
    Node node = compile(expression);
    height--;
    return node;
  }

  private Node compile(Expr expression) {
    int at = expression.at();
    return switch (expression) {
      case Expr.Literal l -> new Variables.Constant(at, l.value());
      case Expr.Name n -> variable(at, n.binding());
      case Expr.Unary u ->
          u.op() == TokenKind.NOT
              ? new Operators.Not(at, node(u.operand()))
              : new Operators.Unary(at, u.op(), node(u.operand()));
      case Expr.Binary b -> binary(at, b);
      case Expr.Chain c -> {
        int n = c.links().size();
        TokenKind[] ops = new TokenKind[n];
        int[] places = new int[n];
        Node[] rights = new Node[n];
        for (int i = 0; i < n; i++) {
          ops[i] = c.links().get(i).op();
          places[i] = c.links().get(i).at();
          rights[i] = node(c.links().get(i).right());
        }
        yield new Operators.Chain(node(c.first()), ops, places, rights);
      }
      case Expr.Logical l -> new Operators.Logical(at, l.conjunction(), nodes(l.operands()));
      case Expr.Conditional c ->
          new Operators.Conditional(at, node(c.condition()), node(c.then()), node(c.otherwise()));
      case Expr.ListOf l -> new Builders.ListOf(at, nodes(l.items()));
      case Expr.TupleOf t -> new Builders.TupleOf(at, nodes(t.items()));
      case Expr.DictOf d -> new Builders.DictOf(at, nodes(d.keys()), nodes(d.values()));
      case Expr.Comprehension c -> comprehension(at, c);
      case Expr.Call c -> call(at, c);
      case Expr.Dot d -> new Variables.Attribute(at, node(d.object()), d.name());
      case Expr.Index i -> new Operators.Index(at, node(i.object()), node(i.index()));
      case Expr.Slice s ->
          new Operators.Slice(
              at, node(s.object()), optional(s.start()), optional(s.stop()), optional(s.stride()));
      case Expr.Lambda l -> makeFunction(at, l.function());
    };
  }

  private static Node variable(int at, Binding binding) {
    int index = binding.index();
    return switch (binding.scope()) {
      case LOCAL ->
          binding.captured() ? new Variables.Shared(at, index) : new Variables.Local(at, index);
      case FREE -> new Variables.Free(at, index, binding.name());
      case GLOBAL -> new Variables.Global(at, index, binding.name());
      case PREDECLARED -> new Variables.Predeclared(at, index);
    };
  }

  private Node binary(int at, Expr.Binary b) {
    Node left = node(b.left());
    Node right = node(b.right());
    return switch (b.op()) {
      case PLUS -> new Operators.Add(at, left, right);
      case MINUS -> new Operators.Subtract(at, left, right);
      case LESS, LESS_EQUALS, GREATER, GREATER_EQUALS, EQUALS_EQUALS, NOT_EQUALS ->
          new Operators.Compare(at, b.op(), left, right);
      default -> new Operators.Binary(at, b.op(), left, right);
    };
  }

  private Node comprehension(int at, Expr.Comprehension c) {
    List<Integer> plain = new ArrayList<>();
    List<Integer> shared = new ArrayList<>();
    for (Binding variable : c.variables()) {
      (variable.captured() ? shared : plain).add(variable.index());
    }
    int n = c.clauses().size();
    Builders.Clause[] clauses = new Builders.Clause[n];
    for (int i = 0; i < n; i++) {
      Expr.Clause clause = c.clauses().get(i);
      // Each clause runs inside the one before it.
      enter();
      enter();
      clauses[i] =
          new Builders.Clause(
              clause.at(),
              clause.target() == null ? null : target(clause.target()),
              node(clause.operand()));
    }
    enter();
    Node key = optional(c.key());
    Node body = node(c.body());
    height -= 2 * n + 1;
    return new Builders.Comprehension(at, key, body, clauses, ints(plain), ints(shared));
  }

  private Node call(int at, Expr.Call call) {
    List<Node> args = new ArrayList<>();
    List<String> names = new ArrayList<>();
    Node star = null;
    Node starStar = null;
    for (Expr.Argument argument : call.arguments()) {
      Node value = node(argument.value());
      switch (argument.passing()) {
        case POSITIONAL -> args.add(value);
        case NAMED -> {
          args.add(value);
          if (argument.name() != null) {
            names.add(argument.name());
          }
        }
        case STAR -> star = value;
        case STAR_STAR -> starStar = value;
      }
    }
    Node[] values = args.toArray(new Node[0]);
    String[] named = names.toArray(new String[0]);
    if (star != null || starStar != null) {
      return new Calls.Spread(at, node(call.callee()), values, named, star, starStar);
    }
    if (call.callee() instanceof Expr.Dot dot) {
      return new Calls.OfMethod(dot.at(), node(dot.object()), dot.name(), values, named);
    }
    return new Calls.Simple(at, node(call.callee()), values, named);
  }

  private Node makeFunction(int at, FunctionTree tree) {
    List<@Nullable Node> defaults = new ArrayList<>();
    for (Parameter parameter : tree.parameters()) {
      if (parameter.kind() != ParameterKind.BARE_STAR) {
        defaults.add(optional(parameter.defaultValue()));
      }
    }
    int[] captures = new int[tree.freeVariables().size()];
    for (int i = 0; i < captures.length; i++) {
      Binding outside = tree.freeVariables().get(i);
      captures[i] = outside.scope() == Binding.Scope.LOCAL ? outside.index() : ~outside.index();
    }
    return new Builders.MakeFunction(
        at, function(tree), defaults.toArray(new @Nullable Node[0]), captures);
  }
}
