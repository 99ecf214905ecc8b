package dev.sallyport.rules;

import dev.cel.common.ast.CelExpr;
import dev.cel.runtime.CelEvaluationListener;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the steps of one expression cost. The runtime tells of every part when its value is known,
 * and so before a function reads that value: then its cost is taken, in proportion to what the
 * function may read of it. Immutable.
 */
final class Steps {

  /** Characters, bytes or elements for one unit. */
  private static final int FOR_A_UNIT = 32;

  /** Making an exception costs as much as this many steps. */
  private static final int OF_A_FAILURE = 300;

  /** Of going round once: elements are copied into lists, and lists of them are joined. */
  private static final int OF_A_ROUND = 8;

  /** From one kind of value to another, and what a calendar says of a time. */
  private static final int OF_A_CONVERSION = 4;

  private static final int INSTRUCTIONS_FOR_A_UNIT = 4;

  /** Times that a text is looked for, character by character, for a unit. */
  private static final int COMPARISONS_FOR_A_UNIT = 256;

  /** What becomes of the value of a part. */
  private enum Use {
    /** Nothing that depends on its size. */
    NONE,
    /** Read as a whole, with all that is in it. */
    DEEP,
    /** Read if it is a text; a list or a map is only asked for one thing. */
    TEXT,
    /** A text in which another text is looked for. */
    HAYSTACK,
    /** The text that is looked for in the one before. */
    NEEDLE,
    /** A text that is matched with a pattern. */
    SUBJECT,
    /** All elements are looked at once. */
    RANGE,
    /** Asked before each round of a comprehension. */
    ROUND
  }

  private final Use[] uses;

  /** After this part the one that it belongs to must follow; 0: any may. */
  private final int[] followedBy;

  /** Instructions of the pattern that a subject is matched with. */
  private final int[] programs;

  private final boolean[] conversions;

  private Steps(int parts) {
    uses = new Use[parts];
    followedBy = new int[parts];
    programs = new int[parts];
    conversions = new boolean[parts];
    Arrays.fill(uses, Use.NONE);
  }

  static Steps of(CelExpr expression) {
    List<CelExpr> all = Walk.all(expression);
    Steps steps = new Steps(all.stream().mapToInt(Steps::id).max().orElse(0) + 1);
    all.forEach(steps::add);
    return steps;
  }

  static Set<Variable> variables(CelExpr expression) {
    Set<Variable> used = EnumSet.noneOf(Variable.class);
    for (CelExpr part : Walk.all(expression)) {
      name(part).flatMap(Variable::of).ifPresent(used::add);
    }
    return used;
  }

  /** Of a variable; a name with a dot may stand as a choice of a member. */
  private static Optional<String> name(CelExpr part) {
    return switch (part.getKind()) {
      case IDENT -> Optional.of(part.ident().name());
      case SELECT ->
          name(part.select().operand()).map(before -> before + "." + part.select().field());
      default -> Optional.empty();
    };
  }

  private static int id(CelExpr part) {
    return Math.toIntExact(part.id());
  }

  private void add(CelExpr part) {
    switch (part.getKind()) {
      case CALL -> addCall(part);
      case MAP -> part.map().entries().forEach(entry -> uses[id(entry.key())] = Use.DEEP);
      case COMPREHENSION -> {
        uses[id(part.comprehension().iterRange())] = Use.RANGE;
        uses[id(part.comprehension().loopCondition())] = Use.ROUND;
      }
      default -> {}
    }
    List<CelExpr> parts = Walk.parts(part);
    boolean mayGoOnWithout =
        part.getKind() == CelExpr.ExprKind.Kind.COMPREHENSION
            || (part.getKind() == CelExpr.ExprKind.Kind.CALL && isLogical(part.call().function()));
    if (!parts.isEmpty() && !mayGoOnWithout) {
      followedBy[id(parts.getLast())] = id(part);
    }
  }

  private static boolean isLogical(String function) {
    return switch (function) {
      case "_&&_", "_||_", "_?_:_", "@not_strictly_false", "__not_strictly_false__" -> true;
      default -> false;
    };
  }

  private void addCall(CelExpr part) {
    CelExpr.CelCall call = part.call();
    List<CelExpr> operands = Walk.operands(call);
    switch (call.function()) {
      case "_&&_", "_||_", "_?_:_", "!_", "@not_strictly_false", "__not_strictly_false__" -> {}
      case "_+_", "_[_]", "size", "dyn", "type" -> use(operands, Use.TEXT);
      case "contains" -> {
        uses[id(operands.getFirst())] = Use.HAYSTACK;
        uses[id(operands.getLast())] = Use.NEEDLE;
      }
      case "matches" -> {
        uses[id(operands.getFirst())] = Use.SUBJECT;
        programs[id(operands.getFirst())] = Regex.size(operands.getLast());
      }
      case "@in", "in", "_in_" -> {
        uses[id(operands.getFirst())] = Use.DEEP;
        uses[id(operands.getLast())] = Use.DEEP;
      }
      default -> use(operands, Use.DEEP);
    }
    conversions[id(part)] = Character.isLetter(call.function().charAt(0));
  }

  private void use(List<CelExpr> operands, Use use) {
    operands.forEach(operand -> uses[id(operand)] = use);
  }

  CelEvaluationListener counted(Work work) {
    return new Counted(work);
  }

  private final class Counted implements CelEvaluationListener {
    private final Work work;
    private int next;
    private long haystack;

    private Counted(Work work) {
      this.work = work;
    }

    @Override
    public void callback(CelExpr part, Object value) {
      int id = (int) part.id();
      work.take(next == 0 || next == id ? 1 : 1 + OF_A_FAILURE);
      next = followedBy[id];
      if (conversions[id]) {
        work.take(OF_A_CONVERSION);
      }
      switch (uses[id]) {
        case NONE -> {}
        case DEEP -> read(value);
        case TEXT -> {
          if (value instanceof CharSequence text) {
            work.take(text.length() / FOR_A_UNIT);
          }
        }
        case HAYSTACK -> {
          haystack = length(value);
          work.take(haystack / FOR_A_UNIT);
        }
        case NEEDLE ->
            work.take(
                length(value) / FOR_A_UNIT + haystack * length(value) / COMPARISONS_FOR_A_UNIT);
        case SUBJECT ->
            work.take(programs[id] + (length(value) + 1) * programs[id] / INSTRUCTIONS_FOR_A_UNIT);
        case RANGE ->
            work.take(
                switch (value) {
                  case Collection<?> list -> list.size() / FOR_A_UNIT;
                  case Map<?, ?> map -> map.size();
                  default -> 0;
                });
        case ROUND -> work.take(OF_A_ROUND);
      }
    }

    private static long length(Object value) {
      return value instanceof CharSequence text ? text.length() : 0;
    }

    /** Takes as it goes, so that looking costs no more than is there. */
    private void read(Object value) {
      switch (value) {
        case CharSequence text -> work.take(text.length() / FOR_A_UNIT);
        case Collection<?> list -> {
          work.take(1);
          for (Object element : list) {
            work.take(1);
            read(element);
          }
        }
        case Map<?, ?> map -> {
          work.take(1);
          map.forEach(
              (key, element) -> {
                work.take(1);
                read(key);
                read(element);
              });
        }
        default -> {}
      }
    }
  }
}
