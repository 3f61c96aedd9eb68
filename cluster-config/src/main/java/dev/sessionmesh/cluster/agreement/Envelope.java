package dev.sessionmesh.cluster.agreement;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A message with who says it and whom the sender saw while saying it.
 *
 * @param incarnation changes with every start and every rejoin of a node
 * @param number rises with every envelope of the incarnation; tells an old status from a new one
 * @param present the sender's member list: name to incarnation
 */
public record Envelope(
        String from, String incarnation, long number, SortedMap<String, String> present, ViewMessage message) {
    public Envelope {
        present = Collections.unmodifiableSortedMap(new TreeMap<>(present));
    }

    boolean saw(String name, String itsIncarnation) {
        return itsIncarnation.equals(present.get(name));
    }

    boolean sawExactly(Map<String, String> members) {
        return present.equals(members);
    }
}
