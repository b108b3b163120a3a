// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Since when the oldest work is ready that no worker has taken, all of one moment.
 *
 * @param now the store's now
 * @param message since when the oldest ready message is, absent when none is ready
 * @param activity since when the oldest ready activity is, absent when none is ready
 */
public record ReadyWork(Instant now, @Nullable Instant message, @Nullable Instant activity) {

  /** Checks the parts. */
  public ReadyWork {
    Objects.requireNonNull(now, "now");
  }

  /** {@return how long the oldest ready message has waited; zero when none is ready} */
  public Duration messageAge() {
    return age(message);
  }

  /** {@return how long the oldest ready activity has waited; zero when none is ready} */
  public Duration activityAge() {
    return age(activity);
  }

  private Duration age(@Nullable Instant since) {
    return since == null || since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
  }
}
