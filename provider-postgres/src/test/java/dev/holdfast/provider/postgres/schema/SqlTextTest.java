// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.jdbc.schema.Migration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** How the SQL is written: rules stand once, and everything is filled in. */
class SqlTextTest {

  private static final Path SQL =
      Path.of("src/main/resources/dev/holdfast/provider/postgres/schema");

  /** So many equal lines are a rule that stands twice. */
  private static final int TWICE = 5;

  private static final int LONGEST_FILE = 600;

  private static final Pattern INCLUDED = Pattern.compile(":include\\((\\w+)");

  /** Lines that every function has, and parameters that are named once, in a fragment. */
  private static final Pattern FRAME =
      Pattern.compile(
          "|language .*|as \\$\\$|\\$\\$;|declare|begin|end|end if;|return;|#variable_conflict .*"
              + "|\\) returns table .*|returns table .*|:include\\(\\w+; of =.*\\),?");

  /** A line of a file, without what does not matter. */
  private record Line(Path file, int number, String text) {}

  private static List<Path> files(String directory) throws IOException {
    try (Stream<Path> files = Files.list(SQL.resolve(directory))) {
      return files.sorted().toList();
    }
  }

  private static List<Path> allFiles() throws IOException {
    List<Path> all = new ArrayList<>(files("tables"));
    all.addAll(files("functions"));
    all.addAll(files("fragments"));
    return all;
  }

  @Test
  void noRuleStandsTwice() throws IOException {
    List<List<Line>> files = new ArrayList<>();
    for (Path file : allFiles()) {
      files.add(lines(file, Files.readString(file)));
    }
    assertThat(repetitions(files)).isEmpty();
  }

  @Test
  void aRuleThatStandsTwiceIsFound() throws IOException {
    Path file = SQL.resolve("functions/keys.sql");
    String text = Files.readString(file);
    String copied =
        text.replace(" WHERE t.id IS NOT NULL\n", "\n   where  T.ID is not null -- so\n");
    assertThat(copied).isNotEqualTo(text);
    assertThat(repetitions(List.of(lines(file, text), lines(Path.of("copy.sql"), copied))))
        .isNotEmpty();
  }

  private static List<Line> lines(Path file, String text) {
    List<Line> lines = new ArrayList<>();
    int number = 0;
    for (String line : text.split("\n")) {
      number++;
      String bare =
          line.replaceFirst("--.*", "").strip().replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
      if (!FRAME.matcher(bare).matches()) {
        lines.add(new Line(file, number, bare));
      }
    }
    return lines;
  }

  private static List<String> repetitions(List<List<Line>> files) {
    Map<String, Line> seen = new HashMap<>();
    List<String> found = new ArrayList<>();
    for (List<Line> lines : files) {
      for (int i = 0; i + TWICE <= lines.size(); i++) {
        List<Line> run = lines.subList(i, i + TWICE);
        String text = String.join("\n", run.stream().map(Line::text).toList());
        Line before = seen.putIfAbsent(text, run.get(0));
        if (before != null) {
          found.add(
              "%s:%d and %s:%d\n%s"
                  .formatted(
                      before.file().getFileName(),
                      before.number(),
                      run.get(0).file().getFileName(),
                      run.get(0).number(),
                      text));
        }
      }
    }
    return found;
  }

  @Test
  void everyFragmentServesSeveralPlaces() throws IOException {
    Map<String, Integer> uses = new HashMap<>();
    for (Path file : allFiles()) {
      INCLUDED
          .matcher(Files.readString(file))
          .results()
          .forEach(use -> uses.merge(use.group(1), 1, Integer::sum));
    }
    assertThat(files("fragments"))
        .isNotEmpty()
        .allSatisfy(file ->
            assertThat(uses.getOrDefault(file.getFileName().toString().replace(".sql", ""), 0))
                .as("uses of %s", file)
                .isGreaterThan(1));
  }

  @Test
  void noFileIsTooLong() throws IOException {
    assertThat(allFiles())
        .allSatisfy(
            file -> assertThat(Files.readAllLines(file)).hasSizeLessThanOrEqualTo(LONGEST_FILE));
  }

  @Test
  void everyFileBelongsToTheSchema() throws IOException {
    assertThat(files("functions").stream().map(file -> file.getFileName().toString()))
        .containsExactlyInAnyOrderElementsOf(
            FunctionSet.FILES.stream().map(file -> file + ".sql").toList());
    assertThat(files("tables").stream().map(file -> file.getFileName().toString()))
        .containsExactlyElementsOf(SchemaFiles.TABLES.all().stream().map(Migration::file).toList());
  }

  @Test
  void everythingIsFilledIn() {
    SchemaName schema = new SchemaName("shop");
    String functions = schema.inSql(FunctionSet.CURRENT);
    assertThat(functions)
        .contains("CREATE OR REPLACE FUNCTION \"shop\".enqueue_2(")
        .doesNotContainPattern(
            "(?m)^(?!\\s*--).*(?<!:):(include|fn|schema|order_seq|max_micros)\\b")
        .doesNotContainPattern("\\{[a-z_]+}");
    assertThat(FunctionSet.CURRENT.names()).contains("enqueue_2", "ack_orchestrations_2");
    assertThat(schema.inSql("SELECT :fn.now_micros() < :max_micros"))
        .isEqualTo("SELECT \"shop\".now_micros_2() < 253402300799999999");
  }

  @Test
  void fragmentsAreFilledInWhereTheyAreIncluded() {
    assertThat(Fragments.expand("SELECT :include(visible_at; now = (a, b); m = m.), 1"))
        .isEqualTo("SELECT greatest((a, b), m.due_at, (a, b) + m.due_in), 1");
    assertThat(
            Fragments.expand(
                ":include(visible_at; now = :include(visible_at; now = n; m =); m = m_)"))
        .isEqualTo(
            "greatest(greatest(n, due_at, n + due_in), m_due_at, greatest(n, due_at, n + due_in) +"
                + " m_due_in)");
  }

  @Test
  void whatDoesNotFitAFragmentIsRefused() {
    assertThatThrownBy(() -> Fragments.expand(":include(visible_at; now = n)"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("visible_at", "now", "m");
    assertThatThrownBy(() -> Fragments.expand(":include(visible_at; now = n; m = m.; x = 1)"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> Fragments.expand(":include(there_is_none)"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("there_is_none");
    assertThatThrownBy(() -> Fragments.expand("SELECT :include(visible_at"))
        .isInstanceOf(IllegalStateException.class);
  }
}
