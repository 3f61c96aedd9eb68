/** What can be wrong between two processes that both live: links that are slow, stuck, torn or lying. */
@NullMarked
package dev.sessionmesh.chaos.fault;

import org.jspecify.annotations.NullMarked;
