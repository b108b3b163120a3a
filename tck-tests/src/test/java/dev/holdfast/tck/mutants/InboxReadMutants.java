// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import static dev.holdfast.tck.mutants.InboxMutants.box;
import static dev.holdfast.tck.mutants.InboxMutants.call;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Inboxes that are read wrongly, and those that are tidied up too well. */
final class InboxReadMutants {

  private InboxReadMutants() {}

  static void add(Family family) {
    reads(family);
    cleanUps(family);
  }

  private static void reads(Family family) {
    box(
        family,
        "locked-messages-are-read-as-pending",
        "Locked messages are among the pending ones.",
        "INBOX-10: WHERE consumed_at IS NULL",
        clock ->
            new Box(clock) {
              @Override
              boolean isRead(Row row) {
                return status(row) != InboxStatus.CONSUMED;
              }
            });
    call(
        family,
        "a-page-is-filtered-behind-its-limit",
        "A page has the pending ones of the next messages.",
        "INBOX-10: LIMIT below, the state above",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              List<InboxMessage> pending(InboxKey key, long afterSequence, int limit) {
                List<InboxMessage> right = super.pending(key, afterSequence, limit);
                synchronized (box) {
                  List<Long> next =
                      box.read(key).rows.tailMap(afterSequence, false).keySet().stream()
                          .limit(limit)
                          .toList();
                  return right.stream().filter(one -> next.contains(one.sequence())).toList();
                }
              }
            });
    box(
        family,
        "references-are-resolved",
        "Reading a reference opens it.",
        "INBOX-19: open(payload_ref)",
        clock ->
            new Box(clock) {
              @Override
              InboxMessage shown(InboxKey key, long sequence, Row row) {
                String reference = row.content().payloadRef();
                if (reference != null && reference.startsWith("file:")) {
                  throw new CorruptData("pending", key.runId(), "no such file", null);
                }
                return super.shown(key, sequence, row);
              }
            });
    box(
        family,
        "references-are-trimmed",
        "References lose the blanks around them.",
        "INBOX-19: strip()",
        clock ->
            new Box(clock) {
              @Override
              NewInboxMessage stored(NewInboxMessage message) {
                return message.payloadRef() == null
                    ? message
                    : NewInboxMessage.reference(message.messageId(), message.payloadRef().strip());
              }
            });
    box(
        family,
        "ended-locks-are-counted",
        "A lock that has ended is counted as one.",
        "INBOX-20: count(*) FILTER (WHERE status = 'locked')",
        clock ->
            new Box(clock) {
              @Override
              InboxStatus counted(Row row) {
                return row.until() != null ? InboxStatus.LOCKED : status(row);
              }
            });
    box(
        family,
        "the-last-number-of-what-is-left",
        "The last number is that of the last message that is stored.",
        "INBOX-20: get_max_seq",
        clock ->
            new Box(clock) {
              @Override
              InboxCounts counts(Messages inbox) {
                InboxCounts right = super.counts(inbox);
                return new InboxCounts(
                    right.key(),
                    right.pending(),
                    right.locked(),
                    right.consumed(),
                    right.bytes(),
                    inbox.rows.isEmpty() ? 0 : inbox.rows.lastKey(),
                    right.oldestPendingSince());
              }
            });
    call(
        family,
        "an-inbox-makes-a-run",
        "The first message of a run makes it.",
        "INBOX-23: INSERT INTO runs … ON CONFLICT DO NOTHING",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              InboxAppended append(AppendInbox append) {
                String runId = append.key().runId();
                if (inner.capability(StateTables.class).orElseThrow().run(runId).isEmpty()) {
                  inner
                      .capability(Changes.class)
                      .orElseThrow()
                      .apply(List.of(new CreateRun(runId, "run", RunStatus.RUNNING, null)));
                }
                return super.append(append);
              }

              @Override
              List<InboxMessage> pending(InboxKey key, long afterSequence, int limit) {
                if (inner.capability(StateTables.class).orElseThrow().run(key.runId()).isEmpty()) {
                  return List.of();
                }
                return super.pending(key, afterSequence, limit);
              }
            });
  }

  private static void cleanUps(Family family) {
    box(
        family,
        "a-clean-up-takes-pending-ones",
        "A clean-up by number removes whatever stands below it.",
        "INBOX-21: DELETE … WHERE sequence < ?",
        clock ->
            new Box(clock) {
              @Override
              int cleanUp(InboxKey key, long below, int limit) {
                return remove(
                    all().stream()
                        .filter(placed -> isOf(key, placed) && placed.sequence() < below)
                        .limit(limit)
                        .toList());
              }
            });
    box(
        family,
        "ended-locks-are-cleaned-up",
        "A clean-up removes messages whose lock has ended.",
        "INBOX-21: claimed means done",
        clock ->
            new Box(clock) {
              @Override
              boolean isRemoved(Row row) {
                return row.consumedAt() != null
                    || (row.until() != null && status(row) == InboxStatus.PENDING);
              }
            });
    box(
        family,
        "the-number-itself-is-cleaned-up",
        "A clean-up by number takes the bound along.",
        "INBOX-21: <= in place of <",
        clock ->
            new Box(clock) {
              @Override
              boolean isBelow(long sequence, long bound) {
                return sequence <= bound;
              }
            });
    box(
        family,
        "the-moment-itself-is-cleaned-up",
        "A clean-up by moment takes the bound along.",
        "INBOX-21: <= in place of <",
        clock ->
            new Box(clock) {
              @Override
              boolean isEarlier(Instant consumedAt, Instant bound) {
                return !consumedAt.isAfter(bound);
              }
            });
    box(
        family,
        "the-newest-are-cleaned-up-first",
        "A clean-up by moment begins with the newest.",
        "INBOX-21: ORDER BY consumed_at DESC",
        clock ->
            new Box(clock) {
              @Override
              Comparator<Placed> order() {
                return super.order().reversed();
              }
            });
    box(
        family,
        "a-step-is-cleaned-up",
        "A clean-up of one port removes those of all ports of its step.",
        "INBOX-02: the port is no part of the condition",
        clock ->
            new Box(clock) {
              @Override
              boolean isOf(InboxKey key, Placed placed) {
                return placed.key().runId().equals(key.runId())
                    && placed.key().stepId().equals(key.stepId());
              }
            });
  }
}
