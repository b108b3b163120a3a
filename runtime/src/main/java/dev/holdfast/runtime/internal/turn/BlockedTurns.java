// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.runtime.internal.BlockedCode;
import dev.holdfast.worker.TurnContext;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whose code does not come back give up their slots, so that they do not stop everything
 * else; their locks are still renewed. As many as there are slots: a worker whose instances all
 * block must not take every instance of the store. Turns are entered by their threads, the rest is
 * used by the thread that watches.
 */
final class BlockedTurns implements BlockedCode {

  private static final Logger LOG = LoggerFactory.getLogger(BlockedTurns.class);

  /** As many say where it is, and fit into the text of a problem. */
  private static final int FRAMES = 8;

  private final int most;
  private final Map<Thread, TurnContext> running = new ConcurrentHashMap<>();
  private final Set<Thread> withoutSlot = new HashSet<>();

  /**
   * Blocked turns of a worker.
   *
   * @param most how many may have given up their slots
   */
  BlockedTurns(int most) {
    this.most = most;
  }

  /** The calling thread begins a turn. */
  void began(TurnContext turn) {
    running.put(Thread.currentThread(), turn);
  }

  /** The turn of the calling thread is over. */
  void ended() {
    running.remove(Thread.currentThread());
  }

  @Override
  public void blocked(Report report) {
    // A thread may wait for code of another instance, which it lets go of.
    for (TurnContext turn : running.values()) {
      if (turn.instanceId().equals(report.instanceId())) {
        turn.report(text(report));
      }
    }
    if (withoutSlot.contains(report.engine())) {
      return;
    }
    if (withoutSlot.size() < most) {
      withoutSlot.add(report.engine());
      TurnContext turn = running.get(report.engine());
      if (turn != null) {
        turn.giveUpSlot();
      }
    } else {
      LOG.error(
          "{} instances are blocked in their code, and \"{}\" keeps its slot; when all slots are"
              + " taken, this worker works on no instance any more",
          withoutSlot.size() + 1,
          report.instanceId());
    }
  }

  private static String text(Report report) {
    return "its code has been running for %s without coming back; it is blocked or busy%s"
        .formatted(
            Duration.ofMillis(report.lasting().toMillis()),
            report.stack().stream()
                .limit(FRAMES)
                .map(frame -> " at " + frame)
                .collect(Collectors.joining(",", report.stack().isEmpty() ? "" : ",", "")));
  }

  @Override
  public void cameBack(Report last) {
    withoutSlot.remove(last.engine());
  }
}
