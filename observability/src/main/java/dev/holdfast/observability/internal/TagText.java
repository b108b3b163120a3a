// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability.internal;

import dev.holdfast.observability.HoldfastMetric;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Values of tags. */
public final class TagText {

  private TagText() {}

  /** {@return a constant as a value of a tag: {@code GIVEN_BACK} is {@code given-back}} */
  public static String of(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** {@return the tags of a metric with their values, in the order of {@link HoldfastMetric}} */
  public static Tags pairs(HoldfastMetric metric, String... values) {
    List<Tag> tags = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      tags.add(Tag.of(metric.tags().get(i), values[i]));
    }
    return Tags.of(tags);
  }

  /** {@return what a meter is found by} */
  public static List<String> key(HoldfastMetric metric, String... values) {
    String name = metric.meterName();
    return switch (values.length) {
      case 0 -> List.of(name);
      case 1 -> List.of(name, values[0]);
      case 2 -> List.of(name, values[0], values[1]);
      default -> List.of(name, values[0], values[1], values[2]);
    };
  }
}
