// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.spec;

import dev.holdfast.provider.Feature;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A part of the specification with a verdict of its own.
 *
 * @param name its name in reports
 * @param feature the feature whose level it is, null for the core
 */
public record Level(String name, @Nullable Feature feature) {

  /** What every provider follows, whatever it declares. */
  public static final Level CORE = new Level("core", null);

  /** Checks the parts. */
  public Level {
    Objects.requireNonNull(name, "name");
  }

  /**
   * The level of a feature.
   *
   * @param feature the feature
   * @return its level
   */
  public static Level of(Feature feature) {
    return new Level(feature.name().toLowerCase(Locale.ROOT).replace('_', ' '), feature);
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
