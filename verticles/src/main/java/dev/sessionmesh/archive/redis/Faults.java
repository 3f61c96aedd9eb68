package dev.sessionmesh.archive.redis;

import dev.sessionmesh.archive.ArchiveException;
import dev.sessionmesh.archive.ArchiveException.Kind;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an error of Redis means to us. Its own words go no further: it repeats what it was sent, and that may be a password or what people wrote.
 */
final class Faults {
    private static final int CODE_MOST = 20;
    private static final String TOO_OLD = "it does not know a command: Redis 6.2 or newer is needed";

    /** @param code as Redis says it, at the beginning of its error or, when it comes out of a script, within it */
    private record Meaning(String code, Kind kind, String words) {}

    private static final List<Meaning> MEANINGS = List.of(
            new Meaning("WRONGTYPE", Kind.FOREIGN, "a key of ours holds something of another type"),
            new Meaning(
                    "The ID specified in XADD", Kind.FOREIGN, "a log holds records that its session does not know of"),
            new Meaning("OOM ", Kind.FULL, "its memory is full (OOM)"),
            new Meaning("READONLY", Kind.READ_ONLY, "it is a replica (READONLY)"),
            new Meaning("NOREPLICAS", Kind.READ_ONLY, "too few replicas follow it (NOREPLICAS)"),
            new Meaning("MISCONF", Kind.READ_ONLY, "it can't write its own files (MISCONF)"),
            new Meaning("NOAUTH", Kind.DENIED, "it wants a password (NOAUTH)"),
            new Meaning("WRONGPASS", Kind.DENIED, "it does not accept this user or password (WRONGPASS)"),
            new Meaning("NOPERM", Kind.DENIED, "the user lacks a permission (NOPERM)"),
            new Meaning("nknown command", Kind.AWAY, TOO_OLD),
            new Meaning("nknown Redis command", Kind.AWAY, TOO_OLD),
            new Meaning(
                    "The user executing the script", Kind.DENIED, "the user lacks a permission that a script needs"));

    private Faults() {}

    static ArchiveException away(String message) {
        return new ArchiveException(Kind.AWAY, message);
    }

    static ArchiveException foreign(String key, String what) {
        return new ArchiveException(Kind.FOREIGN, key + " " + what);
    }

    /** @param where the server, or whatever was spoken to */
    static ArchiveException of(Throwable failure, String where) {
        if (failure instanceof ArchiveException known) {
            return known;
        }
        if (!(failure instanceof ErrorType said)) {
            return away(where + ": " + cause(failure));
        }
        String text = String.valueOf(said.getMessage());
        if (text.startsWith("FOREIGN ")) {
            return foreign(text.substring("FOREIGN ".length()), "holds what is not ours, or not readable");
        }
        for (Meaning meaning : MEANINGS) {
            if (text.contains(meaning.code)) {
                return new ArchiveException(meaning.kind, where + ": " + meaning.words);
            }
        }
        return away(where + ": it answers " + code(text));
    }

    /** Also when it comes out of a script, where older servers put other words before it. */
    static boolean isWrongType(Throwable failure) {
        return failure instanceof ErrorType said
                && String.valueOf(said.getMessage()).contains("WRONGTYPE");
    }

    static boolean is(Throwable failure, String code) {
        return failure instanceof ErrorType said && said.is(code);
    }

    private static String code(String text) {
        String first = text.split(" ", 2)[0];
        return first.length() <= CODE_MOST && first.matches("[A-Z_]+") ? first : "an error";
    }

    private static String cause(Throwable failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case javax.net.ssl.SSLException tls -> {
                    return "TLS failed, see the certificates";
                }
                case java.net.UnknownHostException unknown -> {
                    return "no such host";
                }
                case java.net.ConnectException refused -> {
                    return "not reached";
                }
                default -> {}
            }
        }
        return "the connection was lost";
    }
}
