package dev.sessionmesh.core.presence;

/** A bug planted into one method of presence, and the seeds within which the simulation must find it. */
enum PresenceMutant {
    MEMBERSHIP_IGNORED("PresenceNode", "gone", PresenceBugs.Nothing.class, 100),
    SILENCE_IGNORED("PresenceNode", "forgetTheSilent", PresenceBugs.Nothing.class, 100),
    THE_DEAD_ARE_LISTENED_TO("PresenceNode", "isMember", PresenceBugs.Yes.class, 200),
    OLD_NEWS_IS_TAKEN("SessionPresence", "isOld", PresenceBugs.No.class, 100),
    GAPS_ARE_OVERLOOKED("SessionPresence", "continues", PresenceBugs.Yes.class, 100),
    CHANGES_TAKEN_FOR_ALL("PresenceMessage$Report", "whole", PresenceBugs.Yes.class, 100),
    LOSSES_NEVER_REPAIRED("PresenceNode", "askAll", PresenceBugs.Nothing.class, 100),
    INTEREST_NEVER_ENDS("SessionPresence", "forgetInterestBefore", PresenceBugs.Nothing.class, 200),
    TYPING_NEVER_ENDS("OwnTabs", "expire", PresenceBugs.Nothing.class, 100),
    FRAMES_UNBATCHED("SessionPresence", "dueAt", PresenceBugs.AtOnce.class, 100),
    READ_GOES_BACK("Attendee", "with", PresenceBugs.ReadAsSaid.class, 100),
    UNLISTED_ARE_FORGOTTEN("Roster", "more", PresenceBugs.Zero.class, 100),
    WHOEVER_LEFT_IS_KEPT("OwnTabs", "leave", PresenceBugs.Stays.class, 100);

    private final String type;
    private final String method;
    private final Class<?> bug;
    private final int seeds;

    PresenceMutant(String type, String method, Class<?> bug, int seeds) {
        this.type = type;
        this.method = method;
        this.bug = bug;
        this.seeds = seeds;
    }

    String type() {
        return "dev.sessionmesh.core.presence." + type;
    }

    String method() {
        return method;
    }

    Class<?> bug() {
        return bug;
    }

    int seeds() {
        return seeds;
    }
}
