// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Effects.Effect;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Tally;
import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.HistoryReplay;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.HoldfastException;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.RecordedHistory;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Looks at all that the soak has left. Used once. */
final class Audit {

  private final Provider provider;
  private final HoldfastClient client;
  private final Map<String, Integer> effects = new HashMap<>();
  private final HistoryReplay replay;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<String, Integer> instances = new TreeMap<>();
  private int histories;
  private long events;

  Audit(Provider provider, HoldfastClient client) {
    this.provider = provider;
    this.client = client;
    HistoryReplay.Builder builder = HistoryReplay.builder().orchestration(Kind.CHILD);
    for (Kind kind : Kind.values()) {
      builder.orchestration(kind.orchestration());
    }
    replay = builder.build();
  }

  /**
   * Looks at instances, their histories and their effects.
   *
   * @param killed the processes that were killed
   * @param restarts how often the database was
   */
  Tally run(List<Started> started, Effects books, Set<Long> killed, int restarts)
      throws SQLException {
    for (Effect effect : books.effects()) {
      effects.merge(effect.run(), 1, Integer::sum);
    }
    for (Started one : started) {
      instance(one.id(), one.kind().name(), one.kind().expected(one.input()), one.kind().effects());
      for (int i = 1; i <= one.kind().children(); i++) {
        long expected = one.input() + i + Kind.effectsOfChild();
        instance(Kind.child(one.id(), i), "child", expected, Kind.effectsOfChild());
      }
    }
    effects.forEach((id, count) ->
        find(Finding.Kind.WRONG, id, "has %d effects, and was not started".formatted(count)));
    Tally tally = Tally.of(books.calls(), killed);
    if (tally.afterLostLock() > 0 && restarts == 0) {
      find(
          Finding.Kind.TWICE,
          "activities",
          "%d were repeated although neither their worker nor the database was killed"
              .formatted(tally.afterLostLock()));
    }
    return tally;
  }

  private void instance(String id, String kind, long expected, int effectsExpected) {
    instances.merge(kind, 1, Integer::sum);
    InstanceStatus status = client.status(id);
    if (!status.state().isEnded()) {
      find(Finding.Kind.STUCK, id, "is " + status.state());
    } else if (status.state() != InstanceState.COMPLETED) {
      find(Finding.Kind.LOST, id, "is " + status);
    } else {
      Long output = status.output(Long.class);
      if (output == null || output != expected) {
        find(Finding.Kind.WRONG, id, "answered %d in place of %d".formatted(output, expected));
      }
    }
    Integer found = effects.remove(id);
    int count = found == null ? 0 : found;
    if (count != effectsExpected) {
      find(
          count < effectsExpected ? Finding.Kind.LOST : Finding.Kind.TWICE,
          id,
          "has %d effects in place of %d".formatted(count, effectsExpected));
    }
    if (status.state() != InstanceState.NOT_FOUND) {
      history(id);
    }
  }

  private void history(String id) {
    try {
      RecordedHistory history = RecordedHistory.read(provider, id);
      histories++;
      events += history.eventCount();
      replay.run(history);
    } catch (HoldfastException e) {
      find(Finding.Kind.WRONG, id, "its history is not valid: " + e.getMessage());
    }
  }

  private void find(Finding.Kind kind, String subject, String detail) {
    findings.add(new Finding(kind, subject, detail));
  }

  List<Finding> findings() {
    return List.copyOf(findings);
  }

  Map<String, Integer> instances() {
    return instances;
  }

  int histories() {
    return histories;
  }

  long events() {
    return events;
  }
}
