// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** What lies between a caller and the services: each call goes there and its answer comes back. */
@FunctionalInterface
public interface Network {

  /** The two ways of a call. */
  enum Leg {
    /** From the caller to the service; nothing has happened yet. */
    REQUEST,
    /** Back to the caller; the service has done its work. */
    ANSWER
  }

  /**
   * Returns when the call has gone its way.
   *
   * @throws InterruptedException when the caller does not want it any more
   */
  void carry(Call call, Leg leg) throws InterruptedException;

  /** A network that takes some time, there and back together this much on average. */
  static Network withLatency(Duration latency) {
    long half = latency.toMillis() / 2;
    return (call, leg) -> {
      if (half > 0) {
        Thread.sleep(ThreadLocalRandom.current().nextLong(half / 2, half + half / 2 + 1));
      }
    };
  }
}
