/**
 * A whole gateway as a test sees it from outside: started by the launcher, in one process or split,
 * on a data folder of its own, or somewhere at a URL. What is started here ends with {@link
 * dev.sallyport.testkit.gateway.Gateway#close()} or with the test JVM.
 */
@NullMarked
package dev.sallyport.testkit.gateway;

import org.jspecify.annotations.NullMarked;
