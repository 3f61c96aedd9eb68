/** What all providers of models have in common. */
@NullMarked
package dev.sessionmesh.provider;

import org.jspecify.annotations.NullMarked;
