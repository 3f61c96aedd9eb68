package dev.sessionmesh.bench;

/** One question about speed and the way to answer it. */
public interface Benchmark {
    /** What it is called on the command line. */
    String name();

    /** What it answers, for people. */
    String question();

    /** Measures; a run that was not clean (gaps, errors) fails instead of giving figures. */
    void run(Plan plan, Results results) throws Exception;
}
