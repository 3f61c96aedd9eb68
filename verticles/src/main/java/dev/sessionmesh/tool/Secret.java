package dev.sessionmesh.tool;

/** What nobody may read in a log: it is told to those it is meant for only. */
public final class Secret {
    private final String value;

    public Secret(String value) {
        this.value = value;
    }

    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "***";
    }
}
