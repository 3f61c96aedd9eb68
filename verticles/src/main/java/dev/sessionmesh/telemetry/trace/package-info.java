/** Traces by OpenTelemetry, sent to a collector by OTLP over HTTP. */
@NullMarked
package dev.sessionmesh.telemetry.trace;

import org.jspecify.annotations.NullMarked;
