package dev.sessionmesh.provider.scripted;

import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.core.session.Conversation.Called;
import dev.sessionmesh.core.session.ToolCall.Outcome;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The planning of a release: look, propose, ask, and do as one was told.
 *
 * @param picksDate whether the session has tabs that can ask a person for a date
 */
record ReleaseStory(String version, String tag, boolean picksDate) {
    /** A front-end tool: a person picks a day in one of the tabs. */
    static final String PICK_DATE = "pickDate";

    private static final Pattern VERSION = Pattern.compile("\\b(\\d{1,4}\\.\\d{1,4})(\\.\\d{1,4})?\\b");
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu", Locale.ENGLISH);

    static ReleaseStory of(String question, boolean picksDate) {
        Matcher named = VERSION.matcher(question);
        if (!named.find()) {
            return new ReleaseStory("2.4", "v2.4.0", picksDate);
        }
        String version = named.group();
        return new ReleaseStory(version, "v" + (named.group(2) == null ? version + ".0" : version), picksDate);
    }

    Scene scene(List<Called> calls) {
        return switch (calls.size()) {
            case 0 -> new Scene(text(OPENING), List.of(call("listOpenIssues", "milestone", version)));
            case 1 -> {
                String finding = outcome(calls.getFirst()) == Outcome.OK ? FINDING : NO_FINDING;
                yield Scene.of(text(finding + PROPOSAL), approved(call("createTag", "tag", tag)));
            }
            case 2 -> {
                Called tagging = calls.get(1);
                yield outcome(tagging) == Outcome.OK && picksDate
                        ? Scene.of(
                                done(tagging) + "\n\n" + text(WHICH_DAY),
                                frontEnd(call(PICK_DATE, "for", announcement())))
                        : Scene.of(done(tagging));
            }
            default -> Scene.of(day(calls.get(2)));
        };
    }

    /** What became of the tag: of the one that was approved, which need not be the one proposed. */
    private String done(Called tagging) {
        String made = argument(tagging, "tag").orElse(tag);
        String ending =
                switch (outcome(tagging)) {
                    case OK -> (made.equals(tag) ? "" : RENAMED) + TAGGED;
                    case REJECTED, CANCELLED -> REJECTED;
                    case IN_DOUBT -> IN_DOUBT;
                    case ERROR -> BROKEN;
                };
        return text(ending.replace("{tag}", made));
    }

    private String day(Called picking) {
        Optional<String> day = outcome(picking) == Outcome.OK ? dayOf(picking.result()) : Optional.empty();
        return text(day.map(named -> DAY_PICKED.replace("{day}", named)).orElse(NO_DAY));
    }

    /** Tabs send what they like: a result that is no date is no day. */
    private static Optional<String> dayOf(Payload result) {
        try {
            return text(result, "date").map(date -> DAY.format(LocalDate.parse(date)));
        } catch (DateTimeException noDate) {
            return Optional.empty();
        }
    }

    private static Optional<String> argument(Called call, String name) {
        return text(call.arguments(), name);
    }

    private static Optional<String> text(Payload payload, String name) {
        try {
            return payload instanceof Payload.Inline(String json)
                    ? Optional.ofNullable(new JsonObject(json).getString(name))
                    : Optional.empty();
        } catch (DecodeException | ClassCastException somethingElse) {
            return Optional.empty();
        }
    }

    private static Outcome outcome(Called call) {
        return call.outcome().orElse(Outcome.CANCELLED);
    }

    private static Cue.Call call(String tool, String name, String value) {
        return new Cue.Call(tool, new JsonObject().put(name, value).encode(), Executor.SERVER, false);
    }

    private static Cue.Call approved(Cue.Call call) {
        return new Cue.Call(call.tool(), call.arguments(), call.executor(), true);
    }

    private static Cue.Call frontEnd(Cue.Call call) {
        return new Cue.Call(call.tool(), call.arguments(), Executor.CLIENT, call.approval());
    }

    private String announcement() {
        return "the announcement of " + version;
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

    private static final String RENAMED = """
        You approved another name than the one I proposed, so I used yours.

        """;

    private static final String WHICH_DAY = """
        One thing is left to settle: on which day shall {version} be announced? Any of you can pick it; whoever takes \
        the calendar first has it, and the others see whose turn it is.
        """;

    private static final String DAY_PICKED = """
        Noted: {version} is announced on **{day}**. I'll have a draft ready the day before.
        """;

    private static final String NO_DAY = """
        Nobody picked a day, so the announcement stays open. The rest of the plan doesn't depend on it; ask me to plan \
        the {version} release again when you know.
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
