package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.session.Conversation.Called;
import dev.sessionmesh.core.session.ToolCall.Outcome;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The planning of a release: look, propose, ask, and do as one was told. */
record ReleaseStory(String version, String tag) {
    private static final Pattern VERSION = Pattern.compile("\\b(\\d{1,4}\\.\\d{1,4})(\\.\\d{1,4})?\\b");

    static ReleaseStory of(String question) {
        Matcher named = VERSION.matcher(question);
        if (!named.find()) {
            return new ReleaseStory("2.4", "v2.4.0");
        }
        return new ReleaseStory(named.group(), "v" + (named.group(2) == null ? named.group() + ".0" : named.group()));
    }

    Scene scene(List<Called> calls) {
        return switch (calls.size()) {
            case 0 -> new Scene(text(OPENING), List.of(call("listOpenIssues", "milestone", version, false)));
            case 1 -> {
                String finding = outcome(calls.getFirst()) == Outcome.OK ? FINDING : NO_FINDING;
                yield Scene.of(text(finding + PROPOSAL), call("createTag", "tag", tag, true));
            }
            default -> Scene.of(text(ending(calls.get(1))));
        };
    }

    private static String ending(Called tagging) {
        return switch (outcome(tagging)) {
            case OK -> TAGGED;
            case REJECTED, CANCELLED -> REJECTED;
            case IN_DOUBT -> IN_DOUBT;
            case ERROR -> BROKEN;
        };
    }

    private static Outcome outcome(Called call) {
        return call.outcome().orElse(Outcome.CANCELLED);
    }

    private static Cue.Call call(String tool, String name, String value, boolean approval) {
        return new Cue.Call(tool, new JsonObject().put(name, value).encode(), Executor.SERVER, approval);
    }

    private String text(String template) {
        return template.strip().replace("{version}", version).replace("{tag}", tag);
    }

    private static final String OPENING = """
        Let's plan the {version} release. Releases go well when the decisions are made before the day, so I'd take it in \
        four steps: see what is still open, settle the scope, agree on a date, and only then create the tag.

        First I'll look at the issues that are still assigned to {version}.
        """;

    private static final String FINDING = """
        Three issues are open, and only one of them can hold us up.

        - **#482** Reconnect loses the scroll position. The fix is written and waits for its second review.
        - **#495** Memory grows while an export runs. It happens every time, so it has to be fixed before we ship.
        - **#501** A typo on the settings page. It can move to the next milestone without anybody noticing.

        """;

    private static final String NO_FINDING = """
        I couldn't read the list of issues just now, so please check the milestone by hand before the day. The plan \
        doesn't depend on it.

        """;

    private static final String PROPOSAL = """
        Here is what I propose.

        - **Today:** close the scope. From here on the branch takes fixes only.
        - **Tomorrow:** finish the open fixes and run the upgrade test against a copy of last week's data.
        - **Thursday morning:** tag, build, and publish to the staging channel.
        - **Friday:** if a day of staging shows no new errors, promote the build to stable.

        So far I have only read things. Creating the tag is the first step that others will see, so I'm asking before I \
        do it: may I create `{tag}` at the head of the release branch?
        """;

    private static final String TAGGED = """
        Thank you. The tag `{tag}` exists, and the build has started from it.

        In short, this is where {version} stands.

        - The scope is closed, and the branch takes fixes only.
        - The tag points at commit `8c41f2e`.
        - Staging follows on Thursday, stable on Friday, each after a look at the error rate.

        If something turns up in staging, we don't move the tag: we fix it and cut the next patch version. I'd write \
        the announcement on Thursday, when we know what made it in. Ask me for a long text if you want a draft to edit.
        """;

    private static final String REJECTED = """
        Understood: I have not created `{tag}`, and nothing has changed.

        The plan keeps its value without the tag. When you know what is missing, ask me to plan the {version} release \
        again, and I'll come back to the same question with a fresh list of open issues.
        """;

    private static final String IN_DOUBT = """
        Something was interrupted while `{tag}` was being created, and I can't tell whether it exists. I won't try \
        again by myself, because doing such a thing twice is worse than asking once.

        Please look at the tags of the repository. If `{tag}` is there, the release goes on as planned; if not, ask me \
        to plan the {version} release again and approve the tag once more.
        """;

    private static final String BROKEN = """
        The tag `{tag}` could not be created, so nothing has changed. The rest of the plan still holds: close the \
        scope, finish the fixes, and ask me again when you are ready to tag.
        """;
}
