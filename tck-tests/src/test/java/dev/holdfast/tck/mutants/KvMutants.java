// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.support.RequestChecks;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** Key-values that are written wrongly. */
final class KvMutants {

  private KvMutants() {}

  static List<Mutant> all() {
    Family family = new Family("KV");
    changes(family);
    acks(family);
    KvReadMutants.addTo(family);
    KvSnapshotMutants.addTo(family);
    return family.mutants();
  }

  private static void changes(Family family) {
    each(
        family,
        "values-are-dropped",
        "Nothing is ever set.",
        "KV-02: the ack does not look at them",
        change -> List.of());
    each(
        family,
        "a-clear-takes-all",
        "Clearing one key clears all.",
        "KV-04: the key is missing in the condition",
        change ->
            change instanceof KeyValueMutation.Clear
                ? List.of(new KeyValueMutation.ClearAll())
                : List.of(change));
    each(
        family,
        "a-clear-of-all-takes-nothing",
        "Clearing all keys does nothing.",
        "KV-03: only keys are looked at",
        change -> change instanceof KeyValueMutation.ClearAll ? List.of() : List.of(change));
    each(
        family,
        "an-empty-value-is-cleared",
        "An empty value clears its key.",
        "KV-18: empty bytes are NULL",
        change ->
            change instanceof KeyValueMutation.Set set && set.value().size() == 0
                ? List.of(new KeyValueMutation.Clear(set.key()))
                : List.of(change));
    each(
        family,
        "keys-are-in-lower-case",
        "Keys that differ in case are one.",
        "KV-16: a collation for people",
        change ->
            change instanceof KeyValueMutation.Set set
                ? List.of(new KeyValueMutation.Set(set.key().toLowerCase(Locale.ROOT), set.value()))
                : List.of(change));
    write(
        family,
        "sets-are-written-before-clears",
        "An ack's clears come after its sets.",
        "KV-03: one statement for sets, one for clears",
        ack -> {
          List<KeyValueMutation> sorted = new ArrayList<>(ack.metadata().keyValues());
          sorted.sort(Comparator.comparing(one -> !(one instanceof KeyValueMutation.Set)));
          return sorted;
        });
    write(
        family,
        "many-changes-are-cut",
        "An ack changes at most five hundred keys.",
        "KV-19: the driver's limit of parameters",
        ack -> ack.metadata().keyValues().stream().limit(500).toList());
    write(
        family,
        "the-last-ack-changes-nothing",
        "The ack that ends an execution sets nothing.",
        "KV-13: merged before changes are written",
        ack -> {
          ExecutionStatus status = ack.metadata().status();
          return status != null && status.isEnded() ? List.of() : ack.metadata().keyValues();
        });
  }

  private static void acks(Family family) {
    family.handle(
        "a-value-without-an-instance-is-dropped",
        "A change that would be refused is left out.",
        "KV-23: written where there is a row",
        inner -> ValueAcks.leavingOut(inner, error -> true, ack -> ValueAcks.with(ack, List.of())));
    family.handle(
        "keys-beyond-the-limit-are-dropped",
        "What an instance has no room for is left out.",
        "KV-24: the rows are bounded, the ack is not refused",
        inner ->
            ValueAcks.leavingOut(
                inner,
                error -> String.valueOf(error.getMessage()).contains("key-values"),
                ack -> ValueAcks.with(ack, List.of())));
    family.handle(
        "a-key-that-is-set-again-counts-twice",
        "Keys that are there and keys that are set are added up.",
        "KV-24: counted without a look at which they are",
        inner ->
            new Forwarding(inner) {
              @Override
              public AckResult ackOrchestrationItem(OrchestrationAck ack) {
                String id = ack.lockToken().instanceId();
                List<KeyValueMutation> changes = ack.metadata().keyValues();
                int most = info().limits().maxKeysPerInstance();
                long keys =
                    capability(KeyValues.class).orElseThrow().readAll(id).size()
                        + changes.stream()
                            .filter(one -> one instanceof KeyValueMutation.Set)
                            .count();
                return !changes.isEmpty() && keys > most
                    ? AckResult.rejected(
                        RequestChecks.tooManyKeys("ackOrchestrationItem", id, keys, most))
                    : super.ackOrchestrationItem(ack);
              }
            });
    family.handle(
        "a-rejected-ack-sets-values",
        "What a rejected ack sets is stored.",
        "KV-14: written before the checks",
        ValueAcks::storingWhatIsRejected);
  }

  private static void each(
      Family family,
      String name,
      String what,
      String origin,
      Function<KeyValueMutation, List<KeyValueMutation>> change) {
    write(
        family,
        name,
        what,
        origin,
        ack ->
            ack.metadata().keyValues().stream()
                .flatMap(one -> change.apply(one).stream())
                .toList());
  }

  private static void write(
      Family family,
      String name,
      String what,
      String origin,
      Function<OrchestrationAck, List<KeyValueMutation>> changes) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Altering(inner) {
              @Override
              OrchestrationAck written(OrchestrationAck ack) {
                return ValueAcks.with(ack, changes.apply(ack));
              }
            });
  }
}
