/**
 * The gateway from outside: real clients, real servers, the launcher, signals. The same classes run
 * against standalone and against the split services ({@code -Dsallyport.mode}); most of them share
 * one gateway ({@link dev.sallyport.system.World}).
 */
@NullMarked
package dev.sallyport.system;

import org.jspecify.annotations.NullMarked;
