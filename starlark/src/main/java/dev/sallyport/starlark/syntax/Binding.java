package dev.sallyport.starlark.syntax;

/** The variable that a name denotes. */
public final class Binding {
  /** Where the variable lives. */
  public enum Scope {
    /** A slot of the frame; a cell there when a nested function captures it. */
    LOCAL,
    /** A cell of the enclosing function, held by the function value. */
    FREE,
    /** A slot of the module. */
    GLOBAL,
    /** Given by the host or by the language. */
    PREDECLARED
  }

  private final String name;
  private final Scope scope;
  private final int index;
  private final int declaredAt;
  private boolean captured;
  private boolean loaded;

  Binding(String name, Scope scope, int index, int declaredAt) {
    this.name = name;
    this.scope = scope;
    this.index = index;
    this.declaredAt = declaredAt;
  }

  public String name() {
    return name;
  }

  public Scope scope() {
    return scope;
  }

  public int index() {
    return index;
  }

  int declaredAt() {
    return declaredAt;
  }

  /** A local that a nested function refers to. */
  public boolean captured() {
    return captured;
  }

  void capture() {
    captured = true;
  }

  /** Bound by a load statement: visible in its file only. */
  public boolean loaded() {
    return loaded;
  }

  void markLoaded() {
    loaded = true;
  }
}
