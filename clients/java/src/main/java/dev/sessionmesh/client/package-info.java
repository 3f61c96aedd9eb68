/** The Java client: a tab as an object. */
@NullMarked
package dev.sessionmesh.client;

import org.jspecify.annotations.NullMarked;
