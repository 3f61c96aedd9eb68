package dev.sessionmesh.server.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version as the build wrote it into the jar. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String built = Version.class.getPackage().getImplementationVersion();
        return new String[] {"Sessionmesh " + Objects.requireNonNullElse(built, "(not packaged)")};
    }
}
