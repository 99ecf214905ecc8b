package dev.sallyport.starlark;

import org.jspecify.annotations.Nullable;

/** One active call of a function: its variables, and where it is. */
final class Frame {
  final StarlarkThread thread;
  final Meter meter;
  final StarlarkFunction function;
  final @Nullable Object[] slots;
  final @Nullable Object[] globals;
  final @Nullable Frame caller;
  Object result = None.NONE;

  /** The offset of the call that is being made. */
  int at;

  Frame(StarlarkThread thread, StarlarkFunction function, @Nullable Object[] slots) {
    this.thread = thread;
    this.meter = thread.meter();
    this.function = function;
    this.slots = slots;
    this.globals = function.unit.globals;
    this.caller = thread.top;
  }

  /** Gives an error its place in this frame, unless it has one. */
  StarlarkException placed(StarlarkException error, int offset) {
    if (error.unplaced()) {
      error.place(function.name(), function.code.source.position(offset));
    }
    return error;
  }

  StarlarkException error(int offset, String message, @Nullable String hint) {
    return placed(StarlarkException.of(message, hint), offset);
  }
}
