package dev.sallyport.starlark;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A script cannot go on, or cannot begin. {@link #getMessage} is one sentence without a place;
 * {@link #describe} adds the place, the stack and the hint.
 *
 * <p>A host function throws one made by {@link #of} to fail with a message; the interpreter adds
 * the place. Scripts cannot catch anything. A host function that lets a script go on after an error
 * of a callback ({@code try_call}) may do so only where {@link #catchable} says so.
 */
public class StarlarkException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN_FRAMES = 20;

  /** What kind of error it is. */
  public enum Kind {
    /** The text is not a program. */
    SYNTAX,
    /** The program is not well formed: names, places of statements, parameters. */
    STATIC,
    /** An operation failed. */
    EVALUATION,
    /** The script called {@code fail}. */
    FAIL,
    /** A limit was reached: see {@link LimitExceeded}. */
    LIMIT,
    /** Another thread stopped the run. */
    INTERRUPTED,
    /** A host function broke; the cause says how. */
    HOST,
    /** The run would depend on a value that the host does not have: see {@link UnknownUsed}. */
    UNKNOWN
  }

  private final Kind kind;
  private final String message;
  private final @Nullable String hint;
  private final transient List<CallFrame> stack = new ArrayList<>();
  private transient @Nullable Position position;
  private boolean placed;

  /** For kinds of errors that a host adds; they are placed as all others. */
  protected StarlarkException(
      Kind kind, String message, @Nullable String hint, @Nullable Throwable cause) {
    super(message, cause, false, false);
    this.kind = kind;
    this.message = message;
    this.hint = hint;
  }

  /** An error of an operation, to be thrown by a host function. */
  public static StarlarkException of(String message) {
    return new StarlarkException(Kind.EVALUATION, message, null, null);
  }

  /** An error of an operation, with a sentence that says how to mend it. */
  public static StarlarkException of(String message, @Nullable String hint) {
    return new StarlarkException(Kind.EVALUATION, message, hint, null);
  }

  /** An error of an operation that has a cause in Java. */
  public static StarlarkException of(String message, Throwable cause) {
    return new StarlarkException(Kind.EVALUATION, message, null, cause);
  }

  /** An error in the text, at a place. */
  public static StarlarkException in(
      Kind kind, Position position, String message, @Nullable String hint) {
    StarlarkException error = new StarlarkException(kind, message, hint, null);
    error.position = position;
    error.placed = true;
    return error;
  }

  static StarlarkException of(Kind kind, String message, @Nullable Throwable cause) {
    return new StarlarkException(kind, message, null, cause);
  }

  @Override
  public String getMessage() {
    return message;
  }

  public Kind kind() {
    return kind;
  }

  /** How to mend it, where that is known. */
  public @Nullable String hint() {
    return hint;
  }

  /** Where it happened, or null where the host failed before any code of the script ran. */
  public @Nullable Position position() {
    return position;
  }

  /** The active calls, the innermost first; empty for errors of the text. */
  public List<CallFrame> stack() {
    return Collections.unmodifiableList(stack);
  }

  /** Whether a host function may turn this error of a callback into a value. */
  public boolean catchable() {
    return kind == Kind.EVALUATION || kind == Kind.FAIL;
  }

  /** Whether the innermost frame that the error left has not yet said where it was. */
  boolean unplaced() {
    return !placed;
  }

  /** Adds the frame that the error is in, once for each frame that it leaves. */
  void place(String function, Position at) {
    placed = true;
    if (position == null) {
      position = at;
    }
    stack.add(new CallFrame(function, at));
  }

  /** The error leaves a function: the next frame has a place of its own. */
  void leave() {
    placed = false;
  }

  /** The place, the sentence, the stack where there is more than one frame, and the hint. */
  public String describe() {
    StringBuilder out = new StringBuilder();
    if (position != null) {
      out.append(position).append(": ");
    }
    out.append(getMessage());
    if (stack.size() > 1) {
      int shown = 0;
      for (CallFrame frame : stack) {
        if (shown++ == SHOWN_FRAMES) {
          out.append("\n  and ").append(stack.size() - SHOWN_FRAMES).append(" more");
          break;
        }
        out.append("\n  ").append(frame);
      }
    }
    if (hint != null) {
      out.append("\nhint: ").append(hint);
    }
    return out.toString();
  }
}
