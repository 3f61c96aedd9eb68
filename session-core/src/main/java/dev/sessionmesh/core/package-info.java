/** Names, limits and codes that every room shares. */
@NullMarked
package dev.sessionmesh.core;

import org.jspecify.annotations.NullMarked;
