// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.runtime.internal.BlockedCode;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns whose code does not come back give up their slots, so that they do not stop everything
 * else; their locks are still renewed. As many as there are slots: a worker whose instances all
 * block must not take every instance of the store. Used by the thread that watches.
 */
final class BlockedTurns implements BlockedCode {

  private static final Logger LOG = LoggerFactory.getLogger(BlockedTurns.class);

  /** As many say where it is, and fit into the text of a problem. */
  private static final int FRAMES = 8;

  private final FetchLoop<?> turns;
  private final int most;
  private final BiConsumer<String, String> report;
  private final Set<Thread> withoutSlot = new HashSet<>();

  /**
   * Blocked turns of a worker.
   *
   * @param turns whose slots they give up
   * @param most how many may have given up theirs
   * @param report stores a problem of an instance, and does not wait for the store
   */
  BlockedTurns(FetchLoop<?> turns, int most, BiConsumer<String, String> report) {
    this.turns = turns;
    this.most = most;
    this.report = report;
  }

  @Override
  public void blocked(Report report) {
    this.report.accept(report.instanceId(), text(report));
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
