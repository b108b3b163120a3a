// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The rules that kill no mutant, each with the reason. */
final class RulesWithoutMutant {

  private static final String FILE = "rules-without-mutant.properties";
  private static final Path SPEC = Path.of("..", "docs", "spec");

  /** The rules of which another test proves, on a real store, that they kill a mutant. */
  private static final Path ON_SQLITE =
      Path.of(
          "..",
          "provider-sqlite",
          "src/test/resources/dev/holdfast/provider/sqlite/mutants/rules-with-mutant.txt");

  private RulesWithoutMutant() {}

  static Map<String, String> reasons() {
    Properties properties = new Properties();
    try (InputStream in = RulesWithoutMutant.class.getResourceAsStream(FILE)) {
      properties.load(Objects.requireNonNull(in, FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Map<String, String> reasons = new TreeMap<>();
    properties.stringPropertyNames().forEach(id -> reasons.put(id, properties.getProperty(id)));
    return reasons;
  }

  /** The rules that kill a mutant of the SQLite provider; FaultMutantsIT there proves each. */
  static Set<String> killingOnSqlite() {
    try (Stream<String> lines = Files.lines(ON_SQLITE)) {
      return lines
          .filter(line -> !line.startsWith("#") && !line.isBlank())
          .collect(Collectors.toCollection(TreeSet::new));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the specification has a heading for a rule. */
  static boolean isInTheSpec(String rule) {
    String family = rule.substring(0, rule.lastIndexOf('-')).toLowerCase(Locale.ROOT);
    Path page = SPEC.resolve(family + ".md");
    try {
      return Files.exists(page) && Files.readString(page).contains("### " + rule + " ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
