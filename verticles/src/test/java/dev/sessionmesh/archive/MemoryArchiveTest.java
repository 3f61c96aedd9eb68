package dev.sessionmesh.archive;

final class MemoryArchiveTest extends ArchiveContract {
    private static final Archive ARCHIVE = new MemoryArchive();

    @Override
    protected Archive archive() {
        return ARCHIVE;
    }
}
