// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** A summary for people, line by line, with the parts that all demos have. For one thread. */
public final class ReportText {

  private static final int FINDINGS_SHOWN = 10;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final StringBuilder out = new StringBuilder();

  /**
   * Something that the audit has looked for.
   *
   * @param name its name for programs
   * @param text what holds when nothing was found
   * @param broken how many findings say that it does not hold
   */
  public record Promise(String name, String text, long broken) {}

  /**
   * {@return one promise for each kind of finding: that there is none}
   *
   * @param kinds all kinds
   * @param text what holds when there is none of a kind
   * @param found the kinds of what was found
   */
  public static <K extends Enum<K>> List<Promise> promises(
      K[] kinds, Function<K, String> text, List<K> found) {
    return Arrays.stream(kinds)
        .map(kind ->
            new Promise(
                kind.name().toLowerCase(Locale.ROOT),
                text.apply(kind),
                Collections.frequency(found, kind)))
        .toList();
  }

  /** Adds a line, without the spaces at its end. */
  public void line(String line) {
    out.append(line.stripTrailing()).append('\n');
  }

  /** {@return a moment, for people} */
  public static String time(Instant at) {
    return TIME.format(at);
  }

  /**
   * Says who was killed.
   *
   * @param kills the kills, in their order
   * @param done what a kill came after, such as "effects"
   */
  public void kills(List<Kill> kills, String done) {
    if (kills.isEmpty()) {
      line("Nobody was killed.");
    }
    for (Kill kill : kills) {
      line(
          "Killed (SIGKILL) at %s, after %,6d %s: %s"
              .formatted(TIME.format(kill.at()), kill.afterEffects(), done, kill.who()));
    }
  }

  /**
   * Says how often work was repeated.
   *
   * @param workers how many there were
   * @param otherwise when else a call is repeated, such as "after a lock was lost"
   * @param isTwice whether the audit has found a second effect
   */
  public void calls(Tally tally, int workers, String otherwise, boolean isTwice) {
    line(
        "%,d calls to the world outside by %d workers had %,d effects."
            .formatted(tally.calls(), workers, tally.effects()));
    line(
        "%,d calls were repeated after a kill%s%s."
            .formatted(
                tally.afterKill(),
                tally.afterLostLock() == 0
                    ? ""
                    : " and %,d %s".formatted(tally.afterLostLock(), otherwise),
                isTwice ? "" : "; none of them has a second effect"));
  }

  /**
   * Says what the audit has found.
   *
   * @param seed what kills the same way again
   */
  public void audit(
      List<Promise> promises, List<?> findings, boolean holds, double seconds, long seed) {
    line("Audit");
    for (Promise each : promises) {
      line("  %s %s".formatted(each.broken() > 0 ? "✗" : "✓", each.text()));
    }
    findings.stream().limit(FINDINGS_SHOWN).forEach(found -> line("    " + found));
    if (findings.size() > FINDINGS_SHOWN) {
      line("    and %,d more".formatted(findings.size() - FINDINGS_SHOWN));
    }
    line("");
    line(
        "%s in %.1f s; --seed %d kills the same way."
            .formatted(holds ? "The audit holds" : "THE AUDIT FAILED", seconds, seed));
  }

  /** Adds what the audit has found to a summary for programs. */
  public static void put(ObjectNode object, List<Promise> promises, List<?> findings) {
    promises.forEach(each -> object.put(each.name(), each.broken()));
    ArrayNode array = object.putArray("findings");
    findings.forEach(found -> array.add(found.toString()));
  }

  /** {@return all lines} */
  @Override
  public String toString() {
    return out.toString();
  }
}
