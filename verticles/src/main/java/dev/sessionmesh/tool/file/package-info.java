/** What {@code --tools FILE} says. */
@NullMarked
package dev.sessionmesh.tool.file;

import org.jspecify.annotations.NullMarked;
