package dev.sessionmesh.core;

/**
 * A tool in a session's scope.
 *
 * @param parameters JSON Schema of its arguments, as JSON text; empty when unknown
 * @param source where a server-side tool comes from: {@code mcp:SERVER}, {@code http:NAME}, or empty for one that the model's
 *     provider brings
 * @param idempotent whether a call that had begun may be run again when it is not known how far it got
 * @param approval when a person has to agree, and who
 * @param target whose tab may execute a front-end tool
 */
public record ToolSpec(
        String name,
        String description,
        String parameters,
        Executor executor,
        String source,
        boolean idempotent,
        ApprovalPolicy approval,
        Target target) {
    /** The name that stands for every tool of a source. */
    public static final String WILDCARD = "*";

    public boolean isWildcard() {
        return name.equals(WILDCARD);
    }

    /** Who runs a call: one of the attached tabs, or the server. */
    public enum Executor {
        CLIENT,
        SERVER
    }

    /**
     * Which tabs a front-end call is offered to.
     *
     * @param user {@value #ASKER} for whoever asked for the turn, a user's name, or empty: anybody's
     * @param device a class of devices such as {@code phone}, or empty: any
     */
    public record Target(String user, String device) {
        public static final String ASKER = "asker";
        public static final Target ANY = new Target("", "");
    }

    /** A tool with no more than a name. */
    public static ToolSpec named(String name, Executor executor) {
        return new ToolSpec(name, "", "", executor, "", false, ApprovalPolicy.NEVER, Target.ANY);
    }

    public ToolSpec with(ApprovalPolicy other) {
        return new ToolSpec(name, description, parameters, executor, source, idempotent, other, target);
    }
}
