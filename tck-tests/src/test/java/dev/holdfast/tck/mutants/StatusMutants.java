// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.CustomStatus.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Custom statuses that are written or read wrongly. */
final class StatusMutants {

  private StatusMutants() {}

  static List<Mutant> all() {
    Family family = new Family("STATUS");
    writes(family);
    reads(family);
    return family.mutants();
  }

  private static void writes(Family family) {
    write(
        family,
        "a-status-is-dropped",
        "Nothing is ever set.",
        "STATUS-02: the ack does not look at it",
        (seen, ack) -> CustomStatusChange.keep());
    write(
        family,
        "a-clear-is-dropped",
        "Clearing does nothing.",
        "STATUS-03: only values are written",
        (seen, ack) ->
            ack.metadata().customStatus() instanceof CustomStatusChange.Clear
                ? CustomStatusChange.keep()
                : ack.metadata().customStatus());
    write(
        family,
        "keeping-clears",
        "An ack that says nothing clears, once the instance exists.",
        "STATUS-04: absent means none",
        (seen, ack) ->
            ack.metadata().customStatus() instanceof CustomStatusChange.Keep
                    && !ack.historyDelta().isEmpty()
                    && seen.containsKey(ack.lockToken().instanceId())
                ? new CustomStatusChange.Clear()
                : ack.metadata().customStatus());
    write(
        family,
        "an-equal-value-is-not-counted",
        "Setting what is set does nothing.",
        "STATUS-05: updated only when different",
        (seen, ack) ->
            ack.metadata().customStatus().equals(seen.get(ack.lockToken().instanceId()))
                ? CustomStatusChange.keep()
                : ack.metadata().customStatus());
    write(
        family,
        "an-empty-value-is-none",
        "An empty value clears.",
        "STATUS-10: empty bytes are NULL",
        (seen, ack) ->
            ack.metadata().customStatus() instanceof CustomStatusChange.Set(Payload value)
                    && value.size() == 0
                ? new CustomStatusChange.Clear()
                : ack.metadata().customStatus());
    family.handle(
        "a-change-without-an-instance-is-dropped",
        "A change that would be refused is left out.",
        "STATUS-11: written where there is a row",
        inner ->
            ValueAcks.leavingOut(
                inner, error -> true, ack -> ValueAcks.with(ack, CustomStatusChange.keep())));
    family.handle(
        "a-rejected-ack-sets",
        "What a rejected ack sets is stored.",
        "STATUS-09: written before the checks",
        ValueAcks::storingWhatIsRejected);
  }

  private static void reads(Family family) {
    read(
        family,
        "what-was-seen-is-read-again",
        "A read ignores the version last seen.",
        "STATUS-06: the comparison is missing",
        (status, id, seen) -> status.read(id, 0));
    read(
        family,
        "an-unknown-instance-is-an-error",
        "Nothing to read is an error.",
        "STATUS-07: a lookup that must find",
        (status, id, seen) -> {
          Optional<Reading> reading = status.read(id, seen);
          if (reading.isEmpty() && seen == 0) {
            throw new ProviderError.InvalidRequest("readCustomStatus", "there is no " + id);
          }
          return reading;
        });
    read(
        family,
        "all-read-one-status",
        "Every instance shows that of the first one read.",
        "STATUS-13: the key is missing",
        new Read() {
          private final Map<String, String> first = new ConcurrentHashMap<>();

          @Override
          public Optional<Reading> of(CustomStatus status, String id, long seen) {
            return status.read(first.computeIfAbsent("first", key -> id), seen);
          }
        });
    read(
        family,
        "a-version-comes-with-an-older-value",
        "The version runs ahead of the value.",
        "STATUS-12: two statements",
        (status, id, seen) ->
            status
                .read(id, seen)
                .map(
                    one -> one.version() < 40 ? one : new Reading(one.value(), one.version() + 1)));
    read(
        family,
        "a-version-begins-anew",
        "Versions above two are not told.",
        "STATUS-08: the version belongs to the execution",
        (status, id, seen) ->
            status.read(id, seen).map(one -> new Reading(one.value(), Math.min(one.version(), 2))));
    family.handle(
        "the-capability-is-not-found",
        "The capability is declared and not found.",
        "STATUS-01: declared only",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return Optional.empty();
              }
            });
  }

  /** Decides what an ack changes, by the last change of each instance. */
  private interface Write {
    CustomStatusChange of(Map<String, CustomStatusChange> seen, OrchestrationAck ack);
  }

  private static void write(Family family, String name, String what, String origin, Write write) {
    family.store(
        name,
        what,
        origin,
        store -> {
          Map<String, CustomStatusChange> seen = new ConcurrentHashMap<>();
          return inner ->
              new Altering(inner) {
                @Override
                OrchestrationAck written(OrchestrationAck ack) {
                  CustomStatusChange change = write.of(seen, ack);
                  if (!(ack.metadata().customStatus() instanceof CustomStatusChange.Keep)) {
                    seen.put(ack.lockToken().instanceId(), ack.metadata().customStatus());
                  }
                  return ValueAcks.with(ack, change);
                }
              };
        });
  }

  /** Reads in place of the right capability. */
  private interface Read {
    Optional<Reading> of(CustomStatus status, String instanceId, long lastSeenVersion);
  }

  private static void read(Family family, String name, String what, String origin, Read read) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                Optional<C> right = super.capability(type);
                @Nullable CustomStatus status =
                    type == CustomStatus.class
                        ? right.map(CustomStatus.class::cast).orElse(null)
                        : null;
                if (status == null) {
                  return right;
                }
                CustomStatus wrong = (id, seen) -> read.of(status, id, seen);
                return Optional.of(type.cast(wrong));
              }
            });
  }
}
