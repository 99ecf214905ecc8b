package dev.sallyport.starlark.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Statements. */
public sealed interface Stmt {
  int at();

  record Pass(int at) implements Stmt {}

  record Break(int at) implements Stmt {}

  record Continue(int at) implements Stmt {}

  record Return(int at, @Nullable Expr value) implements Stmt {}

  record Expression(int at, Expr value) implements Stmt {}

  record Assign(int at, Expr target, Expr value) implements Stmt {}

  record Augmented(int at, TokenKind op, Expr target, Expr value) implements Stmt {}

  /** Branches in order, then the else suite. */
  record If(int at, List<Branch> branches, @Nullable List<Stmt> otherwise) implements Stmt {}

  record Branch(int at, Expr condition, List<Stmt> body) {}

  record For(int at, Expr target, Expr iterable, List<Stmt> body) implements Stmt {}

  record While(int at, Expr condition, List<Stmt> body) implements Stmt {}

  record Def(int at, Expr.Name name, FunctionTree function) implements Stmt {}

  record Load(int at, String module, List<LoadedName> names) implements Stmt {}

  /** One name that a load statement binds: here under {@code local}, there as {@code name}. */
  record LoadedName(int at, Expr.Name local, String name) {}
}
