/**
 * The legacy era (2024-11-05 to 2025-11-25): {@code initialize}, sessions, requests from the
 * server, HTTP+SSE. To be deleted as a whole one day; only {@code Connector} and its tests name it.
 */
@NullMarked
package dev.sallyport.executor.upstream.legacy;

import org.jspecify.annotations.NullMarked;
