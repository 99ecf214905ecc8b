"""Evaluates each line of the file that is the argument, and writes a line for each to standard output: "=" and the value in Starlark's
notation, or "!", the line of the program and the error. A line is an expression, or a program (its line ends are \\x01) whose result is
that of f()."""

import sys
import traceback

ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def notation(value):
    kind = type(value)
    if kind is str:
        return '"' + "".join(ESCAPES.get(c, c) for c in value) + '"'
    if kind is list:
        return "[" + ", ".join(map(notation, value)) + "]"
    if kind is tuple:
        return "(" + ", ".join(map(notation, value)) + ("," if len(value) == 1 else "") + ")"
    if kind is dict:
        return "{" + ", ".join(notation(k) + ": " + notation(v) for k, v in value.items()) + "}"
    if kind in (int, bool) or value is None:
        return repr(value)
    raise AssertionError("not in the common subset: " + repr(kind))


def main():
    with open(sys.argv[1], encoding="utf-8", newline="\n") as lines:
        for line in lines:
            source = line.rstrip("\n").replace("\x01", "\n")
            try:
                names = {}
                if "\n" in source:
                    exec(compile(source, "program", "exec"), names)
                    value = names["f"]()
                else:
                    value = eval(source, names)
                result = "=" + notation(value)
            except AssertionError:
                raise
            except Exception as e:
                at = [f.lineno for f in traceback.extract_tb(e.__traceback__) if f.filename == "program"]
                result = "!%d %s: %s" % (at[-1] if at else 1, type(e).__name__, str(e).replace("\n", " "))
            sys.stdout.write(result + "\n")


sys.stdout.reconfigure(encoding="utf-8", newline="\n")
main()
