/**
 * Conditions of rules in CEL (features B6): what policy checks when a rule is written and what edge
 * evaluates when a tool is called, so that both mean the same.
 *
 * <p>{@link dev.sallyport.rules.Condition} is a text that compiled. Evaluation reads no clock,
 * waits for nothing, and does a bounded amount of work, counted by {@link dev.sallyport.rules.Work}
 * and not by time: the same rule and the same call give the same answer on every machine. What
 * cannot be evaluated is an {@link dev.sallyport.rules.Outcome}, never an exception. Any thread.
 */
@NullMarked
package dev.sallyport.rules;

import org.jspecify.annotations.NullMarked;
