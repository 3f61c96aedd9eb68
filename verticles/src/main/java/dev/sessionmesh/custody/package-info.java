/** What is done with sessions as a whole: they are found, erased, taken out and brought in. */
@NullMarked
package dev.sessionmesh.custody;

import org.jspecify.annotations.NullMarked;
