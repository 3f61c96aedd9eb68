package dev.sessionmesh.tool.http;

import dev.sessionmesh.core.port.ToolExecutor.Result;
import dev.sessionmesh.tool.ArgumentsJson;
import dev.sessionmesh.tool.Results;
import dev.sessionmesh.tool.ToolLimits;
import java.time.Duration;
import java.util.Optional;

/** What one try of a call came to. */
sealed interface Answer {
    /** The server has it, or refuses it: trying again would change nothing. */
    record Final(Result result) implements Answer {}

    /**
     * It failed for now.
     *
     * @param begun whether the server may have begun with it
     * @param certain whether it is certain that it failed
     * @param asked how long the server wants to be left alone
     */
    record Passing(String why, boolean begun, boolean certain, Optional<Duration> asked) implements Answer {}

    static Answer unreached() {
        return new Passing("it can't be reached", false, true, Optional.empty());
    }

    static Answer broken(String why) {
        return new Passing(why, true, false, Optional.empty());
    }

    static Answer of(int status, String body, Optional<Duration> asked, ToolLimits limits) {
        if (status / 100 == 2) {
            return body.isBlank() ? new Final(Results.ok("null")) : json(body);
        }
        if (status / 100 == 3) {
            return new Final(Results.error("it answered with status " + status + ", and redirects are not followed"));
        }
        String said = Results.cut(body.strip(), limits.errorChars());
        String why = said.isEmpty() ? "it answered with status " + status : said;
        return status == 429 || status >= 500 ? new Passing(why, true, true, asked) : new Final(Results.error(why));
    }

    private static Answer json(String body) {
        return new Final(ArgumentsJson.read(body)
                .map(json -> Results.ok(json.toString()))
                .orElseGet(() -> Results.error("its answer is not JSON, or nested too deep")));
    }
}
