// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

/** How fast a poller may begin items. Used by the poller's thread. */
interface Pace {

  /** As fast as there are slots. */
  Pace FREE =
      new Pace() {
        @Override
        public int await() {
          return Integer.MAX_VALUE;
        }

        @Override
        public void began(int items) {}
      };

  /** Waits until something may begin; returns how many items may, at least one. */
  int await() throws InterruptedException;

  /** Takes note that so many items have begun. */
  void began(int items);
}
