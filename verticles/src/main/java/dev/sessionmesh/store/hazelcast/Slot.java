package dev.sessionmesh.store.hazelcast;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.nio.serialization.IdentifiedDataSerializable;
import java.io.IOException;

/** The value of a session's map entry: the session, or the tombstone that keeps it from being created again. */
public sealed interface Slot permits Slot.Live, Slot.Deleted, Slot.Waking {
    /** A living session, boxed because Hazelcast creates empty values before it fills them. */
    final class Live implements Slot, IdentifiedDataSerializable {
        private SessionRecord session;

        Live(SessionRecord session) {
            this.session = session;
        }

        SessionRecord session() {
            return session;
        }

        @Override
        public int getFactoryId() {
            return Forms.FACTORY;
        }

        @Override
        public int getClassId() {
            return Forms.LIVE;
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            session.write(out);
        }

        @Override
        public void readData(ObjectDataInput in) throws IOException {
            session = SessionRecord.read(in);
        }
    }

    final class Deleted implements Slot, IdentifiedDataSerializable {
        private long at;
        private long by;
        private long head;
        private boolean told;

        /**
         * @param at when, in epoch milliseconds
         * @param by a number that whoever deleted it drew: two may do so in the same millisecond
         * @param head the last seq it had
         * @param told whether everybody who wanted to hear of the deletion has
         */
        Deleted(long at, long by, long head, boolean told) {
            this.at = at;
            this.by = by;
            this.head = head;
            this.told = told;
        }

        Deleted toldOf() {
            return new Deleted(at, by, head, true);
        }

        long at() {
            return at;
        }

        long by() {
            return by;
        }

        long head() {
            return head;
        }

        boolean told() {
            return told;
        }

        @Override
        public int getFactoryId() {
            return Forms.FACTORY;
        }

        @Override
        public int getClassId() {
            return Forms.DELETED;
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            out.writeByte(Forms.VERSION);
            out.writeLong(at);
            out.writeLong(by);
            out.writeLong(head);
            out.writeBoolean(told);
        }

        @Override
        public void readData(ObjectDataInput in) throws IOException {
            Forms.checkVersion(in);
            at = in.readLong();
            by = in.readLong();
            head = in.readLong();
            told = in.readBoolean();
        }
    }

    /**
     * A session that is not served yet: it came from the archive, which has still to confirm that it was meant for this one, or from another side of a
     * split, and the archive may know more of it, or it is on its way to another cluster.
     */
    final class Waking implements Slot, IdentifiedDataSerializable {
        /** Of a record that no claim brought. */
        static final long UNCLAIMED = 0;
        /** Of one that is on its way to another cluster. */
        static final long HANDED_OVER = -1;

        private long hold;
        private SessionRecord session;

        /** @param hold the number of the claim that brought it */
        Waking(long hold, SessionRecord session) {
            this.hold = hold;
            this.session = session;
        }

        long hold() {
            return hold;
        }

        SessionRecord session() {
            return session;
        }

        @Override
        public int getFactoryId() {
            return Forms.FACTORY;
        }

        @Override
        public int getClassId() {
            return Forms.WAKING;
        }

        @Override
        public void writeData(ObjectDataOutput out) throws IOException {
            out.writeByte(Forms.VERSION);
            out.writeLong(hold);
            session.write(out);
        }

        @Override
        public void readData(ObjectDataInput in) throws IOException {
            Forms.checkVersion(in);
            hold = in.readLong();
            session = SessionRecord.read(in);
        }
    }
}
