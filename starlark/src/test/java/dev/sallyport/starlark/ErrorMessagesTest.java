package dev.sallyport.starlark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An error says where, what, and how to mend it, in terms of what the author probably meant. */
class ErrorMessagesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          x = f"a{1}"                        | 1:5  | f-strings are not supported   | "{}".format(x)
          import os                          | 1:1  | 'import' is not supported     | nothing to import
          from os import path                | 1:1  | 'from' is not supported       | nothing to import
          try: pass                          | 1:1  | 'try' is not supported        | no exceptions
          class A: pass                      | 1:1  | 'class' is not supported      | no classes
          raise x                            | 1:1  | 'raise' is not supported      | fail(
          assert x                           | 1:1  | 'assert' is not supported     | fail(
          del x                              | 1:1  | 'del' is not supported        | d.pop(key)
          with x: pass                       | 1:1  | 'with' is not supported       | use its result
          global x                           | 1:1  | 'global' is not supported     | rebind
          nonlocal x                         | 1:1  | 'nonlocal' is not supported   | rebind
          yield 1                            | 1:1  | 'yield' is not supported      | return it
          await f()                          | 1:1  | 'await' is not supported      | leave the word out
          async def f(): pass                | 1:1  | 'async' is not supported      | leave the word out
          x = 1 is None                      | 1:7  | 'is' is not supported         | ==
          while True: pass                   | 1:1  | while loops are not allowed   | for _ in range(n)
          x = 1 < 2 < 3                      | 1:11 | comparisons cannot be chained | a < b and b < c
          x = 1 == 2 == 3                    | 1:12 | comparisons cannot be chained | a < b and b < c
          if (n := 1): pass                  | 1:7  | walrus operator := is not     | statement of its own
          x = 2 ** 3                         | 1:7  | the operator ** is not        | x * x
          x = (1 if True)                    | 1:15 | needs else                    | else b
          x = (i for i in [])                | 1:8  | generator expressions         | [ and ]
          x = {1, 2}                         | 1:7  | sets have no literals         | set([
          x = "a" "b"                        | 1:9  | are not joined                | +
          x: int = 1                         | 1:2  | unexpected ':'                | annotations
          def f(x: int): pass                | 1:8  | type annotations              | leave the type out
          def f() -> int: pass               | 1:9  | type annotations              | leave out the ->
          x = y = 1                          | 1:7  | assignments do not chain      | b = x
          x++                                | 1:4  | unexpected end of line        | `+= 1`
          print "a"                          | 1:7  | print is a function           | print(x)
          x = !True                          | 1:5  | unexpected character '!'      | not x
          x = 1,                             | 1:6  | trailing comma                | (x,)
          x = "a\\d"                         | 1:7  | unknown escape '\\d'          | r"..."
          x = 1_000                          | 1:6  | no _ in numbers               | separators
          x = 017                            | 1:5  | cannot begin with 0           | 0o17
          return 1                           | 1:1  | return is only allowed in     | result =
          x = nill                           | 1:5  | undefined: nill               |
          x = null                           | 1:5  | undefined: null               | None
          x = true                           | 1:5  | undefined: true               | True
          x = lenn([])                       | 1:5  | undefined: lenn               | did you mean len?
          x = sum([1])                       | 1:5  | undefined: sum                | total
          x = isinstance(1, 2)               | 1:5  | undefined: isinstance         | type(x)
          print(1, end = "")                 | 1:1  | unexpected keyword argument   | each print is a line
          "".join(iterable = [])             | 1:4  | unexpected keyword argument   | leave out iterable=
          sorted([1], revers = True)         | 1:1  | unexpected keyword argument   | did you mean reverse?
          {}.has_key(1)                      | 1:4  | dict has no .has_key          | key in d
          {}.iteritems()                     | 1:4  | dict has no .iteritems        | d.items()
          "a".isnumeric()                    | 1:5  | string has no .isnumeric      | s.isdigit()
          "a".encode()                       | 1:5  | string has no .encode         | bytes(s)
          "a".uper()                         | 1:5  | string has no .uper           | did you mean upper?
          [].sort()                          | 1:4  | list has no .sort             | sorted(x)
          [].push(1)                         | 1:4  | list has no .push             | l.append(x)
          {"name": 1}.name                   | 1:13 | dict has no .name             | d["name"]
          {"name": 1}["nmae"]                | 1:12 | key "nmae" not found in dict  | did you mean "name"?
          {"name": 1}["x"]                   | 1:12 | key "x" not found in dict     | d.get(key)
          x = 1 + "a"                        | 1:7  | int + string                  | str(x)
          x = "a" + 1                        | 1:9  | string + int                  | str(x)
          x = None + 1                       | 1:10 | NoneType + int                | None
          x = True + 1                       | 1:10 | bool + int                    | int(x)
          x = {} + {}                        | 1:8  | dict + dict                   | d1 | d2
          for c in "abc": pass               | 1:10 | string is not iterable        | s.elems()
          for c in 3: pass                   | 1:10 | int is not iterable           | range(n)
          x = {[]: 1}                        | 1:6  | unhashable type: list         | tuple(x)
          x = "%5d" % 1                      | 1:11 | unknown conversion %5         | widths
          x = "%(a)s" % {}                   | 1:13 | unknown conversion %(         | .format(name = x)
          x = "%d" % "1"                     | 1:10 | %d needs a number, not string | %s
          x = "{:>5}".format(1)              | 1:13 | ':' is not supported in {...} | widths
          x = "{!r}".format(1)               | 1:12 | '!' is not supported in {...} | repr(x)
          x = int(" 1")                      | 1:5  | invalid base 10 number        | s.strip()
          x = int("1.5")                     | 1:5  | invalid base 10 number        | int(float(s))
          x = [1][1.0]                       | 1:8  | must be an int, not float     |
          x = ",".join([1])                  | 1:9  | element 0 is of type int      | str(x)
          x = "abc".split("")                | 1:11 | empty separator               | s.elems()
          x = (1)(2)                         | 1:6  | int cannot be called          |
          x = []("a")                        | 1:5  | list cannot be called         | x[i]
          x = set([1])                       | 1:5  | undefined: set                | x: True
          re.search("(?=a)", "a")            | 1:4  | invalid pattern               | lookahead
          json.encode(1.0 / 3 * math.inf)    | 1:6  | cannot encode float +inf      | no such number
          json.encode(len)                   | 1:6  | builtin_function_or_method as | call the function
          json.decode("[1,")                 | 1:6  | line 1, column 4              |
          """)
  void aMistakeHasItsPlaceItsSentenceAndItsRemedy(
      String source, String at, String message, String hint) {
    StarlarkException error = failure(source);

    assertThat(error.getMessage()).contains(message);
    assertThat(error.getMessage()).doesNotContain("\n").hasSizeLessThan(200);
    assertThat(error.position()).hasToString("test.star:" + at);
    if (hint != null) {
      assertThat(error.hint()).contains(hint.replace("`", ""));
    }
  }

  private static StarlarkException failure(String source) {
    return Scripts.failure(source, Dialect.CODE_MODE);
  }

  @Test
  void aTabInTheIndentationIsNamed() {
    StarlarkException error = failure("if True:\n    x = 1\n\ty = 2");

    assertThat(error.describe())
        .isEqualTo(
            """
            test.star:3:1: a tab in the indentation
            hint: indent with spaces only, the same number on each line of a block""");
  }

  @Test
  void recursionNamesTheFunction() {
    StarlarkException error = failure("def f(n):\n  return g(n)\ndef g(n):\n  return f(n)\nf(1)");

    assertThat(error.describe())
        .isEqualTo(
            """
            test.star:4:10: function f called recursively
              test.star:4:10: in g
              test.star:2:10: in f
              test.star:5:1: in <toplevel>
            hint: recursion is not allowed; use a loop over a list of what is left to do""");
  }

  @Test
  void aFunctionThatAssignsAGlobalIsTold() {
    StarlarkException error = failure("n = 0\ndef f():\n  n += 1\nf()");

    assertThat(error).hasMessage("local variable n referenced before assignment");
    assertThat(error.hint()).contains("the name is local to it");
  }

  @Test
  void controlFlowAtTheTopIsRefusedWithARemedy() {
    StarlarkException error = Scripts.failure("if True:\n  x = 1", Dialect.STRICT);

    assertThat(error).hasMessage("if statements are only allowed in functions");
    assertThat(error.hint()).contains("function");
  }

  @Test
  void allStaticErrorsAreListed() {
    ParseResult result =
        Program.parse("x = 1\nx = 2\nbreak\ndef f(a, a): pass\n", "s.star", Dialect.STRICT);

    assertThat(result).isInstanceOf(ParseResult.Refused.class);
    assertThat(((ParseResult.Refused) result).errors())
        .extracting(StarlarkException::describe)
        .containsExactly(
            "s.star:2:1: cannot reassign global x declared on line 1\n"
                + "hint: use another name, or do the work in a function",
            "s.star:3:1: break is only allowed in a loop",
            "s.star:4:10: parameter a is declared twice");
  }

  @Test
  void allUndefinedNamesAreListedBeforeAnythingRuns() {
    Program program =
        Program.parse("print(1)\nfoo(bar)\ndef f(): baz", "s.star", Dialect.STRICT).orThrow();

    List<StarlarkException> errors = program.undefined(Environment.EMPTY);

    assertThat(errors)
        .extracting(StarlarkException::getMessage)
        .containsExactly("undefined: foo", "undefined: bar", "undefined: baz");
    assertThat(Scripts.prints("x = 1")).isEmpty();
    List<String> printed = new java.util.ArrayList<>();
    try {
      program.run(Environment.EMPTY, new Meter(Limits.DEFAULT), printed::add);
    } catch (StarlarkException e) {
      assertThat(e.kind()).isEqualTo(StarlarkException.Kind.STATIC);
    }
    assertThat(printed).isEmpty();
  }

  @Test
  void columnsCountCharactersAsAReaderDoes() {
    StarlarkException error = failure("x = \"\ud83d\ude00\ud83d\ude00\" + 1");

    assertThat(error.position()).isEqualTo(new Position("test.star", 1, 10));
  }

  @Test
  void failIsAKindOfItsOwn() {
    StarlarkException error = failure("fail('no', 1, [\"x\"])");

    assertThat(error).hasMessage("fail: no 1 [\"x\"]");
    assertThat(error.kind()).isEqualTo(StarlarkException.Kind.FAIL);
  }

  @Test
  void aMessageIsValidUnicode() {
    StarlarkException error = failure("fail('\ud83d\ude00'[0])");

    assertThat(error).hasMessage("fail: \ufffd");
  }
}
