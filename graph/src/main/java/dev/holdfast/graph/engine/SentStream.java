// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.StreamSender;
import dev.holdfast.graph.internal.Inboxes;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.graph.plan.StreamTarget;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.Step;
import dev.holdfast.worker.ActivityDelivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One stream of an attempt that sends. What is sent is kept until there is enough for a commit; the
 * rest goes with the end of the attempt. The ids of the messages are the number of each, within the
 * inbox of the stream, so that another attempt sends the same. Used by the thread of the step.
 */
final class SentStream implements StreamSender {

  private static final Logger LOG = LoggerFactory.getLogger(SentStream.class);

  /** How many messages to one receiver go together, unless a receiver takes fewer. */
  private static final int TOGETHER = 100;

  /** How many messages to all receivers of all streams of a step are kept at most. */
  private static final int MOST_KEPT = 400;

  /** Payloads of more bytes do not wait for others. */
  private static final int BYTES_TOGETHER = 1 << 20;

  private static final Duration FIRST_LOOK = Duration.ofMillis(5);
  private static final Duration LAST_LOOK = Duration.ofMillis(500);

  private final ActivityDelivery delivery;
  private final RowReader reader;
  private final String runId;
  private final String name;
  private final List<StreamTarget> targets;
  private final int together;
  private final List<NewInboxMessage> kept = new ArrayList<>();
  private final Set<StreamTarget> gone = new HashSet<>();
  private int bytes;
  private long next = 1;
  private boolean ended;

  SentStream(
      ActivityDelivery delivery,
      RowReader reader,
      String runId,
      String name,
      List<StreamTarget> targets,
      int allTargets) {
    this.delivery = delivery;
    this.reader = reader;
    this.runId = runId;
    this.name = name;
    this.targets = targets;
    int most = Math.max(1, Math.min(TOGETHER, MOST_KEPT / allTargets));
    this.together = targets.stream().mapToInt(StreamTarget::capacity).reduce(most, Math::min);
  }

  @Override
  public void send(@Nullable Object value) throws InterruptedException {
    if (ended) {
      throw new IllegalStateException("stream \"" + name + "\" was ended; nothing is sent behind");
    }
    Payload payload = Payload.utf8(Jsons.write(value));
    kept.add(NewInboxMessage.of(Long.toString(next++), payload));
    bytes += payload.size();
    if (kept.size() >= together || bytes >= BYTES_TOGETHER) {
      flush();
    }
  }

  @Override
  public long next() {
    return next;
  }

  @Override
  public void continueAt(long number) {
    if (number < 1) {
      throw new IllegalArgumentException("the number is " + number + "; numbers start at 1");
    }
    next = number;
  }

  @Override
  public void end() throws InterruptedException {
    if (!ended) {
      ended = true;
      kept.add(Inboxes.end());
      flush();
    }
  }

  @Override
  public boolean isWanted() {
    look();
    return gone.size() < targets.size();
  }

  /** Stores what is kept, once the receivers have room. */
  private void flush() throws InterruptedException {
    awaitRoom();
    List<Change> changes = rest();
    if (!changes.isEmpty()) {
      Uninterrupted.call(() -> delivery.apply(changes));
    }
    kept.clear();
    bytes = 0;
  }

  /** Returns what is not stored yet, to go with the end of the attempt, and who is to be woken. */
  List<Change> rest() {
    List<Change> changes = new ArrayList<>();
    if (kept.isEmpty()) {
      return changes;
    }
    for (StreamTarget to : targets) {
      if (!gone.contains(to)) {
        for (NewInboxMessage message : kept) {
          changes.add(new AppendInbox(key(to), message));
        }
        changes.add(new SendMessage(RunMessage.inputCame(runId, to.stepId())));
      }
    }
    return changes;
  }

  private InboxKey key(StreamTarget to) {
    return new InboxKey(runId, to.stepId(), to.port());
  }

  private void awaitRoom() throws InterruptedException {
    Duration pause = FIRST_LOOK;
    Duration waited = Duration.ZERO;
    while (isFull()) {
      if (delivery.isCancelled()) {
        throw new InterruptedException("the result of the step is not wanted any more");
      }
      Thread.sleep(pause);
      waited = waited.plus(pause);
      if (pause.equals(LAST_LOOK) && waited.toSeconds() % 60 == 0 && waited.toMillisPart() == 0) {
        LOG.warn("run {}: stream {} is full, its receiver does not go on", runId, name);
      }
      pause = pause.multipliedBy(2);
      pause = pause.compareTo(LAST_LOOK) > 0 ? LAST_LOOK : pause;
    }
  }

  private boolean isFull() {
    List<InboxCounts> counts =
        Uninterrupted.call(() -> delivery.read(() -> InboxReader.inbox(delivery).counts(runId)));
    boolean full = false;
    for (StreamTarget to : targets) {
      for (InboxCounts count : counts) {
        full |= count.key().equals(key(to)) && count.pending() >= to.capacity();
      }
    }
    if (!full) {
      return false;
    }
    look();
    for (StreamTarget to : targets) {
      for (InboxCounts count : counts) {
        boolean of = count.key().equals(key(to)) && count.pending() >= to.capacity();
        if (of && !gone.contains(to)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Notes which receivers have ended. */
  private void look() {
    Set<String> ids = new HashSet<>();
    targets.forEach(to -> ids.add(to.stepId()));
    Map<String, Step> rows =
        Uninterrupted.call(() -> delivery.read(() -> reader.whole(runId, ids)));
    for (StreamTarget to : targets) {
      Step row = rows.get(to.stepId());
      if (row != null && row.summary().status().isFinal()) {
        gone.add(to);
      }
    }
  }
}
