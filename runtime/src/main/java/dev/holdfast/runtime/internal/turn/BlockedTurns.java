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
 * Frees the slots of turns whose code does not come back, so that they do not stop all other work;
 * their locks are still renewed. At most as many turns as there are slots: a worker whose instances
 * all block must not take every instance of the store. The threads of turns call {@link #began} and
 * {@link #ended}, the watching thread calls the rest.
 */
final class BlockedTurns implements BlockedCode {

  private static final Logger LOG = LoggerFactory.getLogger(BlockedTurns.class);

  /** So many frames say where the code is, and fit into the text of a problem. */
  private static final int FRAMES = 8;

  private final int most;
  private final Map<Thread, TurnContext> running = new ConcurrentHashMap<>();
  private final Set<Thread> withoutSlot = new HashSet<>();

  /**
   * Creates the blocked turns of a worker, none of them blocked yet.
   *
   * @param most how many may have given up their slots
   */
  BlockedTurns(int most) {
    this.most = most;
  }

  /** Notes that the calling thread begins a turn. */
  void began(TurnContext turn) {
    running.put(Thread.currentThread(), turn);
  }

  /** Notes that the turn of the calling thread is over. */
  void ended() {
    running.remove(Thread.currentThread());
  }

  @Override
  public void blocked(Report report) {
    // By instance, not by thread: a thread may wait for code of another instance, which it removes
    // from memory.
    for (TurnContext turn : running.values()) {
      if (turn.instanceId().equals(report.instanceId())) {
        turn.report(text(report));
      }
    }
    TurnContext turn = running.get(report.engine());
    if (turn == null || withoutSlot.contains(report.engine())) {
      return; // nobody waits for code that is on its way out, or was to run ahead
    }
    if (withoutSlot.size() < most) {
      withoutSlot.add(report.engine());
      turn.giveUpSlot();
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
