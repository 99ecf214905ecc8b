/**
 * The process that runs the scripts of Code Mode, one at a time. It reads what to run from its
 * standard input and writes calls, prints and the end of the run to its standard output; nothing
 * else of it can write there. It opens no file, no socket and starts no process.
 *
 * <p>The dialect is Starlark with control flow and rebinding at the top level. A script finds:
 *
 * <ul>
 *   <li>a global for each namespace, with a function for each tool: {@code fs.read(path="a")},
 *       arguments by name only; the value is the answer. A function is a value like any other;
 *       whatever name it is reached by, what is called is its tool.
 *   <li>{@code call(tool, **args)}: the call as a value, for {@code parallel}.
 *   <li>{@code parallel(calls, try_all=False)}: makes the calls side by side and returns the
 *       answers in the order of the list. All are made, whatever becomes of one; then the first
 *       failure in the order of the list stops the script, or with {@code try_all} each answer is
 *       as of {@code try_call}. A failure comes before an answer that is still waited for: what
 *       would fail in any case asks nobody any further.
 *   <li>{@code try_call(tool, **args)}: {@code {"ok": True, "value": ...}} or {@code {"ok": False,
 *       "code": ..., "error": ...}}.
 *   <li>{@code json}, {@code math}, {@code re}, {@code time} with a clock that stands still.
 *   <li>{@code result}, which it assigns, and {@code print}.
 * </ul>
 *
 * <p>A step is one call, {@code try_call} or {@code parallel}, counted from 1; calls of a {@code
 * parallel} are {@code STEP.INDEX} with the index from 0. The same script with the same answers
 * makes the same steps.
 */
@NullMarked
package dev.sallyport.sandbox.worker;

import org.jspecify.annotations.NullMarked;
