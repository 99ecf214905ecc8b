package dev.sallyport.starlark;

import dev.sallyport.starlark.syntax.Source;
import java.util.Set;

/**
 * A function ready to run, shared by all its values.
 *
 * @param slotNames the names of the slots; the parameters come first, in order
 * @param positional how many parameters can be passed by position
 * @param namedSlots which parameters can be passed by name
 * @param star the slot of *args, or -1
 * @param starStar the slot of **kwargs, or -1
 * @param parameters how many parameters there are
 * @param cells the slots that nested functions share
 * @param outerNames the global names, for messages
 * @param height how many frames of Java a call may take, besides the calls it makes
 */
record FunctionCode(
    Source source,
    String name,
    int at,
    String[] slotNames,
    int positional,
    boolean[] namedSlots,
    int star,
    int starStar,
    int parameters,
    int[] cells,
    Set<String> outerNames,
    Statement[] body,
    int height,
    boolean recursive) {

  /** Whether a call that passes exactly the positional parameters needs no binding. */
  boolean plain() {
    return parameters == positional;
  }
}
