// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.util.Random;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that all demos have that kill at random. */
public final class RunOptions {

  /** More would only wait for each other, and for connections. */
  private static final int MOST_WORKERS = 32;

  private static final int MOST_KILLS = 1_000;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "3",
      description = "Worker processes, 1 to 32; ${DEFAULT-VALUE} unless given.")
  private int workers = 3;

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "6",
      description =
          "How many workers are killed, and replaced at once; ${DEFAULT-VALUE} unless given. Where"
              + " it is above 0, each of the other processes is killed once.")
  private int kills = 6;

  @Option(
      names = "--seed",
      paramLabel = "NUMBER",
      description =
          "Decides who is killed and how far the work is then. Unless given: another one each"
              + " time.")
  private @Nullable Long seed;

  @Mixin private final StoreOptions options = new StoreOptions();

  /** {@return how many worker processes there are} */
  public int workers() {
    DemoProgram.check("--workers", workers, 1, MOST_WORKERS);
    return workers;
  }

  /** {@return how many of them are killed} */
  public int kills() {
    DemoProgram.check("--kills", kills, 0, MOST_KILLS);
    return kills;
  }

  /** {@return the seed that was given, or a new one} */
  public long seed() {
    return seed == null ? new Random().nextInt(1_000_000) : seed;
  }

  /** {@return which store is meant} */
  public StoreChoice store() {
    return options.store();
  }

  /** {@return whether the report is for programs} */
  public boolean json() {
    return options.json();
  }
}
