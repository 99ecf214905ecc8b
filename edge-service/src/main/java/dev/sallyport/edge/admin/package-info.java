/**
 * The admin API: JSON over HTTP under {@code /api/v1}, closed without an admin key.
 *
 * <p>Every request passes {@link dev.sallyport.edge.admin.AdminDoor} (Host and Origin, credential,
 * size) and leaves with an {@link dev.sallyport.edge.admin.AdminIdentity}; its tenant is the only
 * one that the request can see or change. Every action names the permissions that it takes, {@link
 * dev.sallyport.edge.admin.AdminActions} decides by them, and every action is in the evidence
 * before it is done and again with its outcome; when the evidence refuses, the action does not
 * happen. Every error is problem details (RFC 9457). Resources convert and delegate; what a key, a
 * limit or a server is and who wins a conflict is for policy and registry to say.
 */
@NullMarked
package dev.sallyport.edge.admin;

import org.jspecify.annotations.NullMarked;
