/** The embedded model provider: scripts instead of a model, so that a server is of use, and testable, without any account. */
@NullMarked
package dev.sessionmesh.provider.scripted;

import org.jspecify.annotations.NullMarked;
