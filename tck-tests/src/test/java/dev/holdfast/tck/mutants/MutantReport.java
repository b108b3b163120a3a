// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What came of all mutants, as {@code target/conformance/mutants.json}. */
final class MutantReport {

  private static final Path FILE = Path.of("target", "conformance", "mutants.json");

  private final Map<String, Object> content = new LinkedHashMap<>();

  private MutantReport() {}

  static MutantReport of(Map<Mutant, MutantRun> runs, MutantRun unbroken) {
    List<Map<String, Object>> rows = new ArrayList<>();
    int killed = 0;
    for (Map.Entry<Mutant, MutantRun> run : runs.entrySet()) {
      Mutant mutant = run.getKey();
      boolean dead = !killersOfItsFamily(mutant, run.getValue()).isEmpty();
      killed += dead ? 1 : 0;
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", mutant.name());
      row.put("family", mutant.family());
      row.put("what", mutant.what());
      row.put("origin", mutant.origin());
      row.put("killed", dead);
      row.put("killedBy", run.getValue().noticed());
      row.put("tookMillis", run.getValue().took().toMillis());
      rows.add(row);
    }
    Set<String> silent = new TreeSet<>(unbroken.ran());
    silent.removeAll(killers(runs));
    silent.removeAll(RulesWithoutMutant.killingOnSqlite());
    MutantReport report = new MutantReport();
    report.content.put("mutants", runs.size());
    report.content.put("killed", killed);
    report.content.put("score", runs.isEmpty() ? 0 : 100 * killed / runs.size());
    report.content.put("rules", unbroken.ran().size());
    report.content.put("rulesThatKillNothing", silent);
    report.content.put("rulesThatKillOnSqlite", RulesWithoutMutant.killingOnSqlite());
    report.content.put("reasons", RulesWithoutMutant.reasons());
    report.content.put("matrix", rows);
    return report;
  }

  /** The rules of a mutant's family that noticed it. */
  static Set<String> killersOfItsFamily(Mutant mutant, MutantRun run) {
    Set<String> killers = new TreeSet<>(run.noticed());
    killers.removeIf(rule -> !rule.startsWith(mutant.family() + "-"));
    return killers;
  }

  /** All rules that noticed some mutant. */
  static Set<String> killers(Map<Mutant, MutantRun> runs) {
    Set<String> killers = new TreeSet<>();
    runs.values().forEach(run -> killers.addAll(run.noticed()));
    return killers;
  }

  void write() {
    try {
      Files.createDirectories(FILE.getParent());
      Files.writeString(
          FILE,
          JsonMapper.builder()
              .enable(SerializationFeature.INDENT_OUTPUT)
              .build()
              .writeValueAsString(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
