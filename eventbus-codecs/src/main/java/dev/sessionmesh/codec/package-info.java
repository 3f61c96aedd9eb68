/** Bytes and JSON: the binary forms that nodes exchange and store, and the JSON frames that clients see. */
@NullMarked
package dev.sessionmesh.codec;

import org.jspecify.annotations.NullMarked;
