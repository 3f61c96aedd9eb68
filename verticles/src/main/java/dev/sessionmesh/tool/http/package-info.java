/** Tools behind webhooks: one signed POST a call. */
@NullMarked
package dev.sessionmesh.tool.http;

import org.jspecify.annotations.NullMarked;
