/** Arguments against the JSON Schemas of tools, at a bounded cost whoever wrote the schema. */
@NullMarked
package dev.sessionmesh.tool.schema;

import org.jspecify.annotations.NullMarked;
