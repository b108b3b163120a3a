// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.runtime.internal.BlockedCode;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whose code does not come back give up their slots, so that they do not stop everything
 * else; their locks are still renewed. As many as there are slots: a worker whose instances all
 * block must not take every instance of the store. Used by the thread that watches.
 */
final class BlockedTurns implements BlockedCode {

  private static final Logger LOG = LoggerFactory.getLogger(BlockedTurns.class);

  private final FetchLoop<?> turns;
  private final int most;
  private final Set<Thread> withoutSlot = new HashSet<>();

  BlockedTurns(FetchLoop<?> turns, int most) {
    this.turns = turns;
    this.most = most;
  }

  @Override
  public void blocked(Report report) {
    if (withoutSlot.contains(report.engine())) {
      return;
    }
    if (withoutSlot.size() < most) {
      withoutSlot.add(report.engine());
      turns.giveUpSlot(report.engine());
    } else {
      LOG.error(
          "{} instances are blocked in their code, and \"{}\" keeps its slot; when all slots are"
              + " taken, this worker works on no instance any more",
          withoutSlot.size() + 1,
          report.instanceId());
    }
  }

  @Override
  public void cameBack(Report last) {
    withoutSlot.remove(last.engine());
  }
}
