/** The form of the log's lines, and how much of them there is. */
@NullMarked
package dev.sessionmesh.telemetry.log;

import org.jspecify.annotations.NullMarked;
