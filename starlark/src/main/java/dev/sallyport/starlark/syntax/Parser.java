package dev.sallyport.starlark.syntax;

import dev.sallyport.starlark.StarlarkException;
import dev.sallyport.starlark.syntax.Expr.Argument;
import dev.sallyport.starlark.syntax.Expr.Passing;
import dev.sallyport.starlark.syntax.FunctionTree.Parameter;
import dev.sallyport.starlark.syntax.FunctionTree.ParameterKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tokens to a tree, by recursive descent over the whole grammar (section "Grammar reference"); one
 * class because the productions call one another.
 */
public final class Parser {
  /** How deep brackets, prefix operators and conditions may be nested. */
  public static final int MAX_NESTING = 100;

  private static final int FLAT_FROM = 4;

  private final Source source;
  private final boolean whileLoops;
  private final List<Token> tokens;
  private int next;
  private int nesting;
  private Token token;

  private Parser(Source source, boolean whileLoops) {
    this.source = source;
    this.whileLoops = whileLoops;
    this.tokens = Lexer.scan(source);
    this.token = tokens.get(0);
  }

  /** Reads a file; throws the first error of syntax. */
  public static FunctionTree file(Source source, boolean whileLoops) {
    Parser parser = new Parser(source, whileLoops);
    List<Stmt> body = new ArrayList<>();
    while (parser.token.kind() != TokenKind.EOF) {
      if (!parser.accept(TokenKind.NEWLINE)) {
        parser.statement(body);
      }
    }
    return new FunctionTree("<toplevel>", 0, List.of(), body);
  }

  // Statements

  private void statement(List<Stmt> into) {
    switch (token.kind()) {
      case DEF -> into.add(def());
      case IF -> into.add(ifStatement());
      case FOR -> into.add(forStatement());
      case WHILE -> into.add(whileStatement());
      case INDENT -> throw error(token, "unexpected indentation", null);
      default -> simpleLine(into);
    }
  }

  private Stmt def() {
    int at = advance().at();
    Expr.Name name = name("the name of the function");
    expect(TokenKind.LEFT_PAREN);
    List<Parameter> parameters = parameters(TokenKind.RIGHT_PAREN);
    expect(TokenKind.RIGHT_PAREN);
    if (token.kind() == TokenKind.MINUS) {
      throw error(token, "type annotations are not supported", "leave out the -> part");
    }
    List<Stmt> body = suite();
    return new Stmt.Def(at, name, new FunctionTree(name.name(), at, parameters, body));
  }

  private Stmt ifStatement() {
    int at = token.at();
    List<Stmt.Branch> branches = new ArrayList<>();
    List<Stmt> otherwise = null;
    do {
      int branchAt = advance().at();
      Expr condition = expression();
      branches.add(new Stmt.Branch(branchAt, condition, suite()));
    } while (token.kind() == TokenKind.ELIF);
    if (accept(TokenKind.ELSE)) {
      otherwise = suite();
    }
    return new Stmt.If(at, branches, otherwise);
  }

  private Stmt forStatement() {
    int at = advance().at();
    Expr target = loopVariables();
    expect(TokenKind.IN);
    Expr iterable = expressions();
    List<Stmt> body = suite();
    refuseElseOfLoop();
    return new Stmt.For(at, target, iterable, body);
  }

  private Stmt whileStatement() {
    if (!whileLoops) {
      throw error(token, "while loops are not allowed", Hints.WHILE);
    }
    int at = advance().at();
    Expr condition = expression();
    List<Stmt> body = suite();
    refuseElseOfLoop();
    return new Stmt.While(at, condition, body);
  }

  private void refuseElseOfLoop() {
    if (token.kind() == TokenKind.ELSE) {
      throw error(token, "a loop has no else", "set a variable in the loop and test it afterwards");
    }
  }

  private List<Stmt> suite() {
    expect(TokenKind.COLON);
    List<Stmt> body = new ArrayList<>();
    if (!accept(TokenKind.NEWLINE)) {
      simpleLine(body);
      return body;
    }
    if (token.kind() != TokenKind.INDENT) {
      throw error(token, "expected an indented block", "a block that does nothing needs pass");
    }
    enter();
    advance();
    while (token.kind() != TokenKind.OUTDENT && token.kind() != TokenKind.EOF) {
      statement(body);
    }
    accept(TokenKind.OUTDENT);
    nesting--;
    return body;
  }

  private void simpleLine(List<Stmt> into) {
    into.add(small());
    while (accept(TokenKind.SEMICOLON)) {
      if (token.kind() == TokenKind.NEWLINE || token.kind() == TokenKind.EOF) {
        break;
      }
      into.add(small());
    }
    if (token.kind() != TokenKind.EOF && !accept(TokenKind.NEWLINE)) {
      throw unexpected("the end of the line");
    }
  }

  private Stmt small() {
    int at = token.at();
    switch (token.kind()) {
      case PASS -> {
        advance();
        return new Stmt.Pass(at);
      }
      case BREAK -> {
        advance();
        return new Stmt.Break(at);
      }
      case CONTINUE -> {
        advance();
        return new Stmt.Continue(at);
      }
      case RETURN -> {
        advance();
        boolean empty =
            token.kind() == TokenKind.NEWLINE
                || token.kind() == TokenKind.SEMICOLON
                || token.kind() == TokenKind.EOF;
        return new Stmt.Return(at, empty ? null : expressions());
      }
      case LOAD -> {
        return load();
      }
      default -> {}
    }
    Expr left = expressions();
    Token operator = token;
    if (accept(TokenKind.EQUALS)) {
      checkTarget(left);
      Expr value = expressions();
      if (token.kind() == TokenKind.EQUALS) {
        throw error(
            token, "assignments do not chain", "write a = x and b = x in statements of their own");
      }
      return new Stmt.Assign(operator.at(), left, value);
    }
    if (operator.kind().withoutAssignment() != operator.kind()) {
      advance();
      if (!(left instanceof Expr.Name || left instanceof Expr.Index || left instanceof Expr.Dot)) {
        throw error(
            operator, "an augmented assignment needs one name, element or field on its left", null);
      }
      return new Stmt.Augmented(
          operator.at(), operator.kind().withoutAssignment(), left, expressions());
    }
    if (operator.kind() == TokenKind.COLON && left instanceof Expr.Name) {
      throw error(operator, "unexpected ':'", "type annotations are not supported; leave them out");
    }
    if (operator.kind() == TokenKind.STRING
        && left instanceof Expr.Name name
        && name.name().equals("print")) {
      throw error(operator, "print is a function", "write print(x)");
    }
    return new Stmt.Expression(left.at(), left);
  }

  private Stmt load() {
    int at = advance().at();
    expect(TokenKind.LEFT_PAREN);
    if (token.kind() != TokenKind.STRING) {
      throw error(token, "the first operand of load must be a literal string", null);
    }
    String module = (String) value(advance());
    List<Stmt.LoadedName> names = new ArrayList<>();
    while (accept(TokenKind.COMMA) && token.kind() != TokenKind.RIGHT_PAREN) {
      Token first = token;
      Expr.Name local = null;
      if (first.kind() == TokenKind.IDENTIFIER) {
        local = name("a name");
        expect(TokenKind.EQUALS);
      }
      if (token.kind() != TokenKind.STRING) {
        throw error(token, "load needs literal strings", "write load(\"module\", \"name\")");
      }
      Token quoted = advance();
      String name = (String) value(quoted);
      if (!isIdentifier(name)) {
        throw error(quoted, "'" + name + "' is not a name", null);
      }
      if (name.startsWith("_")) {
        throw error(quoted, "'" + name + "' is private: names with _ first are not exported", null);
      }
      names.add(
          new Stmt.LoadedName(
              first.at(), local == null ? new Expr.Name(quoted.at(), name) : local, name));
    }
    expect(TokenKind.RIGHT_PAREN);
    if (names.isEmpty()) {
      throw error(token, "load must name at least one value to load", null);
    }
    return new Stmt.Load(at, module, names);
  }

  private static boolean isIdentifier(String text) {
    if (text.isEmpty() || TokenKind.ofWord(text) != TokenKind.IDENTIFIER) {
      return false;
    }
    return Character.isDigit(text.codePointAt(0))
        ? false
        : text.codePoints()
            .allMatch(c -> c == '_' || Character.isLetter(c) || Character.isDigit(c));
  }

  private void checkTarget(Expr target) {
    switch (target) {
      case Expr.Name n -> {}
      case Expr.Index i -> {}
      case Expr.Dot d -> {}
      case Expr.TupleOf tuple -> tuple.items().forEach(this::checkTarget);
      case Expr.ListOf list -> list.items().forEach(this::checkTarget);
      case Expr.Slice slice ->
          throw errorAt(slice.at(), "cannot assign to a slice", "assign elements one by one");
      case Expr.Call call ->
          throw errorAt(call.at(), "cannot assign to a call", "compare with == instead of =");
      default -> throw errorAt(target.at(), "cannot assign to this expression", null);
    }
  }

  // Parameters and arguments

  private List<Parameter> parameters(TokenKind close) {
    List<Parameter> parameters = new ArrayList<>();
    boolean optional = false;
    boolean starred = false;
    boolean last = false;
    while (token.kind() != close) {
      Token first = token;
      if (last) {
        throw error(first, "no parameter may follow the ** parameter", null);
      }
      if (accept(TokenKind.STAR)) {
        if (starred) {
          throw error(first, "only one * parameter is allowed", null);
        }
        starred = true;
        boolean bare = token.kind() == TokenKind.COMMA || token.kind() == close;
        parameters.add(
            bare
                ? new Parameter(
                    first.at(), ParameterKind.BARE_STAR, new Expr.Name(first.at(), ""), null)
                : new Parameter(first.at(), ParameterKind.STAR, name("a parameter"), null));
      } else if (accept(TokenKind.STAR_STAR)) {
        last = true;
        parameters.add(
            new Parameter(first.at(), ParameterKind.STAR_STAR, name("a parameter"), null));
      } else {
        Expr.Name name = name("a parameter");
        if (token.kind() == TokenKind.COLON && close == TokenKind.RIGHT_PAREN) {
          throw error(token, "type annotations are not supported", "leave the type out");
        }
        Expr value = accept(TokenKind.EQUALS) ? expression() : null;
        if (value == null && optional && !starred) {
          throw error(first, "a required parameter may not follow an optional one", null);
        }
        optional |= value != null;
        parameters.add(
            new Parameter(
                first.at(),
                starred ? ParameterKind.KEYWORD_ONLY : ParameterKind.PLAIN,
                name,
                value));
      }
      if (!accept(TokenKind.COMMA)) {
        break;
      }
    }
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).kind() == ParameterKind.BARE_STAR
          && (i + 1 == parameters.size()
              || parameters.get(i + 1).kind() != ParameterKind.KEYWORD_ONLY)) {
        throw errorAt(parameters.get(i).at(), "a bare * must be followed by a parameter", null);
      }
    }
    return parameters;
  }

  private List<Argument> arguments() {
    List<Argument> arguments = new ArrayList<>();
    Passing latest = Passing.POSITIONAL;
    while (token.kind() != TokenKind.RIGHT_PAREN) {
      Token first = token;
      Argument argument;
      if (accept(TokenKind.STAR)) {
        argument = new Argument(first.at(), Passing.STAR, null, expression());
      } else if (accept(TokenKind.STAR_STAR)) {
        argument = new Argument(first.at(), Passing.STAR_STAR, null, expression());
      } else {
        Expr value = expression();
        if (token.kind() == TokenKind.EQUALS) {
          if (!(value instanceof Expr.Name name) || first.kind() != TokenKind.IDENTIFIER) {
            throw error(first, "a named argument has the form name=value", null);
          }
          advance();
          argument = new Argument(first.at(), Passing.NAMED, name.name(), expression());
        } else if (token.kind() == TokenKind.FOR) {
          throw error(token, "generator expressions are not supported", "put [ and ] around it");
        } else {
          argument = new Argument(first.at(), Passing.POSITIONAL, null, value);
        }
      }
      checkOrder(argument, latest, first, arguments);
      latest = argument.passing();
      arguments.add(argument);
      if (!accept(TokenKind.COMMA)) {
        break;
      }
    }
    return arguments;
  }

  private void checkOrder(Argument argument, Passing latest, Token first, List<Argument> earlier) {
    String what =
        switch (argument.passing()) {
          case POSITIONAL -> "positional argument";
          case NAMED -> "keyword argument " + argument.name();
          case STAR -> "*args";
          case STAR_STAR -> "**kwargs";
        };
    if (argument.passing().compareTo(latest) < 0
        || (argument.passing() == latest && latest.compareTo(Passing.STAR) >= 0)) {
      String before =
          switch (latest) {
            case POSITIONAL, NAMED -> "keyword arguments";
            case STAR -> "*args";
            case STAR_STAR -> "**kwargs";
          };
      throw error(
          first,
          argument.passing() == latest
              ? "only one " + what + " is allowed in a call"
              : what + " may not follow " + before,
          "the order is: positional, name=value, *args, **kwargs");
    }
    if (argument.passing() == Passing.NAMED) {
      for (Argument other : earlier) {
        if (argument.name() != null && argument.name().equals(other.name())) {
          throw error(first, what + " is given twice", null);
        }
      }
    }
  }

  // Expressions

  private Expr expressions() {
    Expr first = expression();
    if (token.kind() != TokenKind.COMMA) {
      return first;
    }
    List<Expr> items = new ArrayList<>();
    items.add(first);
    while (token.kind() == TokenKind.COMMA) {
      Token comma = advance();
      if (endsExpressions()) {
        throw error(
            comma, "a trailing comma needs parentheses", "write (x,) for a tuple of one element");
      }
      items.add(expression());
    }
    return new Expr.TupleOf(first.at(), items);
  }

  private boolean endsExpressions() {
    return switch (token.kind()) {
      case NEWLINE, EOF, SEMICOLON, EQUALS, COLON, RIGHT_BRACKET, RIGHT_PAREN, RIGHT_BRACE, IN ->
          true;
      default -> false;
    };
  }

  private Expr loopVariables() {
    Expr first = primary();
    checkTarget(first);
    if (token.kind() != TokenKind.COMMA) {
      return first;
    }
    List<Expr> items = new ArrayList<>();
    items.add(first);
    while (accept(TokenKind.COMMA)) {
      Expr item = primary();
      checkTarget(item);
      items.add(item);
    }
    return new Expr.TupleOf(first.at(), items);
  }

  private Expr expression() {
    enter();
    Expr result = token.kind() == TokenKind.LAMBDA ? lambda() : conditional();
    nesting--;
    return result;
  }

  private Expr lambda() {
    int at = advance().at();
    List<Parameter> parameters = parameters(TokenKind.COLON);
    expect(TokenKind.COLON);
    Expr body = expression();
    return new Expr.Lambda(
        at, new FunctionTree("lambda", at, parameters, List.of(new Stmt.Return(body.at(), body))));
  }

  private Expr conditional() {
    Expr then = or();
    if (token.kind() != TokenKind.IF) {
      return then;
    }
    int at = advance().at();
    Expr condition = or();
    if (token.kind() != TokenKind.ELSE) {
      throw error(token, "a conditional expression needs else", "write a if condition else b");
    }
    advance();
    return new Expr.Conditional(at, condition, then, expression());
  }

  private Expr or() {
    Expr first = and();
    if (token.kind() != TokenKind.OR) {
      return first;
    }
    int at = token.at();
    List<Expr> operands = new ArrayList<>(List.of(first));
    while (accept(TokenKind.OR)) {
      operands.add(and());
    }
    return new Expr.Logical(at, false, operands);
  }

  private Expr and() {
    Expr first = not();
    if (token.kind() != TokenKind.AND) {
      return first;
    }
    int at = token.at();
    List<Expr> operands = new ArrayList<>(List.of(first));
    while (accept(TokenKind.AND)) {
      operands.add(not());
    }
    return new Expr.Logical(at, true, operands);
  }

  private Expr not() {
    if (token.kind() != TokenKind.NOT) {
      return comparison();
    }
    enter();
    int at = advance().at();
    Expr operand = not();
    nesting--;
    return new Expr.Unary(at, TokenKind.NOT, operand);
  }

  private Expr comparison() {
    Expr left = binary(0);
    Token operator = token;
    TokenKind kind = comparisonOperator();
    if (kind == null) {
      return left;
    }
    Expr right = binary(0);
    Token again = token;
    if (comparisonOperator() != null) {
      throw error(again, "comparisons cannot be chained", Hints.CHAINED);
    }
    return new Expr.Binary(operator.at(), kind, left, right);
  }

  private @Nullable TokenKind comparisonOperator() {
    switch (token.kind()) {
      case EQUALS_EQUALS, NOT_EQUALS, LESS, GREATER, LESS_EQUALS, GREATER_EQUALS, IN -> {
        return advance().kind();
      }
      case NOT -> {
        if (tokens.get(next + 1).kind() == TokenKind.IN) {
          advance();
          advance();
          return TokenKind.NOT_IN;
        }
        return null;
      }
      default -> {
        return null;
      }
    }
  }

  /** Operators by precedence, the weakest first; all associate to the left. */
  private static int level(TokenKind kind) {
    return switch (kind) {
      case PIPE -> 0;
      case CARET -> 1;
      case AMPERSAND -> 2;
      case LESS_LESS, GREATER_GREATER -> 3;
      case PLUS, MINUS -> 4;
      case STAR, SLASH, SLASH_SLASH, PERCENT -> 5;
      default -> -1;
    };
  }

  private Expr binary(int lowest) {
    Expr left = unary();
    while (level(token.kind()) >= lowest) {
      int level = level(token.kind());
      List<Expr.Link> links = new ArrayList<>(2);
      while (level(token.kind()) == level) {
        Token operator = advance();
        links.add(new Expr.Link(operator.at(), operator.kind(), binary(level + 1)));
      }
      if (links.size() > FLAT_FROM) {
        left = new Expr.Chain(left, links);
      } else {
        for (Expr.Link link : links) {
          left = new Expr.Binary(link.at(), link.op(), left, link.right());
        }
      }
    }
    if (token.kind() == TokenKind.STAR_STAR) {
      throw error(token, "the operator ** is not supported", Hints.POWER);
    }
    return left;
  }

  private Expr unary() {
    switch (token.kind()) {
      case PLUS, MINUS, TILDE -> {
        enter();
        Token operator = advance();
        Expr operand = unary();
        nesting--;
        return new Expr.Unary(operator.at(), operator.kind(), operand);
      }
      default -> {
        return primary();
      }
    }
  }

  private Expr primary() {
    Expr result = operand();
    while (true) {
      Token suffix = token;
      if (accept(TokenKind.DOT)) {
        if (token.kind() != TokenKind.IDENTIFIER) {
          throw unexpected("the name of an attribute");
        }
        Token name = advance();
        result = new Expr.Dot(name.at(), result, (String) value(name));
      } else if (accept(TokenKind.LEFT_PAREN)) {
        List<Argument> arguments = arguments();
        expect(TokenKind.RIGHT_PAREN);
        result = new Expr.Call(result.at(), result, arguments);
      } else if (accept(TokenKind.LEFT_BRACKET)) {
        result = subscript(suffix.at(), result);
      } else {
        return result;
      }
    }
  }

  private Expr subscript(int at, Expr object) {
    Expr start = null;
    if (token.kind() != TokenKind.COLON) {
      start = expressions();
      if (accept(TokenKind.RIGHT_BRACKET)) {
        return new Expr.Index(at, object, start);
      }
    }
    expect(TokenKind.COLON);
    Expr stop = sliceOperand();
    Expr stride = accept(TokenKind.COLON) ? sliceOperand() : null;
    expect(TokenKind.RIGHT_BRACKET);
    return new Expr.Slice(at, object, start, stop, stride);
  }

  private @Nullable Expr sliceOperand() {
    return token.kind() == TokenKind.COLON || token.kind() == TokenKind.RIGHT_BRACKET
        ? null
        : expression();
  }

  private Expr operand() {
    Token first = token;
    switch (first.kind()) {
      case IDENTIFIER -> {
        advance();
        return new Expr.Name(first.at(), (String) value(first));
      }
      case INT, FLOAT, STRING, BYTES -> {
        advance();
        if (token.kind() == TokenKind.STRING || token.kind() == TokenKind.BYTES) {
          throw error(token, "strings that follow one another are not joined", "join them with +");
        }
        return new Expr.Literal(first.at(), value(first));
      }
      case LEFT_PAREN -> {
        return parenthesized();
      }
      case LEFT_BRACKET -> {
        return list();
      }
      case LEFT_BRACE -> {
        return dict();
      }
      default -> throw unexpected("an expression");
    }
  }

  private Expr parenthesized() {
    int at = advance().at();
    if (accept(TokenKind.RIGHT_PAREN)) {
      return new Expr.TupleOf(at, List.of());
    }
    Expr first = expression();
    if (token.kind() == TokenKind.FOR) {
      throw error(token, "generator expressions are not supported", "use [ and ] for a list");
    }
    if (accept(TokenKind.RIGHT_PAREN)) {
      return first;
    }
    List<Expr> items = new ArrayList<>(List.of(first));
    while (accept(TokenKind.COMMA) && token.kind() != TokenKind.RIGHT_PAREN) {
      items.add(expression());
    }
    expect(TokenKind.RIGHT_PAREN);
    return new Expr.TupleOf(at, items);
  }

  private Expr list() {
    int at = advance().at();
    List<Expr> items = new ArrayList<>();
    while (token.kind() != TokenKind.RIGHT_BRACKET) {
      items.add(expression());
      if (token.kind() == TokenKind.FOR && items.size() == 1) {
        List<Expr.Clause> clauses = clauses(TokenKind.RIGHT_BRACKET);
        return new Expr.Comprehension(at, null, items.get(0), clauses);
      }
      if (!accept(TokenKind.COMMA)) {
        break;
      }
    }
    expect(TokenKind.RIGHT_BRACKET);
    return new Expr.ListOf(at, items);
  }

  private Expr dict() {
    int at = advance().at();
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (token.kind() != TokenKind.RIGHT_BRACE) {
      if (token.kind() == TokenKind.STAR_STAR) {
        throw error(token, "** is not allowed in a dict", "write d1 | d2");
      }
      keys.add(expression());
      if (token.kind() == TokenKind.COMMA || token.kind() == TokenKind.RIGHT_BRACE) {
        throw error(token, "sets have no literals", "write set([a, b]), or a dict {a: b}");
      }
      expect(TokenKind.COLON);
      values.add(expression());
      if (token.kind() == TokenKind.FOR && keys.size() == 1) {
        List<Expr.Clause> clauses = clauses(TokenKind.RIGHT_BRACE);
        return new Expr.Comprehension(at, keys.get(0), values.get(0), clauses);
      }
      if (!accept(TokenKind.COMMA)) {
        break;
      }
    }
    expect(TokenKind.RIGHT_BRACE);
    return new Expr.DictOf(at, keys, values);
  }

  private List<Expr.Clause> clauses(TokenKind close) {
    List<Expr.Clause> clauses = new ArrayList<>();
    while (token.kind() != close) {
      int at = token.at();
      if (accept(TokenKind.FOR)) {
        Expr target = loopVariables();
        expect(TokenKind.IN);
        // Neither a lambda nor a conditional: "if" begins the next clause.
        clauses.add(new Expr.Clause(at, target, clauseOperand()));
      } else if (accept(TokenKind.IF)) {
        clauses.add(new Expr.Clause(at, null, clauseOperand()));
      } else {
        throw unexpected("'" + close.text() + "', for or if");
      }
    }
    advance();
    return clauses;
  }

  private Expr clauseOperand() {
    enter();
    Expr operand = or();
    nesting--;
    return operand;
  }

  // Tokens

  private void enter() {
    if (++nesting > MAX_NESTING) {
      throw error(
          token,
          "the code is nested too deeply: the limit is " + MAX_NESTING,
          "give parts of it names of their own");
    }
  }

  private Token advance() {
    Token current = token;
    if (next + 1 < tokens.size()) {
      token = tokens.get(++next);
    }
    return current;
  }

  private boolean accept(TokenKind kind) {
    if (token.kind() != kind) {
      return false;
    }
    advance();
    return true;
  }

  private void expect(TokenKind kind) {
    if (!accept(kind)) {
      throw unexpected("'" + kind.text() + "'");
    }
  }

  private Expr.Name name(String what) {
    if (token.kind() != TokenKind.IDENTIFIER) {
      throw unexpected(what);
    }
    Token name = advance();
    return new Expr.Name(name.at(), (String) value(name));
  }

  private static Object value(Token token) {
    if (token.value() == null) {
      throw new IllegalStateException("no value: " + token);
    }
    return token.value();
  }

  private StarlarkException unexpected(String wanted) {
    if (token.kind() == TokenKind.RESERVED) {
      String word = (String) value(token);
      return error(token, "'" + word + "' is not supported", Hints.reserved(word));
    }
    if (token.kind() == TokenKind.EQUALS) {
      return error(token, "unexpected '=', expected " + wanted, "compare with ==");
    }
    if (token.kind() == TokenKind.STAR_STAR) {
      return error(token, "the operator ** is not supported", Hints.POWER);
    }
    String hint =
        switch (token.kind()) {
          case ELSE, ELIF -> "else and elif belong to an if at the same indentation";
          case WHILE -> whileLoops ? null : Hints.WHILE;
          case IDENTIFIER -> likelyOperator((String) value(token));
          case NEWLINE ->
              next > 1
                      && (tokens.get(next - 1).kind() == TokenKind.PLUS
                          || tokens.get(next - 1).kind() == TokenKind.MINUS)
                      && tokens.get(next - 2).kind() == tokens.get(next - 1).kind()
                  ? "there is no ++ or --; write x += 1"
                  : null;
          default -> null;
        };
    return error(token, "unexpected " + token.shown() + ", expected " + wanted, hint);
  }

  private static @Nullable String likelyOperator(String word) {
    return switch (word) {
      case "null", "nil", "undefined" -> "write None";
      case "true", "false" -> "write True or False";
      case "elseif", "elsif" -> "write elif";
      case "then" -> "a block begins with :";
      case "function", "fn", "func", "const", "let", "var" ->
          "functions begin with def; variables need no keyword";
      case "match", "switch", "case" -> "write if, elif and else";
      default -> null;
    };
  }

  private StarlarkException error(Token where, String message, @Nullable String hint) {
    return errorAt(where.at(), message, hint);
  }

  private StarlarkException errorAt(int offset, String message, @Nullable String hint) {
    return StarlarkException.in(
        StarlarkException.Kind.SYNTAX, source.position(offset), message, hint);
  }
}
