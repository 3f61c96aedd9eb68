/** When a call needs a person's approval, and what of it: the node's policy, tightened by the session's. */
@NullMarked
package dev.sessionmesh.tool.rule;

import org.jspecify.annotations.NullMarked;
