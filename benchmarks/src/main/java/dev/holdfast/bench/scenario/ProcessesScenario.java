// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Floor;
import dev.holdfast.provider.Feature;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Appends by several processes, each with callers of its own. Their commits follow one another, so
 * this says what it costs that a process cannot take along the appends of another. Measured only
 * when it is named.
 */
final class ProcessesScenario implements Scenario {

  private static final List<Integer> PROCESSES = List.of(1, 4);

  @Override
  public String name() {
    return "streams-processes";
  }

  @Override
  public String description() {
    return "only when named: appends by several processes at once";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return PROCESSES.stream()
        .<Case>map(
            processes -> new Appending(processes, store.floor(processes * AppenderProcess.CALLERS)))
        .toList();
  }

  private record Appending(int processes, Floor floor) implements Case {

    @Override
    public String name() {
      return "append, %s of %d callers"
          .formatted(
              processes == 1 ? "1 process" : processes + " processes", AppenderProcess.CALLERS);
    }

    @Override
    public String unit() {
      return "appends/s";
    }

    @Override
    public String reference() {
      return floor.name();
    }

    @Override
    public Sample measure(Round round) throws Exception {
      StateCase.requireDeclared(round, Set.of(Feature.EVENT_STREAMS));
      FloorMeter.Surrounded<Double> seen = round.floor().around(floor, () -> run(round));
      return Sample.of(seen.value(), seen.rate().perSecond());
    }

    private double run(Round round) throws Exception {
      List<StoreProcess> started = new ArrayList<>();
      try (OpenSpace space = OpenSpace.in(round.store())) {
        try {
          for (int n = 0; n < processes; n++) {
            started.add(space.alongside(AppenderProcess::start));
          }
          // Each has just started: as long as what counts.
          counted(started, round.settings().measured().toNanos());
          return counted(started, round.settings().measured().toNanos());
        } finally {
          for (StoreProcess process : started) {
            process.close();
          }
        }
      }
    }

    /** Counts for a time and returns appends per second. */
    private static double counted(List<StoreProcess> processes, long nanos) throws IOException {
      double perSecond = 0;
      List<Count> before = new ArrayList<>();
      for (StoreProcess process : processes) {
        before.add(newest(process.said()));
      }
      for (int n = 0; n < processes.size(); n++) {
        Count from = before.get(n);
        Count to = from;
        while (to.at - from.at < nanos) {
          to = newest(processes.get(n).said());
        }
        perSecond += (to.appended - from.appended) * 1e9 / (to.at - from.at);
      }
      return perSecond;
    }

    /** Reads all that was said before, and waits for one more. */
    private static Count newest(BufferedReader said) throws IOException {
      String line;
      do {
        line = said.readLine();
        if (line == null) {
          throw new EOFException("a process that appends has ended");
        }
      } while (said.ready());
      return new Count(Long.parseLong(line), System.nanoTime());
    }

    private record Count(long appended, long at) {}
  }
}
