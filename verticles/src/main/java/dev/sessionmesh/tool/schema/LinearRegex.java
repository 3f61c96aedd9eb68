package dev.sessionmesh.tool.schema;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;

/**
 * Patterns of schemas, in time proportional to the text: Java's own matcher can be made to try for years, and neither the schema nor the text
 * is ours. What takes more than that, such as looking ahead, is not checked here; the tool has the last word on its arguments anyway.
 */
final class LinearRegex {
    private LinearRegex() {}

    static RegularExpression of(String pattern) {
        try {
            Pattern compiled = Pattern.compile(pattern);
            return text -> compiled.matcher(text).find();
        } catch (PatternSyntaxException beyond) {
            return text -> true;
        }
    }
}
