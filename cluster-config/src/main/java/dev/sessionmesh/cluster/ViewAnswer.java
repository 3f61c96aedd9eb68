package dev.sessionmesh.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import dev.sessionmesh.cluster.agreement.View;
import java.io.IOException;
import java.util.List;
import java.util.TreeSet;

/** How a member that has a vote stands. */
final class ViewAnswer implements IdentifiedDataSerializable {
    static final int CLASS_ID = 3;
    private static final byte VERSION = 1;

    private boolean quorum;
    private View view;

    /** Of one that takes no part, or none yet. */
    ViewAnswer() {
        this(false, View.NONE);
    }

    ViewAnswer(boolean quorum, View view) {
        this.quorum = quorum;
        this.view = view;
    }

    boolean quorum() {
        return quorum;
    }

    View view() {
        return view;
    }

    @Override
    public int getFactoryId() {
        return HazelcastWiring.VIEW_FACTORY_ID;
    }

    @Override
    public int getClassId() {
        return CLASS_ID;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeBoolean(quorum);
        out.writeString(view.lineage());
        out.writeLong(view.term());
        out.writeLong(view.version());
        out.writeStringArray(view.names().toArray(String[]::new));
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("unknown version of a view's answer: " + version);
        }
        quorum = in.readBoolean();
        var lineage = in.readString();
        long term = in.readLong();
        long views = in.readLong();
        var names = in.readStringArray();
        view = new View(
                lineage == null ? "" : lineage, term, views, new TreeSet<>(names == null ? List.of() : List.of(names)));
    }
}
