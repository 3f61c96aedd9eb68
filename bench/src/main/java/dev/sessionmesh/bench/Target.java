package dev.sessionmesh.bench;

/** What a figure should be. */
public sealed interface Target {
    boolean met(double value);

    String text();

    record AtLeast(double bound) implements Target {
        @Override
        public boolean met(double value) {
            return value >= bound;
        }

        @Override
        public String text() {
            return ">= " + Figure.number(bound);
        }
    }

    record AtMost(double bound) implements Target {
        @Override
        public boolean met(double value) {
            return value <= bound;
        }

        @Override
        public String text() {
            return "<= " + Figure.number(bound);
        }
    }

    /** Reported, not judged. */
    record None() implements Target {
        @Override
        public boolean met(double value) {
            return true;
        }

        @Override
        public String text() {
            return "";
        }
    }

    static Target atLeast(double bound) {
        return new AtLeast(bound);
    }

    static Target atMost(double bound) {
        return new AtMost(bound);
    }

    static Target none() {
        return new None();
    }
}
