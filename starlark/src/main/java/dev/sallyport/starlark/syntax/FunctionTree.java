package dev.sallyport.starlark.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A function as written, by def or by lambda, and what the resolver found out about it. */
public final class FunctionTree {
  /** The kinds of parameter. */
  public enum ParameterKind {
    PLAIN,
    KEYWORD_ONLY,
    STAR,
    BARE_STAR,
    STAR_STAR
  }

  /** A parameter; the name is empty for the bare star. */
  public record Parameter(
      int at, ParameterKind kind, Expr.Name variable, @Nullable Expr defaultValue) {}

  private final String name;
  private final int at;
  private final List<Parameter> parameters;
  private final List<Stmt> body;
  private final List<Binding> freeVariables = new ArrayList<>();
  private final List<String> slotNames = new ArrayList<>();
  private final List<Binding> locals = new ArrayList<>();

  FunctionTree(String name, int at, List<Parameter> parameters, List<Stmt> body) {
    this.name = name;
    this.at = at;
    this.parameters = parameters;
    this.body = body;
  }

  public String name() {
    return name;
  }

  public int at() {
    return at;
  }

  public List<Parameter> parameters() {
    return parameters;
  }

  public List<Stmt> body() {
    return body;
  }

  /**
   * The variables of enclosing functions that this one uses, as the enclosing function sees them.
   */
  public List<Binding> freeVariables() {
    return freeVariables;
  }

  /** The names of the slots of a frame, in order. */
  public List<String> slotNames() {
    return slotNames;
  }

  void addLocal(Binding binding) {
    locals.add(binding);
  }

  /** The local variables that need a cell when the function begins. */
  public List<Binding> captured() {
    return locals.stream().filter(Binding::captured).toList();
  }
}
