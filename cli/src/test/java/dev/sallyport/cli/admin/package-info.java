@NullMarked
package dev.sallyport.cli.admin;

import org.jspecify.annotations.NullMarked;
