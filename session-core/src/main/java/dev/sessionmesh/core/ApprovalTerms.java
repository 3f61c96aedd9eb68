package dev.sessionmesh.core;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The terms of an approval. Approvers are written {@code user:NAME} or {@code role:NAME}.
 *
 * @param reason why it is asked for, shown to whoever decides
 * @param needed how many people have to approve; one rejection is enough to reject
 * @param approvers who may decide; empty: whoever may approve in this session
 * @param separateDuty whether the one who asked for the turn may not decide
 * @param expiresMillis how long it may wait; 0: as long as {@link Limits#approvalWait}
 * @param onExpiry what becomes of the call and its turn when nobody decides in time
 * @param remindMillis how often those who may decide are reminded; 0: never
 * @param escalateMillis after how long {@code escalateTo} may decide as well; 0: never
 */
public record ApprovalTerms(
        String reason,
        int needed,
        List<String> approvers,
        boolean separateDuty,
        long expiresMillis,
        OnExpiry onExpiry,
        long remindMillis,
        long escalateMillis,
        List<String> escalateTo) {
    public static final String USER = "user:";
    public static final String ROLE = "role:";

    public enum OnExpiry {
        /** The turn ends as expired. */
        FAIL,
        /** The call is left out and the turn goes on. */
        SKIP,
        /** The turn goes on, and the model is told to ask how to proceed. */
        ASK
    }

    public static final ApprovalTerms DEFAULT =
            new ApprovalTerms("", 1, List.of(), false, 0, OnExpiry.FAIL, 0, 0, List.of());

    /** Names who has to agree, whatever else is agreed upon: a grant given under some terms holds for calls under the same. */
    public String deciders() {
        String form = needed + "\n" + separateDuty + "\n"
                + approvers.stream().distinct().sorted().collect(Collectors.joining("\n"));
        return Sha256.hex(form.getBytes(StandardCharsets.UTF_8));
    }

    public ApprovalTerms {
        approvers = List.copyOf(approvers);
        escalateTo = List.copyOf(escalateTo);
        if (needed < 1 || expiresMillis < 0 || remindMillis < 0 || escalateMillis < 0) {
            throw new IllegalArgumentException("at least one person decides, and times are not negative");
        }
    }
}
