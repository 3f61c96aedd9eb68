package dev.sessionmesh.server.cli.audit;

import dev.sessionmesh.codec.json.AuditJson;
import dev.sessionmesh.codec.json.AuditJson.MalformedAuditException;
import dev.sessionmesh.core.session.Audit;
import dev.sessionmesh.core.session.AuditCheck;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mesh audit verify FILE}: 0 when the chain is whole, 1 when it is not, 2 when the file is none. */
@Command(
        name = "verify",
        description = {
            "Checks a session's chain of decisions, as GET /v1/sessions/{id}/audit gave it.",
            "Exit codes: 0 it is whole, 1 it is not, 2 the file can't be read."
        },
        mixinStandardHelpOptions = true)
final class VerifyCommand implements Callable<Integer> {
    private static final int BROKEN = 1;
    private static final int NO_AUDIT = 2;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "The document; - for standard input.")
    private Path file = Path.of("-");

    @Option(
            names = "--head",
            paramLabel = "HASH",
            description = "A hash that was noted elsewhere: it has to be in the chain.")
    private Optional<String> head = Optional.empty();

    @Override
    public Integer call() {
        try {
            return verify(AuditJson.read(content()));
        } catch (IOException unreadable) {
            err().println(file + " can't be read: " + unreadable.getMessage());
            return NO_AUDIT;
        } catch (MalformedAuditException none) {
            err().println(file + " is no audit of a session: " + none.getMessage());
            return NO_AUDIT;
        }
    }

    private int verify(AuditJson.Document audit) {
        List<String> problems = new ArrayList<>(AuditCheck.problems(audit.lines(), audit.head()));
        head.filter(noted -> !holds(audit, noted))
                .ifPresent(noted -> problems.add("the chain never had the hash " + noted));
        String name = audit.tenant() + "/" + audit.session();
        if (problems.isEmpty()) {
            out().println(name + ": " + audit.head().no() + " entries, whole; head "
                    + audit.head().hash());
            return 0;
        }
        problems.forEach(problem -> out().println(name + ": " + problem));
        out().println(name + ": NOT whole");
        return BROKEN;
    }

    private static boolean holds(AuditJson.Document audit, String noted) {
        return Audit.START.hash().equals(noted)
                || audit.lines().stream().anyMatch(line -> line.entry().hash().equals(noted));
    }

    private String content() throws IOException {
        return file.toString().equals("-")
                ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8)
                : Files.readString(file);
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    private PrintWriter err() {
        return spec.commandLine().getErr();
    }
}
