// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.junit;

import dev.holdfast.tck.FixtureProblem;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a run is asked to do, by configuration parameters of JUnit or system properties.
 *
 * @param fixture the class name of the fixture
 * @param provider the id of the provider to test
 * @param url the URL of its stores, with {@code {store}} where a fresh name belongs
 * @param rules which rules to run
 * @param seed the seed of all chance
 * @param report the directory for the report, or {@code none}
 * @param waivers the file with the waivers
 * @param rerun how to run again, with {@code {rules}} and {@code {seed}}
 * @param accepted verdicts that do not fail the run although they are not conformant
 * @param repeat how often each rule runs, from 1
 * @param soak for how long rules that disturb for a while do it at least
 * @param parallel how many stores are tested at once, from 1; null for what the fixture says
 */
public record RunSettings(
    @Nullable String fixture,
    @Nullable String provider,
    @Nullable String url,
    @Nullable String rules,
    long seed,
    @Nullable String report,
    @Nullable String waivers,
    @Nullable String rerun,
    @Nullable String accepted,
    int repeat,
    Duration soak,
    @Nullable Integer parallel) {

  /** Names the fixture's class. */
  public static final String FIXTURE = "tck.fixture";

  /** Names the provider, by the id of its factory. */
  public static final String PROVIDER = "tck.provider";

  /** Says where stores are made, when there is no fixture. */
  public static final String URL = "tck.url";

  /** Lists rules and families, such as {@code LOCK-04,FETCH}. */
  public static final String RULES = "tck.rules";

  /** Sets the seed. */
  public static final String SEED = "tck.seed";

  /** Names the directory of the report; {@link #NO_REPORT} for none. */
  public static final String REPORT = "tck.report";

  /** The value of {@link #REPORT} that writes no report. */
  public static final String NO_REPORT = "none";

  /** Names the file with the waivers. */
  public static final String WAIVERS = "tck.waivers";

  /** Says how to run again; a part in brackets is left out where all rules run. */
  public static final String RERUN = "tck.rerun";

  /**
   * {@link #GAPS} lets a suite be green although too little was measured for a verdict; the report
   * says so all the same.
   */
  public static final String ACCEPT = "tck.accept";

  /** The value of {@link #ACCEPT}. */
  public static final String GAPS = "not-measured";

  /** Says how often each rule runs, each time with another seed; for hunting races. */
  public static final String REPEAT = "tck.repeat";

  /**
   * Says for how long at least rules that kill processes for a while do it, such as {@code PT5M};
   * they have a number of kills of their own where it is not set.
   */
  public static final String SOAK = "tck.soak";

  /** Says how many stores are tested at once, instead of what the fixture says. */
  public static final String PARALLEL = "tck.parallel";

  private static final long SEEDS = 1_000_000_000L;

  /**
   * Reads the settings.
   *
   * @param parameter answers configuration parameters, null when one is not set
   * @return the settings
   * @throws FixtureProblem when one of them cannot be read
   */
  static RunSettings read(UnaryOperator<@Nullable String> parameter) {
    String repeat = parameter.apply(REPEAT);
    String parallel = parameter.apply(PARALLEL);
    return new RunSettings(
        parameter.apply(FIXTURE),
        parameter.apply(PROVIDER),
        parameter.apply(URL),
        parameter.apply(RULES),
        seed(parameter.apply(SEED)),
        parameter.apply(REPORT),
        parameter.apply(WAIVERS),
        parameter.apply(RERUN),
        parameter.apply(ACCEPT),
        repeat == null ? 1 : fromOne(REPEAT, repeat),
        soak(parameter.apply(SOAK)),
        parallel == null ? null : fromOne(PARALLEL, parallel));
  }

  private static int fromOne(String name, String text) {
    try {
      int number = Integer.parseInt(text.strip());
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number below one.
    }
    throw new FixtureProblem(name + " is " + text + ", which is not a whole number from 1.");
  }

  private static Duration soak(@Nullable String soak) {
    if (soak == null) {
      return Duration.ZERO;
    }
    try {
      return Duration.parse(soak.strip());
    } catch (DateTimeParseException e) {
      throw new FixtureProblem(SOAK + " is " + soak + ", which is not a duration such as PT5M.", e);
    }
  }

  private static long seed(@Nullable String seed) {
    if (seed == null) {
      return new Random().nextLong(SEEDS);
    }
    try {
      return Long.parseLong(seed.strip());
    } catch (NumberFormatException e) {
      throw new FixtureProblem(SEED + " is " + seed + ", which is not a whole number.", e);
    }
  }

  /**
   * Whether a suite may be green although too little was measured.
   *
   * @return true when that was said
   */
  boolean acceptsGaps() {
    return GAPS.equals(accepted);
  }
}
