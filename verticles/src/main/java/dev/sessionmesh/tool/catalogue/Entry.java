package dev.sessionmesh.tool.catalogue;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ToolSpec;

/**
 * A tool that a session has.
 *
 * @param spec complete
 * @param schema the node's own for its arguments, which holds beside the session's; empty when there is none
 * @param node what the node's operator says about approving it
 * @param session what the session says about it
 */
record Entry(ToolSpec spec, String schema, ApprovalPolicy node, ApprovalPolicy session) {}
