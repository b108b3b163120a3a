// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.report;

import dev.holdfast.tck.FixtureProblem;
import dev.holdfast.tck.spec.RuleBook;
import dev.holdfast.tck.spec.RuleText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The waivers of a run. A file has one per line, and {@code #} begins a comment:
 *
 * <pre>
 * # rule | reason | until
 * LOCK-07 | abandon keeps the lock, fixed in 2.1 | until 2027-01-01
 * </pre>
 *
 * <p>A waived rule still runs and must fail. A line that is wrong, out of date or about no rule
 * stops the run before its first test. Immutable.
 */
public final class Waivers {

  private static final Pattern LINE =
      Pattern.compile("([^|]+)\\|([^|]+)\\|\\s*until\\s+([^|\\s]+)\\s*");

  private final Map<String, Waiver> waivers;

  private Waivers(Map<String, Waiver> waivers) {
    this.waivers = Collections.unmodifiableMap(waivers);
  }

  /**
   * No waivers.
   *
   * @return none
   */
  public static Waivers none() {
    return new Waivers(Map.of());
  }

  /**
   * Reads a file.
   *
   * @param file the file
   * @param book the rules that can be waived
   * @param today the day on which the run takes place
   * @return the waivers
   * @throws FixtureProblem when the file cannot be read or a line is wrong, naming it
   */
  public static Waivers read(Path file, RuleBook book, LocalDate today) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new FixtureProblem("The waivers in " + file + " cannot be read.", e);
    }
    Map<String, Waiver> waivers = new LinkedHashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String where = file + ":" + (i + 1) + ": ";
      Waiver waiver = parse(where, line);
      check(where, waiver, book, today);
      if (waivers.put(waiver.ruleId(), waiver) != null) {
        throw new FixtureProblem(where + waiver.ruleId() + " is waived twice.");
      }
    }
    return new Waivers(waivers);
  }

  private static Waiver parse(String where, String line) {
    Matcher parts = LINE.matcher(line);
    if (!parts.matches() || parts.group(2).isBlank()) {
      throw new FixtureProblem(
          where + "a waiver has the form \"LOCK-07 | reason | until 2027-01-01\".");
    }
    try {
      return new Waiver(
          parts.group(1).strip(), parts.group(2).strip(), LocalDate.parse(parts.group(3)));
    } catch (DateTimeParseException e) {
      throw new FixtureProblem(where + parts.group(3) + " is not a day such as 2027-01-01.", e);
    }
  }

  private static void check(String where, Waiver waiver, RuleBook book, LocalDate today) {
    RuleText rule =
        book.find(waiver.ruleId())
            .orElseThrow(
                () -> new FixtureProblem(where + "there is no rule " + waiver.ruleId() + "."));
    if (rule.family().isOfTheFixture()) {
      throw new FixtureProblem(
          where + rule.id() + " is about the fixture, which has to work; it cannot be waived.");
    }
    if (waiver.until().isBefore(today)) {
      throw new FixtureProblem(
          where + "the waiver of " + rule.id() + " ended on " + waiver.until() + ".");
    }
  }

  /**
   * The waiver of a rule.
   *
   * @param ruleId the rule
   * @return the waiver, empty when the rule is not waived
   */
  public Optional<Waiver> find(String ruleId) {
    return Optional.ofNullable(waivers.get(ruleId));
  }

  /**
   * All waivers, in the order of the file.
   *
   * @return the waivers
   */
  public List<Waiver> all() {
    return List.copyOf(waivers.values());
  }
}
