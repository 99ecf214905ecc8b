package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.Source;
import java.util.Set;

/** A function ready to run, shared by all its values. */
final class FunctionCode {
  final Source source;
  final String name;

  /** The names of the slots of a frame; the parameters come first, in order. */
  final String[] slotNames;

  /** How many parameters can be passed by position. */
  final int positional;

  /** Which parameters can be passed by name. */
  final boolean[] namedSlots;

  /** The slot of *args, or -1. */
  final int star;

  /** The slot of **kwargs, or -1. */
  final int starStar;

  /** How many parameters there are. */
  final int parameters;

  /** Whether a call that passes exactly the parameters by position needs no binding. */
  final boolean plain;

  /** The slots that nested functions share. */
  final int[] cells;

  /** The global names of the file, for messages. */
  final Set<String> outerNames;

  final Statement[] body;

  /** How many frames of Java a call may take, besides those of the calls that it makes. */
  final int height;

  /** Whether the function may call itself. */
  final boolean recursive;

  FunctionCode(
      Source source,
      String name,
      String[] slotNames,
      int positional,
      boolean[] namedSlots,
      int star,
      int starStar,
      int[] cells,
      Set<String> outerNames,
      Statement[] body,
      int height,
      boolean recursive) {
    this.source = source;
    this.name = name;
    this.slotNames = slotNames;
    this.positional = positional;
    this.namedSlots = namedSlots;
    this.star = star;
    this.starStar = starStar;
    this.parameters = namedSlots.length;
    this.plain = namedSlots.length == positional;
    this.cells = cells;
    this.outerNames = outerNames;
    this.body = body;
    this.height = height;
    this.recursive = recursive;
  }
}
