package dev.sessionmesh.store.hazelcast;

/**
 * Where a sealed part of a log lies.
 *
 * @param from first seq in it
 * @param to last seq in it
 * @param hash of its content: two sealers that race write the same bytes under the same key, or different keys
 * @param bytes its size
 */
record ChunkRef(long from, long to, long hash, int bytes) {}
