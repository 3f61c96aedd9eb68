package dev.sessionmesh.tool.http;

import dev.sessionmesh.tool.ToolLimits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.time.InstantSource;

/** What all calls of HTTP tools share. */
record HttpLine(Vertx vertx, HttpClient client, ToolLimits limits, Waits waits, InstantSource clock) {}
