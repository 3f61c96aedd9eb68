package dev.sessionmesh.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class ReadmeTest {

    @Test
    void the_code_of_the_readme_is_the_code_that_is_compiled() throws IOException {
        List<String> compiled = parts("src/test/java/dev/sessionmesh/examples/Examples.java", "// README\n(.*?)// END");
        assertEquals(compiled, parts("README.md", "```java\n(.*?)```"));
    }

    private static List<String> parts(String file, String pattern) throws IOException {
        return Pattern.compile(pattern, Pattern.DOTALL)
                .matcher(Files.readString(Path.of(file)))
                .results()
                .map(part -> part.group(1).stripIndent().strip())
                .toList();
    }
}
