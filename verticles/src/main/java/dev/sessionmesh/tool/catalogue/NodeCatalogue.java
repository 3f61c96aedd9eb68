package dev.sessionmesh.tool.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.ApprovalPolicy.When;
import dev.sessionmesh.core.ApprovalTerms;
import dev.sessionmesh.core.Payload;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.port.ToolCatalogue;
import dev.sessionmesh.tool.ArgumentsJson;
import dev.sessionmesh.tool.KnownTools;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolSource;
import dev.sessionmesh.tool.rule.Policies;
import dev.sessionmesh.tool.schema.ToolSchemas;
import java.util.List;
import java.util.Optional;

/** The tools of sessions on this node. */
public final class NodeCatalogue implements ToolCatalogue {
    private final Scope scope;
    private final ScopeCheck mistakes;
    private final ToolSchemas schemas;
    private final Policies policies = new Policies();

    public NodeCatalogue(NodeTools node, KnownTools known, ToolSchemas schemas) {
        this.scope = new Scope(node, known);
        this.mistakes = new ScopeCheck(node, schemas);
        this.schemas = schemas;
    }

    @Override
    public List<ToolSpec> tools(Profile profile) {
        return scope.entries(profile).stream().map(Entry::spec).toList();
    }

    @Override
    public Optional<String> problem(Profile profile) {
        return mistakes.problem(profile);
    }

    @Override
    public Verdict check(Profile profile, String tool, Payload arguments) {
        Optional<Entry> found = scope.entry(profile, tool);
        if (found.isEmpty()) {
            return new Verdict.Unknown();
        }
        Entry entry = found.get();
        return switch (arguments) {
            case Payload.Inline(String text) ->
                ArgumentsJson.arguments(text)
                        .map(json -> check(entry, json))
                        .orElseGet(() -> unread(entry, "the arguments are not JSON, or have a field twice"));
            case Payload.Blob blob -> unread(entry, "the arguments are too long to be checked");
        };
    }

    private Verdict check(Entry entry, JsonNode arguments) {
        boolean remote = !(ToolSource.of(entry.spec()) instanceof ToolSource.BuiltIn);
        if (remote && !arguments.isObject()) {
            return new Verdict.Invalid("the arguments are not a JSON object");
        }
        Optional<String> problem = schemas.problem(entry.schema(), arguments)
                .or(() -> schemas.problem(entry.spec().parameters(), arguments));
        if (problem.isPresent()) {
            return new Verdict.Invalid(problem.get());
        }
        boolean asks = policies.asks(entry.node(), arguments) || policies.asks(entry.session(), arguments);
        return allowed(entry, asks);
    }

    /** What can't be read can't be held against anything: it passes where nothing is asked of it. */
    private static Verdict unread(Entry entry, String why) {
        boolean free = ToolSource.of(entry.spec()) instanceof ToolSource.BuiltIn
                && entry.spec().parameters().isBlank();
        return free ? allowed(entry, entry.spec().approval().when() != When.NEVER) : new Verdict.Invalid(why);
    }

    private static Verdict allowed(Entry entry, boolean asks) {
        ApprovalPolicy policy = entry.spec().approval();
        Optional<ApprovalTerms> approval = asks ? Optional.of(policy.terms()) : Optional.empty();
        return new Verdict.Allowed(entry.spec(), approval);
    }
}
