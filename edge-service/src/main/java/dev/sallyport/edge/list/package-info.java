/**
 * What a caller sees: lists compiled once per catalogue version and profile from bytes that were
 * serialised beforehand, and watches that say when a visible list has changed. No list makes an
 * upstream call; the same pattern rule that gates calls filters here.
 */
@NullMarked
package dev.sallyport.edge.list;

import org.jspecify.annotations.NullMarked;
