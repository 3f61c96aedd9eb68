package dev.sessionmesh.chaos.drill;

import java.util.Locale;

/** A drawing; what its classes look like is the page's business. */
final class Svg {

    private final StringBuilder svg = new StringBuilder();
    private final int width;

    Svg(int width) {
        this.width = width;
    }

    void text(double x, double y, String anchor, String kind, String text) {
        add("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", kind, x, y, anchor, escaped(text));
    }

    void box(String kind, double x, double y, double wide, double high, String title) {
        add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"2\"><title>%s</title></rect>",
                kind, x, y, wide, high, escaped(title));
    }

    void line(String kind, double x1, double y1, double x2, double y2, String title) {
        add(
                "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"><title>%s</title></line>",
                kind, x1, y1, x2, y2, escaped(title));
    }

    /** Steps from {@code left} to the right edge, {@code most} being as high as {@code high}. */
    void steps(String kind, double[] bins, double most, double left, double top, double high) {
        StringBuilder points = new StringBuilder(String.format(Locale.ROOT, "%.1f,%.1f ", left, top + high));
        double step = (width - left) / bins.length;
        for (int i = 0; i < bins.length; i++) {
            double y = top + high - high * Math.min(1, bins[i] / most);
            points.append(
                    String.format(Locale.ROOT, "%.1f,%.1f %.1f,%.1f ", left + i * step, y, left + (i + 1) * step, y));
        }
        add("<polygon class=\"%s\" points=\"%s%d,%.1f\"/>", kind, points, width, top + high);
    }

    String drawn(int height, String label) {
        return String.format(
                Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%s</svg>",
                width,
                height,
                escaped(label),
                svg);
    }

    private void add(String form, Object... values) {
        svg.append(String.format(Locale.ROOT, form, values));
    }

    /** Text as HTML and SVG take it, also within quotes. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
