// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.Effects.Effect;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.documents.flow.Undisturbed;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares three things that know nothing of each other: what an undisturbed run gives, what the
 * rows of the store say, and what the ledger outside has. Effects are counted by run and step and
 * not by key, so that two effects under two keys do not pass.
 */
final class Audit {

  private static final JsonMapper MAPPER = new JsonMapper();

  private final List<Finding> findings = new ArrayList<>();

  private Audit() {}

  /**
   * A run as the store has it.
   *
   * @param status its status
   * @param outputs its outputs, null when it has none
   * @param steps its rows, by their ids
   */
  record Found(RunStatus status, @Nullable JsonNode outputs, Map<String, Row> steps) {}

  /** A step's row. */
  record Row(StepStatus status, @Nullable JsonNode outputs) {}

  /**
   * Audits.
   *
   * @param expected what each run should have given
   * @param found what the store says, by run; a run may be missing
   * @param effects what the ledger has
   * @param stuck the runs that nothing in the store will move
   */
  static List<Finding> run(
      Map<String, Undisturbed> expected,
      Map<String, Found> found,
      List<Effect> effects,
      List<String> stuck) {
    Audit audit = new Audit();
    Map<String, Map<String, List<Effect>>> byRun = new HashMap<>();
    for (Effect effect : effects) {
      byRun
          .computeIfAbsent(effect.run(), run -> new HashMap<>())
          .computeIfAbsent(effect.step(), step -> new ArrayList<>())
          .add(effect);
    }
    expected.forEach((run, right) -> {
      Found rows = found.get(run);
      if (rows == null) {
        audit.add(Kind.STUCK, run, "no worker has begun it");
      } else {
        audit.ended(run, rows);
        audit.steps(run, right, rows);
        audit.outputs(run, right.outputs(), rows.outputs());
      }
      audit.effects(run, right, byRun.getOrDefault(run, Map.of()));
    });
    for (String run : byRun.keySet()) {
      if (!expected.containsKey(run)) {
        audit.add(Kind.WRONG, run, "has effects, and nobody started it");
      }
    }
    stuck.forEach(run -> audit.add(Kind.STUCK, run, "nothing in the store will move it"));
    return List.copyOf(audit.findings);
  }

  private void ended(String run, Found found) {
    if (!found.status().isEnded()) {
      add(Kind.STUCK, run, "is " + found.status().label());
    } else if (found.status() != RunStatus.COMPLETED) {
      add(Kind.LOST, run, "ended as " + found.status().label());
    }
  }

  private void steps(String run, Undisturbed right, Found found) {
    right
        .steps()
        .forEach((id, outputs) -> {
          Row row = status(run, id, found, StepStatus.COMPLETED);
          if (row != null) {
            outputs(run + " " + id, outputs, row.outputs());
          }
        });
    right.groups().forEach(id -> status(run, id, found, StepStatus.COMPLETED));
    right.skipped().forEach(id -> status(run, id, found, StepStatus.SKIPPED));
    Set<String> more = new TreeSet<>(found.steps().keySet());
    more.removeAll(right.steps().keySet());
    more.removeAll(right.groups());
    more.removeAll(right.skipped());
    more.forEach(id -> add(Kind.WRONG, run + " " + id, "is a step that should not be"));
  }

  private @Nullable Row status(String run, String id, Found found, StepStatus right) {
    Row row = found.steps().get(id);
    if (row == null) {
      add(Kind.LOST, run + " " + id, "has no row; expected: " + right.label());
      return null;
    }
    if (row.status() == right) {
      return row;
    }
    add(
        row.status().isEnded() ? Kind.LOST : Kind.STUCK,
        run + " " + id,
        "is %s; expected: %s".formatted(row.status().label(), right.label()));
    return null;
  }

  private void outputs(String subject, JsonNode right, @Nullable JsonNode found) {
    if (!right.equals(found)) {
      add(Kind.WRONG, subject, "gave %s; expected: %s".formatted(found, right));
    }
  }

  private void effects(String run, Undisturbed right, Map<String, List<Effect>> found) {
    right
        .steps()
        .forEach((id, outputs) -> {
          List<Effect> effects = found.getOrDefault(id, List.of());
          if (effects.isEmpty()) {
            add(Kind.LOST, run + " " + id, "has no effect");
          } else if (effects.size() > 1) {
            add(Kind.TWICE, run + " " + id, "has %d effects".formatted(effects.size()));
          } else if (!outputs.equals(MAPPER.readTree(effects.getFirst().outputs()))) {
            add(
                Kind.WRONG,
                run + " " + id,
                "had the effect %s; expected: %s".formatted(effects.getFirst().outputs(), outputs));
          }
        });
    for (String id : found.keySet()) {
      if (!right.steps().containsKey(id)) {
        add(Kind.WRONG, run + " " + id, "has an effect and should not have been done");
      }
    }
  }

  private void add(Kind kind, String subject, String detail) {
    findings.add(new Finding(kind, subject, detail));
  }
}
