// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import static dev.holdfast.tck.mutants.InboxMutants.MOMENT;
import static dev.holdfast.tck.mutants.InboxMutants.box;
import static dev.holdfast.tck.mutants.InboxMutants.call;

import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Messages with two readers, none, or the wrong one. */
final class InboxLockMutants {

  private InboxLockMutants() {}

  static void add(Family family) {
    fetches(family);
    ends(family);
    consumes(family);
  }

  private static void fetches(Family family) {
    box(
        family,
        "the-newest-message-first",
        "A fetch takes the newest messages.",
        "INBOX-11: ORDER BY sequence DESC",
        clock ->
            new Box(clock) {
              @Override
              List<Long> chosen(InboxKey key, int max) {
                List<Long> all = new ArrayList<>(super.chosen(key, Integer.MAX_VALUE));
                Collections.reverse(all);
                return all.stream().limit(max).sorted().toList();
              }
            });
    box(
        family,
        "abandoned-deliveries-are-not-counted",
        "The delivery count begins again with each delivery.",
        "INBOX-11: the count is reset with the lock",
        clock ->
            new Box(clock) {
              @Override
              int deliveries(Row row) {
                return 1;
              }
            });
    box(
        family,
        "tokens-of-messages-begin-again",
        "The token of a message that was given back is given out again.",
        "INBOX-11: the token is the number of the message",
        clock ->
            new Box(clock) {
              @Override
              long epoch(Row row) {
                return 1;
              }
            });
    box(
        family,
        "locked-messages-hide-others",
        "A fetch looks at the lowest messages that are not consumed.",
        "INBOX-12: LIMIT below, the lock above",
        clock ->
            new Box(clock) {
              @Override
              List<Long> chosen(InboxKey key, int max) {
                return read(key).rows.entrySet().stream()
                    .filter(entry -> entry.getValue().consumedAt() == null)
                    .limit(max)
                    .filter(entry -> isFetched(entry.getValue()))
                    .map(Map.Entry::getKey)
                    .toList();
              }
            });
    call(
        family,
        "who-loses-gets-nothing",
        "Two fetchers choose one message, and one of them returns nothing.",
        "INBOX-12: SELECT, then UPDATE … WHERE status = 'pending'",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              List<InboxItem> fetch(InboxKey key, int max, Duration lockFor) {
                List<Long> chosen;
                synchronized (box) {
                  chosen = max < 1 ? List.of() : box.chosen(key, max);
                }
                if (chosen.isEmpty() || !lockFor.isPositive()) {
                  return super.fetch(key, max, lockFor);
                }
                LockSupport.parkNanos(MOMENT.toNanos());
                synchronized (box) {
                  List<Long> left =
                      chosen.stream().filter(box.chosen(key, Integer.MAX_VALUE)::contains).toList();
                  return box.lock(key, left, lockFor);
                }
              }
            });
    call(
        family,
        "two-fetchers-one-message",
        "Two fetchers choose one message, and both have it.",
        "INBOX-12: SELECT, then UPDATE",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              List<InboxItem> fetch(InboxKey key, int max, Duration lockFor) {
                List<Long> chosen;
                synchronized (box) {
                  chosen = max < 1 ? List.of() : box.chosen(key, max);
                }
                if (chosen.isEmpty() || !lockFor.isPositive()) {
                  return super.fetch(key, max, lockFor);
                }
                LockSupport.parkNanos(MOMENT.toNanos());
                synchronized (box) {
                  return box.lock(key, chosen, lockFor);
                }
              }
            });
  }

  private static void ends(Family family) {
    box(
        family,
        "ended-locks-hold-on",
        "A lock that has ended is one until its message is given back.",
        "INBOX-13: expired claims are freed by a job",
        clock ->
            new Box(clock) {
              @Override
              boolean isBefore(Instant now, Instant end) {
                return true;
              }
            });
    box(
        family,
        "locks-end-one-step-later",
        "At its end a lock is live.",
        "INBOX-13: <= in place of <",
        clock ->
            new Box(clock) {
              @Override
              boolean isBefore(Instant now, Instant end) {
                return !now.isAfter(end);
              }
            });
    box(
        family,
        "nobody-took-over",
        "A token whose lock has ended is good as long as nobody took over.",
        "INBOX-13: the end is no part of the condition",
        clock ->
            new Box(clock) {
              @Override
              boolean mayConsume(InboxToken token, @Nullable Row row) {
                return row != null && row.until() != null && row.epoch() == token.epoch();
              }
            });
    box(
        family,
        "a-renewal-shortens",
        "A renewal sets the end to now plus the extension.",
        "INBOX-14: no greatest()",
        clock ->
            new Box(clock) {
              @Override
              Instant extended(Row row, Instant end) {
                return end;
              }
            });
    box(
        family,
        "whoever-knows-the-message-renews",
        "Any token renews the lock of its message.",
        "INBOX-14: the token is no part of the condition",
        clock ->
            new Box(clock) {
              @Override
              boolean renew(InboxToken token, Duration extendFor) {
                Row row = read(token.key()).rows.get(token.sequence());
                return row != null
                    && super.renew(
                        new InboxToken(token.key(), token.sequence(), Math.max(1, row.epoch())),
                        extendFor);
              }
            });
    box(
        family,
        "whoever-knows-the-message-abandons",
        "Any token gives its message back.",
        "INBOX-14: the token is no part of the condition",
        clock ->
            new Box(clock) {
              @Override
              boolean isCurrent(InboxToken token, Row row) {
                return row.consumedAt() == null;
              }
            });
    box(
        family,
        "a-second-abandon-is-an-error",
        "Who gives a message back twice is told that it was lost.",
        "INBOX-14: an abandon needs the live lock",
        clock ->
            new Box(clock) {
              @Override
              boolean isCurrent(InboxToken token, Row row) {
                return isLive(row, token.epoch());
              }
            });
    box(
        family,
        "an-abandon-takes-the-delivery-back",
        "A message that is given back was not delivered.",
        "INBOX-14: delivery_count - 1",
        clock ->
            new Box(clock) {
              @Override
              Row abandoned(Row row) {
                return row.locked(row.epoch(), Math.max(0, row.deliveries() - 1), now());
              }
            });
  }

  private static void consumes(Family family) {
    box(
        family,
        "tokens-of-messages-are-not-compared",
        "Any token consumes a locked message.",
        "INBOX-15: the token is no part of the condition",
        clock ->
            new Box(clock) {
              @Override
              boolean mayConsume(InboxToken token, @Nullable Row row) {
                return row != null && status(row) == InboxStatus.LOCKED;
              }
            });
    box(
        family,
        "locked-messages-need-no-token",
        "A locked message is consumed without a token.",
        "INBOX-15: WHERE consumed_at IS NULL",
        clock ->
            new Box(clock) {
              @Override
              boolean needsToken(Row row) {
                return false;
              }
            });
    box(
        family,
        "consuming-twice-is-nothing",
        "A second consume is told as a repeat.",
        "INBOX-16: UPDATE … WHERE status = 'pending', and nobody counts",
        clock ->
            new Box(clock) {
              @Override
              boolean isRepeat(Row row, @Nullable InboxToken token) {
                return true;
              }
            });
    box(
        family,
        "a-repeated-consume-is-too-late",
        "A repeated consume is refused like any other.",
        "INBOX-16: the consuming token is not stored",
        clock ->
            new Box(clock) {
              @Override
              boolean isRepeat(Row row, @Nullable InboxToken token) {
                return false;
              }
            });
    box(
        family,
        "the-last-token-consumed",
        "A message consumed without a token is told as consumed by its last holder.",
        "INBOX-16: the token is compared with the last lock",
        clock ->
            new Box(clock) {
              @Override
              boolean isRepeat(Row row, @Nullable InboxToken token) {
                return token != null && token.epoch() == row.epoch();
              }
            });
    box(
        family,
        "consumed-messages-come-back",
        "A consumed message is fetched again once its lock would have ended.",
        "INBOX-16: the state is not looked at",
        clock ->
            new Box(clock) {
              @Override
              boolean isFetched(Row row) {
                return super.isFetched(row)
                    || (row.consumedAt() != null
                        && !now().isBefore(row.consumedAt().plusSeconds(30)));
              }
            });
    call(
        family,
        "a-consume-looks-before-it-locks",
        "A consume at the end finds its lock live, and consumes what another one has.",
        "INBOX-18: a look before the transaction",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              InboxConsumed consume(ConsumeInbox consume) {
                InboxToken token = consume.lockToken();
                boolean live = false;
                if (token != null) {
                  synchronized (box) {
                    live =
                        box.isLive(box.read(token.key()).rows.get(token.sequence()), token.epoch());
                  }
                  LockSupport.parkNanos(MOMENT.toNanos());
                }
                try {
                  return super.consume(consume);
                } catch (LockLost lost) {
                  if (!live || token == null) {
                    throw lost;
                  }
                  synchronized (box) {
                    Box.Row row = box.read(token.key()).rows.get(token.sequence());
                    if (row == null || row.consumedAt() != null) {
                      throw lost;
                    }
                    box.consumed(token.key(), token.sequence(), row, token);
                    return new InboxConsumed(token.key(), token.sequence(), false);
                  }
                }
              }
            });
  }
}
