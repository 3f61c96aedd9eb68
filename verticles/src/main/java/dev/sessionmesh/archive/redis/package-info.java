/**
 * The archive in Redis: one server, Sentinel or Cluster. From the outside in: {@link dev.sessionmesh.archive.redis.RedisArchive} does what the port
 * says by scripts and commands, {@code Route} knows which server a key is on, {@code Link} keeps a connection to it, {@code Line} is that connection.
 */
@NullMarked
package dev.sessionmesh.archive.redis;

import org.jspecify.annotations.NullMarked;
