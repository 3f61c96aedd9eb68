/**
 * Tells the customer's back end what happens in its sessions. The log is the queue: whoever owns a session posts what lies behind the
 * endpoint's cursor, and the cursor lives beside the session, on as many copies.
 */
@NullMarked
package dev.sessionmesh.webhook;

import org.jspecify.annotations.NullMarked;
