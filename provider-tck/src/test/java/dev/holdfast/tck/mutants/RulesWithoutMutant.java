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
import java.util.TreeMap;

/** The rules that kill no mutant, each with the reason. */
final class RulesWithoutMutant {

  private static final String FILE = "rules-without-mutant.properties";
  private static final Path SPEC = Path.of("..", "docs", "spec");

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
