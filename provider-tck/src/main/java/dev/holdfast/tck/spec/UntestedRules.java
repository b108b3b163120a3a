// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The rules that this kit has no test for, each with the reason. They are "not measured" in every
 * report. Immutable.
 */
public final class UntestedRules {

  /** The one file that lists them. */
  public static final String FILE = "untested-rules.properties";

  private final Map<String, String> reasons;

  private UntestedRules(Map<String, String> reasons) {
    this.reasons = Collections.unmodifiableMap(reasons);
  }

  /**
   * The list that belongs to this kit.
   *
   * @return the list
   */
  public static UntestedRules standard() {
    return Standard.RULES;
  }

  /**
   * Reads a list with lines {@code LOCK-04 = reason}; {@code #} begins a comment.
   *
   * @param text the list
   * @return the rules and reasons
   * @throws MalformedSpec when a line has another form, or an id stands twice
   */
  public static UntestedRules read(String text) {
    Map<String, String> reasons = new LinkedHashMap<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      int equals = line.indexOf('=');
      String reason = line.substring(equals + 1).strip();
      if (equals < 1 || reason.isEmpty()) {
        throw new MalformedSpec(FILE, number, "the line is not of the form LOCK-04 = reason");
      }
      String id = line.substring(0, equals).strip();
      if (reasons.put(id, reason) != null) {
        throw new MalformedSpec(FILE, number, id + " stands twice");
      }
    }
    return new UntestedRules(reasons);
  }

  /**
   * Why there is no test for a rule.
   *
   * @param id the rule
   * @return the reason, empty when the rule is not listed
   */
  public Optional<String> reason(String id) {
    return Optional.ofNullable(reasons.get(id));
  }

  /**
   * All listed rules with their reasons.
   *
   * @return reasons by id, in the order of the file
   */
  public Map<String, String> all() {
    return reasons;
  }

  /** Read at first use. */
  private static final class Standard {
    static final UntestedRules RULES = load();

    private static UntestedRules load() {
      try (InputStream file =
          UntestedRules.class.getResourceAsStream("/dev/holdfast/tck/" + FILE)) {
        if (file == null) {
          throw new MalformedSpec(FILE, 1, "there is no such file");
        }
        return read(new String(file.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
