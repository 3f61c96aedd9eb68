package dev.sessionmesh.tool.catalogue;

import dev.sessionmesh.core.ApprovalPolicy;
import dev.sessionmesh.core.Profile;
import dev.sessionmesh.core.ToolSpec;
import dev.sessionmesh.core.ToolSpec.Executor;
import dev.sessionmesh.tool.KnownTools;
import dev.sessionmesh.tool.ListedTool;
import dev.sessionmesh.tool.NodeTools;
import dev.sessionmesh.tool.ToolSource;
import dev.sessionmesh.tool.rule.Tightening;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The scopes of sessions, resolved. What a session names itself comes before what {@code *} stands for. */
final class Scope {
    private final NodeTools node;
    private final KnownTools known;

    Scope(NodeTools node, KnownTools known) {
        this.node = node;
        this.known = known;
    }

    List<Entry> entries(Profile profile) {
        Set<String> named = profile.tools().stream().map(ToolSpec::name).collect(Collectors.toSet());
        List<Entry> entries = new ArrayList<>();
        for (ToolSpec tool : profile.tools()) {
            if (tool.isWildcard()) {
                expanded(tool, Predicate.not(named::contains)).forEach(entries::add);
            } else {
                entry(tool).ifPresent(entries::add);
            }
        }
        return entries.stream()
                .collect(Collectors.toMap(
                        entry -> entry.spec().name(), entry -> entry, (first, other) -> first, LinkedHashMap::new))
                .sequencedValues()
                .stream()
                .toList();
    }

    Optional<Entry> entry(Profile profile, String name) {
        return entries(profile).stream()
                .filter(entry -> entry.spec().name().equals(name))
                .findFirst()
                .or(() -> unlisted(profile, name));
    }

    /** A server that has not been reached yet may well have it: whoever runs the call asks. */
    private Optional<Entry> unlisted(Profile profile, String name) {
        return profile.tools().stream()
                .filter(tool -> tool.isWildcard()
                        && ToolSource.of(tool) instanceof ToolSource.Mcp(String server)
                        && known.tools(server).isEmpty())
                .findFirst()
                .flatMap(tool -> entry(named(tool, name)));
    }

    private Stream<Entry> expanded(ToolSpec every, Predicate<String> wanted) {
        return ToolSource.of(every) instanceof ToolSource.Mcp(String server)
                ? known.tools(server).stream()
                        .map(ListedTool::name)
                        .filter(wanted)
                        .flatMap(name -> entry(named(every, name)).stream())
                : Stream.empty();
    }

    /** @return absent when this node does not have what it comes from */
    private Optional<Entry> entry(ToolSpec tool) {
        return switch (ToolSource.of(tool)) {
            case ToolSource.BuiltIn() -> Optional.of(new Entry(tool, "", ApprovalPolicy.NEVER, tool.approval()));
            case ToolSource.Mcp(String server) ->
                Optional.ofNullable(node.mcp().get(server)).map(there -> mcp(there, tool));
            case ToolSource.Http(String name) ->
                Optional.ofNullable(node.http().get(name)).map(there -> http(there, tool));
            case ToolSource.Strange(String text) -> Optional.empty();
        };
    }

    private Entry mcp(NodeTools.McpServer server, ToolSpec tool) {
        ListedTool there = known.tool(server.name(), tool.name()).orElse(new ListedTool(tool.name(), "", "", false));
        NodeTools.McpPolicy policy = server.policy(tool.name());
        boolean idempotent =
                switch (policy.idempotence().orElse(NodeTools.Idempotence.NO)) {
                    case NO -> false;
                    case YES -> true;
                    case HINT -> there.repeatable();
                };
        return entry(tool, there.description(), there.parameters(), idempotent, policy.approval());
    }

    private Entry http(NodeTools.HttpTool there, ToolSpec tool) {
        return entry(tool, there.description(), there.parameters(), there.idempotent(), there.approval());
    }

    /** Whether it may be run again is the operator's to say, who knows what it does. */
    private static Entry entry(
            ToolSpec tool, String description, String schema, boolean idempotent, Optional<ApprovalPolicy> approval) {
        ApprovalPolicy floor = approval.orElse(ApprovalPolicy.NEVER);
        ToolSpec spec = new ToolSpec(
                tool.name(),
                tool.description().isEmpty() ? description : tool.description(),
                tool.parameters().isEmpty() ? schema : tool.parameters(),
                Executor.SERVER,
                tool.source(),
                idempotent,
                Tightening.of(floor, tool.approval()),
                tool.target());
        return new Entry(spec, schema, floor, tool.approval());
    }

    private static ToolSpec named(ToolSpec every, String name) {
        return new ToolSpec(
                name, "", "", every.executor(), every.source(), every.idempotent(), every.approval(), every.target());
    }
}
