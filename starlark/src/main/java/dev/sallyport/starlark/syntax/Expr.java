package dev.sallyport.starlark.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Expressions; {@link #at} is the offset that an error about the expression names. */
public sealed interface Expr {
  int at();

  /** A literal; the value is a Starlark value. */
  record Literal(int at, Object value) implements Expr {}

  /** A name; the resolver sets what it denotes. */
  final class Name implements Expr {
    private final int at;
    private final String name;
    private @Nullable Binding binding;

    Name(int at, String name) {
      this.at = at;
      this.name = name;
    }

    @Override
    public int at() {
      return at;
    }

    public String name() {
      return name;
    }

    public Binding binding() {
      if (binding == null) {
        throw new IllegalStateException("not resolved: " + name);
      }
      return binding;
    }

    void bind(Binding to) {
      this.binding = to;
    }
  }

  record Unary(int at, TokenKind op, Expr operand) implements Expr {}

  record Binary(int at, TokenKind op, Expr left, Expr right) implements Expr {}

  /** A long run of operators of one precedence, kept flat so that it needs no deep stack. */
  record Chain(Expr first, List<Link> links) implements Expr {
    @Override
    public int at() {
      return links.get(0).at();
    }
  }

  /** One operator of a chain and its right operand. */
  record Link(int at, TokenKind op, Expr right) {}

  /** Operands joined by {@code and}, or by {@code or}. */
  record Logical(int at, boolean conjunction, List<Expr> operands) implements Expr {}

  record Conditional(int at, Expr condition, Expr then, Expr otherwise) implements Expr {}

  record ListOf(int at, List<Expr> items) implements Expr {}

  record TupleOf(int at, List<Expr> items) implements Expr {}

  record DictOf(int at, List<Expr> keys, List<Expr> values) implements Expr {}

  /** A list comprehension, or with a key a dict comprehension. */
  final class Comprehension implements Expr {
    private final int at;
    private final @Nullable Expr key;
    private final Expr body;
    private final List<Clause> clauses;
    private final List<Binding> variables = new ArrayList<>();

    Comprehension(int at, @Nullable Expr key, Expr body, List<Clause> clauses) {
      this.at = at;
      this.key = key;
      this.body = body;
      this.clauses = clauses;
    }

    @Override
    public int at() {
      return at;
    }

    public @Nullable Expr key() {
      return key;
    }

    public Expr body() {
      return body;
    }

    public List<Clause> clauses() {
      return clauses;
    }

    /** The variables of its block, set by the resolver. */
    public List<Binding> variables() {
      return variables;
    }
  }

  /** {@code for target in operand}, or with no target {@code if operand}. */
  record Clause(int at, @Nullable Expr target, Expr operand) {}

  record Call(int at, Expr callee, List<Argument> arguments) implements Expr {}

  /** An argument of a call. */
  record Argument(int at, Passing passing, @Nullable String name, Expr value) {}

  /** How an argument is passed. */
  enum Passing {
    POSITIONAL,
    NAMED,
    STAR,
    STAR_STAR
  }

  record Dot(int at, Expr object, String name) implements Expr {}

  record Index(int at, Expr object, Expr index) implements Expr {}

  record Slice(
      int at, Expr object, @Nullable Expr start, @Nullable Expr stop, @Nullable Expr stride)
      implements Expr {}

  record Lambda(int at, FunctionTree function) implements Expr {}
}
