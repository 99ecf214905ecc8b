@NullMarked
package dev.sallyport.cli.script;

import org.jspecify.annotations.NullMarked;
