// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.StoreTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The inboxes of one store, right in themselves; broken variants override one decision. Guarded by
 * its own monitor.
 */
class Box {

  static final Duration ID_MEMORY = Duration.ofDays(7);

  static final Comparator<InboxKey> BY_KEY =
      Comparator.comparing(InboxKey::runId, IdOrder.BY_CODE_POINT)
          .thenComparing(InboxKey::stepId, IdOrder.BY_CODE_POINT)
          .thenComparing(InboxKey::port, IdOrder.BY_CODE_POINT);

  /** A stored message. */
  record Row(
      NewInboxMessage content,
      Instant appendedAt,
      long epoch,
      int deliveries,
      @Nullable Instant until,
      @Nullable Instant consumedAt,
      long consumedBy) {

    Row locked(long newEpoch, int count, Instant end) {
      return new Row(content, appendedAt, newEpoch, count, end, null, 0);
    }

    Row until(@Nullable Instant end) {
      return new Row(content, appendedAt, epoch, deliveries, end, null, 0);
    }

    Row consumed(Instant at, long by) {
      return new Row(content, appendedAt, epoch, deliveries, null, at, by);
    }
  }

  /** What an id stands for. */
  record Known(InboxKey key, long sequence, NewInboxMessage content) {}

  /** One inbox. */
  static final class Messages {
    final InboxKey key;
    final TreeMap<Long, Row> rows = new TreeMap<>();
    long last;

    Messages(InboxKey key) {
      this.key = key;
    }

    Messages copy() {
      Messages copy = new Messages(key);
      copy.rows.putAll(rows);
      copy.last = last;
      return copy;
    }
  }

  /** What is there, and what an undo needs. */
  private Map<InboxKey, Messages> inboxes = new TreeMap<>(BY_KEY);

  private Map<Object, Known> ids = new HashMap<>();
  private final Set<InboxKey> own = new HashSet<>();
  private final InstantSource clock;
  private long numbers;

  Box(InstantSource clock) {
    this.clock = clock;
  }

  // ---- all or nothing

  /** A way back to what is now. */
  final Runnable mark() {
    Map<InboxKey, Messages> before = inboxes;
    Map<Object, Known> idsBefore = ids;
    inboxes = new TreeMap<>(BY_KEY);
    inboxes.putAll(before);
    ids = new HashMap<>(idsBefore);
    own.clear();
    return () -> {
      inboxes = before;
      ids = idsBefore;
      own.clear();
    };
  }

  final Messages write(InboxKey key) {
    InboxKey place = place(key);
    Messages there = inboxes.get(place);
    if (own.add(place) || there == null) {
      there = there == null ? new Messages(place) : there.copy();
      inboxes.put(place, there);
    }
    return there;
  }

  final Messages read(InboxKey key) {
    Messages there = inboxes.get(place(key));
    return there == null ? new Messages(key) : there;
  }

  // ---- what may be broken

  final Instant now() {
    return StoreTime.fromMicros(StoreTime.toMicros(clock.instant()));
  }

  /** Which inbox a key means. */
  InboxKey place(InboxKey key) {
    return key;
  }

  /** Within what a message id counts. */
  Object scope(InboxKey key) {
    return place(key);
  }

  long next(Messages inbox) {
    return inbox.last + 1;
  }

  Instant appendedAt() {
    return now();
  }

  NewInboxMessage stored(NewInboxMessage message) {
    return message;
  }

  boolean isSame(NewInboxMessage known, NewInboxMessage message) {
    return known.equals(message);
  }

  /** Whether an id that is known is recognised. */
  boolean isRecognised(Known known) {
    return true;
  }

  boolean isBefore(Instant now, Instant end) {
    return now.isBefore(end);
  }

  final InboxStatus status(Row row) {
    if (row.consumedAt() != null) {
      return InboxStatus.CONSUMED;
    }
    return row.until() != null && isBefore(now(), row.until())
        ? InboxStatus.LOCKED
        : InboxStatus.PENDING;
  }

  boolean isLive(@Nullable Row row, long epoch) {
    return row != null && status(row) == InboxStatus.LOCKED && row.epoch() == epoch;
  }

  long epoch(Row row) {
    return ++numbers;
  }

  int deliveries(Row row) {
    return row.deliveries() + 1;
  }

  /** Whether a message may be given to a fetch. */
  boolean isFetched(Row row) {
    return status(row) == InboxStatus.PENDING;
  }

  /** Whether a message is read as pending. */
  boolean isRead(Row row) {
    return status(row) == InboxStatus.PENDING;
  }

  Instant extended(Row row, Instant end) {
    return row.until() != null && row.until().isAfter(end) ? row.until() : end;
  }

  boolean mayConsume(InboxToken token, @Nullable Row row) {
    return isLive(row, token.epoch());
  }

  boolean needsToken(Row row) {
    return status(row) == InboxStatus.LOCKED;
  }

  /** What a consumed message says to one who consumes it again. */
  boolean isRepeat(Row row, @Nullable InboxToken token) {
    return token != null && row.consumedBy() == token.epoch();
  }

  boolean isCurrent(InboxToken token, Row row) {
    return row.consumedAt() == null && row.epoch() == token.epoch();
  }

  Row abandoned(Row row) {
    return row.until(null);
  }

  boolean isRemoved(Row row) {
    return row.consumedAt() != null;
  }

  boolean isBelow(long sequence, long bound) {
    return sequence < bound;
  }

  boolean isEarlier(Instant consumedAt, Instant bound) {
    return consumedAt.isBefore(bound);
  }

  Comparator<Placed> order() {
    return Comparator.<Placed, Instant>comparing(
            placed -> placed.row().consumedAt(), Comparator.nullsLast(Comparator.naturalOrder()))
        .thenComparing(Placed::key, BY_KEY)
        .thenComparing(Placed::sequence);
  }

  /** What becomes of the id of a message that is cleaned up. */
  boolean isRemembered() {
    return true;
  }

  // ---- calls

  InboxAppended append(String operation, AppendInbox append) {
    InboxKey key = append.key();
    NewInboxMessage message = append.message();
    Known known = known(key, message);
    if (known != null) {
      if (!isSame(known.content(), message)) {
        throw new IdempotencyMismatch(operation, key.runId(), message.messageId());
      }
      return new InboxAppended(key, known.sequence(), true);
    }
    return insert(append);
  }

  @Nullable Known known(InboxKey key, NewInboxMessage message) {
    Known known = ids.get(List.of(scope(key), message.messageId()));
    return known != null && isRecognised(known) ? known : null;
  }

  InboxAppended insert(AppendInbox append) {
    InboxKey key = append.key();
    Messages inbox = write(key);
    long sequence = next(inbox);
    inbox.last = Math.max(inbox.last, sequence);
    put(key, sequence, append.message());
    return new InboxAppended(key, sequence, false);
  }

  final void put(InboxKey key, long sequence, NewInboxMessage message) {
    NewInboxMessage stored = stored(message);
    write(key).rows.put(sequence, new Row(stored, appendedAt(), 0, 0, null, null, 0));
    remember(key, sequence, message);
  }

  final void remember(InboxKey key, long sequence, NewInboxMessage message) {
    ids.put(List.of(scope(key), message.messageId()), new Known(place(key), sequence, message));
  }

  InboxConsumed consume(String operation, ConsumeInbox consume) {
    InboxKey key = consume.key();
    InboxToken token = consume.lockToken();
    String subject = "message " + consume.sequence() + " of " + key;
    Row row = read(key).rows.get(consume.sequence());
    if (row == null) {
      throw new NotFound(operation, key.runId(), subject + " is not there");
    }
    if (row.consumedAt() != null) {
      if (isRepeat(row, token)) {
        return new InboxConsumed(key, consume.sequence(), true);
      }
      throw new IllegalTransition(operation, key.runId(), subject, "consumed", "consumed");
    }
    if (token != null && !mayConsume(token, row)) {
      throw new LockLost(operation, token, "it does not hold the lock");
    }
    if (token == null && needsToken(row)) {
      throw new IllegalTransition(operation, key.runId(), subject, "locked", "consumed");
    }
    consumed(key, consume.sequence(), row, token);
    return new InboxConsumed(key, consume.sequence(), false);
  }

  void consumed(InboxKey key, long sequence, Row row, @Nullable InboxToken token) {
    write(key).rows.put(sequence, row.consumed(now(), token == null ? 0 : token.epoch()));
  }

  InboxMessage shown(InboxKey key, long sequence, Row row) {
    return new InboxMessage(
        key, sequence, row.content(), status(row), row.appendedAt(), row.consumedAt());
  }

  /** The numbers that a fetch takes. */
  List<Long> chosen(InboxKey key, int max) {
    return read(key).rows.entrySet().stream()
        .filter(entry -> isFetched(entry.getValue()))
        .limit(max)
        .map(Map.Entry::getKey)
        .toList();
  }

  final List<InboxItem> lock(InboxKey key, List<Long> sequences, Duration lockFor) {
    Instant end = StoreTime.fromMicros(StoreTime.plus(StoreTime.toMicros(now()), lockFor));
    List<InboxItem> items = new ArrayList<>();
    for (long sequence : sequences) {
      Row row = read(key).rows.get(sequence);
      if (row != null) {
        Row locked = row.locked(epoch(row), deliveries(row), end);
        write(key).rows.put(sequence, locked);
        items.add(
            new InboxItem(
                shown(key, sequence, locked),
                locked.deliveries(),
                new InboxToken(key, sequence, locked.epoch())));
      }
    }
    return items;
  }

  boolean renew(InboxToken token, Duration extendFor) {
    Row row = read(token.key()).rows.get(token.sequence());
    if (row == null || !isLive(row, token.epoch())) {
      return false;
    }
    Instant end = StoreTime.fromMicros(StoreTime.plus(StoreTime.toMicros(now()), extendFor));
    write(token.key()).rows.put(token.sequence(), row.until(extended(row, end)));
    return true;
  }

  void abandon(InboxToken token) {
    Row row = read(token.key()).rows.get(token.sequence());
    if (row == null || !isCurrent(token, row)) {
      throw new LockLost("abandon", token, "it does not hold the lock");
    }
    write(token.key()).rows.put(token.sequence(), abandoned(row));
  }

  /** Whether a status counts as another one. */
  InboxStatus counted(Row row) {
    return status(row);
  }

  InboxCounts counts(Messages inbox) {
    Map<InboxStatus, List<Row>> by =
        inbox.rows.values().stream().collect(Collectors.groupingBy(this::counted));
    List<Row> pending = by.getOrDefault(InboxStatus.PENDING, List.of());
    return new InboxCounts(
        inbox.key,
        pending.size(),
        by.getOrDefault(InboxStatus.LOCKED, List.of()).size(),
        by.getOrDefault(InboxStatus.CONSUMED, List.of()).size(),
        inbox.rows.values().stream()
            .mapToLong(row -> row.content().payload() == null ? 0 : row.content().payload().size())
            .sum(),
        inbox.last,
        pending.stream().map(Row::appendedAt).min(Comparator.naturalOrder()).orElse(null));
  }

  final List<InboxCounts> counts(String runId) {
    return inboxes.values().stream()
        .filter(inbox -> inbox.key.runId().equals(runId))
        .map(this::counts)
        .toList();
  }

  /** A message at its place. */
  record Placed(InboxKey key, long sequence, Row row) {}

  final List<Placed> all() {
    return inboxes.values().stream()
        .flatMap(inbox ->
            inbox.rows.entrySet().stream()
                .map(entry -> new Placed(inbox.key, entry.getKey(), entry.getValue())))
        .toList();
  }

  int cleanUp(Instant before, int limit) {
    return remove(
        all().stream()
            .filter(placed -> isRemoved(placed.row()))
            .filter(placed ->
                placed.row().consumedAt() == null || isEarlier(placed.row().consumedAt(), before))
            .sorted(order())
            .limit(limit)
            .toList());
  }

  /** Which messages a clean-up of one inbox looks at. */
  boolean isOf(InboxKey key, Placed placed) {
    return placed.key().equals(place(key));
  }

  int cleanUp(InboxKey key, long below, int limit) {
    return remove(
        all().stream()
            .filter(placed -> isOf(key, placed))
            .filter(placed -> isBelow(placed.sequence(), below) && isRemoved(placed.row()))
            .limit(limit)
            .toList());
  }

  int remove(List<Placed> going) {
    for (Placed placed : going) {
      write(placed.key()).rows.remove(placed.sequence());
      if (!isRemembered()) {
        forget(placed);
      }
    }
    return going.size();
  }

  final void forget(Placed placed) {
    ids.remove(List.of(scope(placed.key()), placed.row().content().messageId()));
  }

  /** Removes all that belongs to a run, and returns how many messages. */
  long removeRun(String runId) {
    long messages = all().stream().filter(placed -> placed.key().runId().equals(runId)).count();
    inboxes.keySet().removeIf(key -> key.runId().equals(runId));
    ids.values().removeIf(known -> known.key().runId().equals(runId));
    return messages;
  }

  final Set<String> runs() {
    return inboxes.keySet().stream().map(InboxKey::runId).collect(Collectors.toSet());
  }
}
