/** What a service needs around it to be tested as a deployment runs it. */
@NullMarked
package dev.sallyport.testkit.service;

import org.jspecify.annotations.NullMarked;
