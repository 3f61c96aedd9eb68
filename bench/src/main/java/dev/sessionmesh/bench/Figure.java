package dev.sessionmesh.bench;

import java.util.Locale;

/** One measured number, with what it should be. */
public record Figure(String name, double value, String unit, Target target) {

    String verdict() {
        if (target instanceof Target.None) {
            return "";
        }
        return target.met(value) ? "ok" : "MISSED";
    }

    /** Whole above a hundred, else with as many places as tell something. */
    public static String number(double value) {
        double size = Math.abs(value);
        return String.format(Locale.ROOT, size >= 100 || size == 0 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f", value);
    }
}
