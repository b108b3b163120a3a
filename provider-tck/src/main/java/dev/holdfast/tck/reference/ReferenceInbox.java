// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.support.InboxChecks;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.tck.reference.Inbox.Row;
import dev.holdfast.tck.reference.InboxTable.Placed;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Inboxes of steps. Thread-safe. */
final class ReferenceInbox implements DurableInbox {

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final RequestChecks requests;
  private final InboxChecks checks;

  ReferenceInbox(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    requests = checks;
    this.checks = new InboxChecks(checks);
  }

  @Override
  public Duration idMemory() {
    return InboxTable.ID_MEMORY;
  }

  @Override
  public InboxAppended append(AppendInbox append) {
    return (InboxAppended) apply("append", append);
  }

  @Override
  public InboxConsumed consume(ConsumeInbox consume) {
    return (InboxConsumed) apply("consume", consume);
  }

  private ChangeResult apply(String operation, Change change) {
    requests.check(operation, List.of(change), null);
    return handle.whole(operation, () -> ChangeDraft.alone(operation, store, change));
  }

  @Override
  public List<InboxMessage> pending(InboxKey key, long afterSequence, int limit) {
    String operation = "pending";
    checks.checkRead(operation, afterSequence, limit);
    return handle.whole(
        operation,
        () -> {
          Instant now = store.now();
          return store.inboxes.above(key, afterSequence).stream()
              .filter(placed -> placed.row().status(now) == InboxStatus.PENDING)
              .limit(limit)
              .map(placed -> placed.message(now))
              .toList();
        });
  }

  @Override
  public Optional<InboxMessage> message(InboxKey key, long sequence) {
    String operation = "message";
    checks.checkSequence(operation, sequence);
    return handle.whole(
        operation,
        () ->
            Optional.ofNullable(store.inboxes.read(key).rows.get(sequence))
                .map(row -> new Placed(key, sequence, row).message(store.now())));
  }

  @Override
  public List<InboxItem> fetch(InboxKey key, int max, Duration lockFor) {
    String operation = "fetch";
    checks.checkFetch(operation, max, lockFor);
    return handle.whole(
        operation,
        () -> {
          Instant now = store.now();
          Instant until = ReferenceStore.plus(now, lockFor);
          return store.inboxes.above(key, 0).stream()
              .filter(placed -> placed.row().status(now) == InboxStatus.PENDING)
              .limit(max)
              .map(placed -> item(store.inboxes.lock(placed, store.nextNumber(), until), now))
              .toList();
        });
  }

  private static InboxItem item(Placed placed, Instant now) {
    return new InboxItem(
        placed.message(now),
        placed.row().deliveries(),
        new InboxToken(placed.key(), placed.sequence(), placed.row().epoch()));
  }

  @Override
  public Set<InboxToken> renew(Collection<InboxToken> tokens, Duration extendFor) {
    String operation = "renew";
    checks.checkExtension(operation, extendFor);
    List<InboxToken> asked = List.copyOf(tokens);
    return handle.whole(
        operation,
        () -> {
          Instant now = store.now();
          Set<InboxToken> live = new LinkedHashSet<>();
          for (InboxToken token : asked) {
            if (store.inboxes.renew(token, now, ReferenceStore.plus(now, extendFor))) {
              live.add(token);
            }
          }
          return live;
        });
  }

  @Override
  public void abandon(InboxToken token) {
    String operation = "abandon";
    handle.whole(
        operation,
        () -> {
          store.inboxes.abandon(operation, token);
          return true;
        });
  }

  @Override
  public List<InboxCounts> counts(String runId) {
    String operation = "counts";
    checks.checkRunId(operation, runId);
    return handle.whole(
        operation,
        () -> {
          List<InboxCounts> counts = new ArrayList<>();
          store.inboxes.of(runId).forEach((key, inbox) -> counts.add(counted(key, inbox)));
          return counts;
        });
  }

  private InboxCounts counted(InboxKey key, Inbox inbox) {
    Instant now = store.now();
    Map<InboxStatus, Long> found = new EnumMap<>(InboxStatus.class);
    long bytes = 0;
    @Nullable Instant oldest = null;
    for (Row row : inbox.rows.values()) {
      InboxStatus status = row.status(now);
      found.merge(status, 1L, Long::sum);
      bytes += row.bytes();
      if (status == InboxStatus.PENDING && (oldest == null || row.appendedAt().isBefore(oldest))) {
        oldest = row.appendedAt();
      }
    }
    return new InboxCounts(
        key,
        found.getOrDefault(InboxStatus.PENDING, 0L),
        found.getOrDefault(InboxStatus.LOCKED, 0L),
        found.getOrDefault(InboxStatus.CONSUMED, 0L),
        bytes,
        inbox.lastSequence(),
        oldest);
  }

  @Override
  public int cleanUp(Instant consumedBefore, int limit) {
    String operation = "cleanUp";
    Instant bound = StoreTime.fromMicros(checks.checkCleanUp(operation, consumedBefore, limit));
    return handle.whole(operation, () -> store.inboxes.cleanUp(bound, limit, store.now()));
  }

  @Override
  public int cleanUp(InboxKey key, long belowSequence, int limit) {
    String operation = "cleanUp";
    checks.checkCleanUp(operation, belowSequence, limit);
    return handle.whole(
        operation, () -> store.inboxes.cleanUp(key, belowSequence, limit, store.now()));
  }
}
