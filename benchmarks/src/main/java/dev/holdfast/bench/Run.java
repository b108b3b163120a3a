// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.measure.Latency;
import dev.holdfast.bench.measure.Stats;
import dev.holdfast.bench.report.Failed;
import dev.holdfast.bench.report.Figures;
import dev.holdfast.bench.report.Goal;
import dev.holdfast.bench.report.Goals;
import dev.holdfast.bench.report.Result;
import dev.holdfast.bench.scenario.Case;
import dev.holdfast.bench.scenario.NotDeclared;
import dev.holdfast.bench.scenario.Round;
import dev.holdfast.bench.scenario.Sample;
import dev.holdfast.bench.scenario.Scenario;
import dev.holdfast.bench.scenario.Settings;
import dev.holdfast.bench.store.BenchStore;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cases of scenarios, all of them once per round, so that what disturbs the machine for a
 * while disturbs one round of several cases and not all rounds of one. Good for one run.
 */
final class Run {

  private final BenchStore store;
  private final Settings settings;
  private final List<Measured> cases = new ArrayList<>();
  private final Progress progress;

  Run(BenchStore store, List<Scenario> scenarios, Settings settings, PrintStream err) {
    this.store = store;
    this.settings = settings;
    for (Scenario scenario : scenarios) {
      scenario.cases(store, settings).forEach(one -> cases.add(new Measured(scenario.name(), one)));
    }
    this.progress = new Progress(err, settings.rounds() * cases.size());
  }

  /** Measures everything. */
  void run() throws Exception {
    FloorMeter floor = new FloorMeter(store, settings.warmUp(), settings.floorMeasured());
    Round round = new Round(store, floor, settings);
    progress.say(
        "%s: %d cases, %d rounds".formatted(store.describe(), cases.size(), settings.rounds()));
    try {
      warmUp(round);
      for (int i = 1; i <= settings.rounds(); i++) {
        for (Measured one : cases) {
          one.measure(round, i);
        }
      }
    } finally {
      for (Measured one : cases) {
        one.measured.close();
      }
    }
  }

  /** What is measured first must not pay for loading and compiling: each scenario begins warm. */
  private void warmUp(Round round) throws InterruptedException {
    Set<String> warm = new HashSet<>();
    for (Measured one : cases) {
      if (warm.add(one.scenario)) {
        progress.say("warming up for " + one.scenario);
        try {
          one.measured.measure(round);
        } catch (InterruptedException e) {
          throw e;
        } catch (NotDeclared e) {
          warm.remove(one.scenario);
        } catch (Exception e) {
          // It will fail again where it counts, and be told there.
          progress.say("warming up failed: " + e);
        }
      }
    }
  }

  List<Result> results() {
    return cases.stream().filter(one -> one.failure == null).map(this::result).toList();
  }

  /** What needs a feature that the provider does not declare: that is no failure. */
  List<Failed> undeclared() {
    return cases.stream()
        .filter(one -> one.failure instanceof NotDeclared)
        .map(one ->
            new Failed(
                one.scenario,
                one.measured.name(),
                String.valueOf(Objects.requireNonNull(one.failure).getMessage())))
        .toList();
  }

  List<Failed> failures() {
    List<Failed> failures = new ArrayList<>();
    for (Measured one : cases) {
      if (one.failure != null && !(one.failure instanceof NotDeclared)) {
        failures.add(new Failed(one.scenario, one.measured.name(), one.failure.toString()));
      }
    }
    return failures;
  }

  private Result result(Measured one) {
    double ratio = one.median(Sample::ratio);
    Goal goal = Goals.of(store.provider(), one.scenario, one.measured.name()).orElse(null);
    return new Result(
        one.scenario,
        one.measured.name(),
        one.measured.unit(),
        one.median(Sample::value),
        one.measured.reference(),
        one.median(Sample::reference),
        ratio,
        one.samples.stream().map(Sample::ratio).toList(),
        goal,
        goal == null ? null : goal.isMetBy(ratio),
        latencies(one.samples),
        bytesPerUnit(one));
  }

  private static @Nullable Double bytesPerUnit(Measured one) {
    double median = one.median(Sample::bytesPerUnit);
    return Double.isNaN(median) ? null : median;
  }

  private static Map<String, Latency> latencies(List<Sample> samples) {
    Map<String, List<Latency>> all = new LinkedHashMap<>();
    for (Sample sample : samples) {
      sample
          .latencies()
          .forEach(
              (name, latency) -> all.computeIfAbsent(name, n -> new ArrayList<>()).add(latency));
    }
    Map<String, Latency> medians = new LinkedHashMap<>();
    all.forEach((name, seen) ->
        medians.put(
            name,
            new Latency(
                seen.stream().mapToLong(Latency::count).sum(),
                Stats.median(seen.stream().map(Latency::p50Micros).toList()),
                Stats.median(seen.stream().map(Latency::p99Micros).toList()))));
    return medians;
  }

  /** A case with what was seen of it. A case that failed is not tried again. */
  private final class Measured {
    private final String scenario;
    private final Case measured;
    private final List<Sample> samples = new ArrayList<>();
    private @Nullable Exception failure;

    Measured(String scenario, Case measured) {
      this.scenario = scenario;
      this.measured = measured;
    }

    void measure(Round round, int number) throws InterruptedException {
      String title = "%s, %s, round %d".formatted(scenario, measured.name(), number);
      if (failure != null) {
        progress.step(
            title
                + ": left out, "
                + (failure instanceof NotDeclared ? failure.getMessage() : "it has failed"));
        return;
      }
      try {
        Sample sample = measured.measure(round);
        samples.add(sample);
        progress.step(
            "%s: %s %s, %s × %s"
                .formatted(
                    title,
                    Figures.of(sample.value()),
                    measured.unit(),
                    Figures.of(sample.ratio()),
                    measured.reference()));
      } catch (InterruptedException e) {
        throw e;
      } catch (NotDeclared e) {
        failure = e;
        progress.step(title + ": " + e.getMessage());
      } catch (Exception e) {
        failure = e;
        progress.step(title + ": FAILED: " + e);
      }
    }

    double median(ToDoubleFunction<Sample> part) {
      return Stats.median(samples.stream().map(sample -> part.applyAsDouble(sample)).toList());
    }
  }
}
