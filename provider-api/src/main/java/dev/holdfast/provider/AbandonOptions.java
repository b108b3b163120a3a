// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;

/**
 * How work is given back.
 *
 * @param delay how long it is kept back, counted by the store's clock; zero for not at all
 *     (EXPIRY-11, EXPIRY-12)
 * @param countDelivery false takes this delivery out of the delivery count again (POISON-04)
 */
public record AbandonOptions(Duration delay, boolean countDelivery) {

  private static final AbandonOptions NOW = new AbandonOptions(Duration.ZERO, true);

  /**
   * Checks the delay.
   *
   * @throws ProviderError.InvalidRequest when it is negative (EXPIRY-09)
   */
  public AbandonOptions {
    Checks.notNegative("AbandonOptions", "delay", delay);
  }

  /** {@return options that give work back at once, with the delivery counted} */
  public static AbandonOptions now() {
    return NOW;
  }

  /**
   * Gives work back after a delay, with the delivery counted.
   *
   * @param delay how long it is kept back
   * @return the options
   * @throws ProviderError.InvalidRequest when the delay is negative
   */
  public static AbandonOptions after(Duration delay) {
    return new AbandonOptions(delay, true);
  }

  /** {@return the same options, with the delivery not counted} */
  public AbandonOptions uncounted() {
    return new AbandonOptions(delay, false);
  }
}
