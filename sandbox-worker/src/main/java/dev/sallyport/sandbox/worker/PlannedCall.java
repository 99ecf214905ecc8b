package dev.sallyport.sandbox.worker;

import dev.sallyport.starlark.Printer;
import dev.sallyport.starlark.StarlarkValue;

/** What {@code call(...)} makes: a call that has not been made. Immutable. */
final class PlannedCall implements StarlarkValue {
  private final Tool tool;
  private final byte[] arguments;

  /**
   * @param arguments JSON object, as the arguments were when the call was planned
   */
  PlannedCall(Tool tool, byte[] arguments) {
    this.tool = tool;
    this.arguments = arguments;
  }

  Tool tool() {
    return tool;
  }

  byte[] arguments() {
    return arguments;
  }

  @Override
  public String typeName() {
    return "call";
  }

  @Override
  public void repr(Printer out) {
    out.append("<call of ").append(tool.name()).append(">");
  }
}
