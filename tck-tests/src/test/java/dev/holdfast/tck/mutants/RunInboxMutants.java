// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Runs that leave something in their inboxes when they go. */
final class RunInboxMutants {

  private RunInboxMutants() {}

  static List<Mutant> all() {
    Family family = new Family("RUN");
    InboxMutants.box(
        family,
        "inboxes-outlive-their-run",
        "A deleted run leaves its messages.",
        "RUN-26: no foreign key, and nobody deletes",
        clock ->
            new Box(clock) {
              @Override
              long removeRun(String runId) {
                return all().stream().filter(one -> one.key().runId().equals(runId)).count();
              }
            });
    InboxMutants.box(
        family,
        "only-pending-messages-are-counted",
        "The deletion of a run tells of its pending messages only.",
        "RUN-26: the count of a look before",
        clock ->
            new Box(clock) {
              @Override
              long removeRun(String runId) {
                long pending =
                    all().stream()
                        .filter(one -> one.key().runId().equals(runId) && isRead(one.row()))
                        .count();
                super.removeRun(runId);
                return pending;
              }
            });
    InboxMutants.box(
        family,
        "numbers-outlive-their-run",
        "The numbers of a deleted run go on in the next one of its id.",
        "RUN-26: the row of the key stays",
        clock ->
            new Box(clock) {
              private final Map<InboxKey, Long> last = new HashMap<>();

              @Override
              long next(Messages inbox) {
                long next = Math.max(last.getOrDefault(inbox.key, 0L), inbox.last) + 1;
                last.put(inbox.key, next);
                return next;
              }
            });
    InboxMutants.box(
        family,
        "tokens-of-deleted-messages-are-good",
        "The lock of a deleted message is renewed.",
        "RUN-26: locks are kept in memory",
        clock ->
            new Box(clock) {
              @Override
              boolean isLive(@Nullable Row row, long epoch) {
                return row == null || super.isLive(row, epoch);
              }

              @Override
              boolean renew(InboxToken token, Duration extendFor) {
                return read(token.key()).rows.get(token.sequence()) == null
                    || super.renew(token, extendFor);
              }
            });
    InboxMutants.call(
        family,
        "inboxes-outlive-their-instance",
        "A deleted instance leaves the inboxes of its id.",
        "RUN-27: only the run is deleted",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              void deleted(Set<String> instanceIds) {
                // Nobody thinks of them.
              }
            });
    InboxMutants.call(
        family,
        "only-the-root-takes-its-inboxes-along",
        "Of a tree the inboxes of the root are deleted.",
        "RUN-27: WHERE run_id = ?",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              void deleted(Set<String> instanceIds) {
                instanceIds.stream().filter(id -> !id.endsWith("child")).forEach(box::removeRun);
              }
            });
    return family.mutants();
  }
}
