package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import com.hazelcast.query.Predicate;
import java.io.IOException;
import java.util.Map;

/** The cursors of a tenant's webhook, or those of a session. */
final class CursorsOf implements Predicate<NamedPart, long[]>, IdentifiedDataSerializable {
    private static final long serialVersionUID = 1;

    private String session;
    private String endpoint;

    /**
     * @param session its name, or that of a tenant and a slash for all of it
     * @param endpoint empty for all
     */
    CursorsOf(String session, String endpoint) {
        this.session = session;
        this.endpoint = endpoint;
    }

    @Override
    public boolean apply(Map.Entry<NamedPart, long[]> entry) {
        NamedPart key = entry.getKey();
        return (session.endsWith("/")
                        ? key.session().startsWith(session)
                        : key.session().equals(session))
                && (endpoint.isEmpty() || key.name().equals(endpoint));
    }

    @Override
    public int getFactoryId() {
        return Forms.FACTORY;
    }

    @Override
    public int getClassId() {
        return Forms.CURSORS_OF;
    }

    @Override
    public void writeData(ObjectDataOutput out) throws IOException {
        out.writeByte(Forms.VERSION);
        out.writeString(session);
        out.writeString(endpoint);
    }

    @Override
    public void readData(ObjectDataInput in) throws IOException {
        Forms.checkVersion(in);
        session = Forms.string(in);
        endpoint = Forms.string(in);
    }
}
