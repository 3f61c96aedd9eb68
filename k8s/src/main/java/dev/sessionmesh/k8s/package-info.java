/** Nothing that runs: the chart and the image lie in this module, and its tests hold them against the server. */
@NullMarked
package dev.sessionmesh.k8s;

import org.jspecify.annotations.NullMarked;
