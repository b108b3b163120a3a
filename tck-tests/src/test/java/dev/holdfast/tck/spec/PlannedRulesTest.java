// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A rule that code cites has its text, or stands among the planned ones. */
class PlannedRulesTest {

  private static final Path ROOT = Path.of("..");
  private static final Pattern ID = Pattern.compile("\\b([A-Z]{2,})-[0-9]{2}\\b");
  private static final String PAGE = "docs/spec/planned-rules.md";
  private static final Pattern PLANNED =
      Pattern.compile("^- ([A-Z]+-[0-9]{2}): [A-Z*`].*\\.$", Pattern.MULTILINE);

  private final RuleBook book = RuleBook.standard();

  @Test
  void everyRuleThatCodeCitesHasItsTextOrIsPlanned() throws IOException {
    Set<String> planned = planned();
    Map<String, String> unknown = new TreeMap<>();
    cited()
        .forEach((id, file) -> {
          if (book.find(id).isEmpty() && !book.withdrawn().contains(id) && !planned.contains(id)) {
            unknown.put(id, file);
          }
        });

    assertEquals(Map.of(), unknown, "ids without a page in docs/spec and without a plan");
  }

  @Test
  void plannedRulesHaveNoPageYet() throws IOException {
    Set<String> planned = planned();

    assertEquals(
        planned.isEmpty(),
        Files.readString(ROOT.resolve(PAGE)).contains("Nothing is planned at present."));
    assertEquals(
        Set.of(),
        planned.stream().filter(id -> book.find(id).isPresent()).collect(Collectors.toSet()),
        "delete their lines in docs/spec/planned-rules.md");
  }

  private static Set<String> planned() throws IOException {
    String page = Files.readString(ROOT.resolve(PAGE));
    return PLANNED
        .matcher(page)
        .results()
        .map(result -> result.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Ids in code and SQL of all modules that are of a family, with a file that cites each. */
  private Map<String, String> cited() throws IOException {
    Set<String> families =
        Stream.concat(
                book.families().stream().map(Family::id),
                planned().stream().map(id -> id.substring(0, id.indexOf('-'))))
            .collect(Collectors.toSet());
    Map<String, String> cited = new TreeMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(PlannedRulesTest::isMainCode).toList()) {
        Matcher matcher = ID.matcher(Files.readString(file));
        while (matcher.find()) {
          if (families.contains(matcher.group(1))) {
            cited.putIfAbsent(matcher.group(), file.toString());
          }
        }
      }
    }
    assertFalse(cited.isEmpty());
    return cited;
  }

  private static boolean isMainCode(Path file) {
    String path = file.toString().replace('\\', '/');
    return path.contains("/src/main/")
        && !path.contains("/target/")
        && (path.endsWith(".java") || path.endsWith(".sql"));
  }
}
