// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import dev.holdfast.provider.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the tables of families from the overview of the specification: {@code ## Families of the
 * core} with rows {@code | [LOCK](lock.md) | about |}, and {@code ## Families of the features} with
 * rows {@code | [TAG](tag.md) | TAGS | about |}. Stateless.
 */
final class FamilyTable {

  /** The overview. */
  static final String FILE = "README.md";

  private static final String CORE = "## Families of the core";
  private static final String FEATURES = "## Families of the features";
  private static final Pattern CORE_ROW =
      Pattern.compile("\\| \\[([A-Z][A-Z0-9]*)\\]\\(([a-z0-9-]+\\.md)\\) \\| (.+) \\|");
  private static final Pattern FEATURE_ROW =
      Pattern.compile(
          "\\| \\[([A-Z][A-Z0-9]*)\\]\\(([a-z0-9-]+\\.md)\\) \\| ([A-Z_]+) \\| (.+) \\|");

  private FamilyTable() {}

  static List<Family> read(String text) {
    List<Family> families = new ArrayList<>();
    String section = "";
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.startsWith("## ")) {
        section = line;
      }
      boolean inTable = section.equals(CORE) || section.equals(FEATURES);
      if (inTable && line.startsWith("| [")) {
        Family family = section.equals(CORE) ? core(line) : feature(line);
        if (family == null) {
          throw new MalformedSpec(
              "docs/spec/" + FILE, number, "this row of the table of families is not in its form");
        }
        families.add(family);
      }
    }
    if (families.isEmpty()) {
      throw new MalformedSpec("docs/spec/" + FILE, number, "there is no table of families");
    }
    return families;
  }

  private static @Nullable Family core(String line) {
    Matcher row = CORE_ROW.matcher(line);
    return row.matches() ? new Family(row.group(1), row.group(3), Level.CORE, row.group(2)) : null;
  }

  private static @Nullable Family feature(String line) {
    Matcher row = FEATURE_ROW.matcher(line);
    if (!row.matches()) {
      return null;
    }
    for (Feature feature : Feature.values()) {
      if (feature.name().equals(row.group(3))) {
        return new Family(row.group(1), row.group(4), Level.of(feature), row.group(2));
      }
    }
    return null;
  }
}
