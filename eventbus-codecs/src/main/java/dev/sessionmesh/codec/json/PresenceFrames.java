package dev.sessionmesh.codec.json;

import dev.sessionmesh.core.ErrorCode;
import dev.sessionmesh.core.presence.PresenceLimits;
import dev.sessionmesh.core.presence.PresenceUpdate;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads what clients say about who is where. */
public final class PresenceFrames {
    private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9_-]{1,32}");

    private PresenceFrames() {}

    /** Whether it is the class of a device. */
    public static boolean isDevice(String device) {
        return DEVICE.matcher(device).matches();
    }

    static String device(Fields fields) {
        return fields.name("device", PresenceFrames::isDevice, "1-32 characters of A-Za-z0-9_-")
                .orElse("");
    }

    static ClientFrame presence(Fields fields, Optional<String> session, Optional<String> id, PresenceLimits limits) {
        return new ClientFrame.Presence(
                session,
                id,
                fields.flag("watch"),
                new PresenceUpdate(
                        fields.flag("typing"),
                        fields.text("focus", limits.textBytes()),
                        fields.text("status", limits.textBytes()),
                        0));
    }

    static ClientFrame read(Fields fields, Optional<String> session, Optional<String> id) {
        OptionalLong seq = fields.seq("seq");
        if (seq.isEmpty()) {
            fields.refuse(ErrorCode.BAD_FIELD, "seq is missing");
        }
        return new ClientFrame.Read(session, id, seq.orElse(0));
    }
}
