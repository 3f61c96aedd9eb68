package dev.sessionmesh.cluster.agreement;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names are letters: "abc" is a, b and c. */
final class SuccessionTest {

    @ParameterizedTest(name = "{0} with {1} present, {2} leaving, {3} left, {4} expired -> {5}: {6}")
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            abc   | abc   | - | -  | -  | abc   | nothing to do
            abc   | abcd  | - | -  | -  | abcd  | a newcomer is added
            a     | abc   | - | -  | -  | abc   | several newcomers are added at once
            abc   | abd   | - | -  | -  | abc   | not while a member is merely away
            abc   | abd   | - | -  | c  | abd   | the newcomer takes the place of the expired
            abc   | abd   | - | c  | -  | abd   | or of the one that left
            abc   | ab    | - | -  | c  | abc   | two of three need as many as two of two
            abcd  | abc   | - | -  | d  | abc   | three of three need fewer than three of four
            abcd  | abc   | - | -  | -  | abcd  | not before it is expired
            abcde | abcd  | - | -  | e  | abcde | four of four need as many as four of five
            abcde | abc   | - | -  | de | abc   | both expired
            abcde | abc   | - | -  | d  | abcde | one is merely away: four would need as many
            abcdefg | abcd | - | - | efg | abcde | an even rest keeps one of the gone
            abcdefg | abcd | - | e | fg | abcdf | rather one that did not say goodbye
            ab    | ab    | b | -  | -  | a     | an announced leave
            abc   | abc   | c | -  | -  | abc   | an announced leave that lowers nothing
            abc   | abc   | bc | - | -  | a     | all but one go
            abc   | abc   | abc | - | - | abc   | all go: nobody is left to form anything
            abcd  | abc   | c | -  | -  | abd   | one leaves while another is merely away
            """)
    void the_next_view(
            String current, String present, String leaving, String left, String expired, String next, String why) {
        var expiredNames = names(expired);
        var succession = new Succession(
                View.first("l", names(current)),
                List.copyOf(names(present)),
                names(leaving),
                names(left),
                expiredNames::contains);
        assertEquals(names(next), succession.names(), why);
    }

    private static Set<String> names(String letters) {
        return letters == null ? Set.of() : new TreeSet<>(Arrays.asList(letters.split("")));
    }
}
