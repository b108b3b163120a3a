// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.bench.report.Report;
import dev.holdfast.bench.report.ReportFile;
import dev.holdfast.bench.report.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each scenario runs on SQLite and reports what it should. How fast it was is nobody's business
 * here: the times are far too short to mean anything.
 */
class BenchIT {

  private static final String SECONDS = "0.2";

  @TempDir private Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @ParameterizedTest
  @CsvSource({
    "floor, commits/s, 1",
    "user-one, orch/s, 8",
    "user-five, orch/s, 8",
    "user-waiters, ms CPU/s, 1",
    "runtime-one, orch/s, 1",
    "runtime-five, orch/s, 1",
    "runtime-fanout, activities/s, 1",
    "runtime-chain, executions/s, 1",
    "runtime-timers, timers/s, 1",
    "runtime-latency, µs, 1",
    "runtime-history, µs, 2",
    "runtime-waiting, ms CPU/s, 1"
  })
  void aScenarioReportsItsCases(String scenario, String unit, int cases) throws IOException {
    Report report = measured(scenario);

    assertThat(report.results()).hasSize(cases);
    assertThat(report.results())
        .allSatisfy(result -> {
          assertThat(result.scenario()).isEqualTo(scenario);
          assertThat(result.unit()).isEqualTo(unit);
        });
  }

  @Test
  void growthReportsLoadsReadsAndTurns() throws IOException {
    Report report = measured("growth");

    assertThat(report.results())
        .extracting(Result::unit)
        .containsExactly("orch/s", "orch/s", "µs", "µs", "µs");
    assertThat(report.results().get(0).reference()).isEqualTo("fresh");
  }

  @Test
  void stateReportsWhatIsDeclaredAndSaysWhatIsNot() throws IOException {
    Report report = measured("state");

    assertThat(report.results().size() + report.undeclared().size()).isEqualTo(12);
    assertThat(report.results())
        .filteredOn(result -> result.name().contains("turn"))
        .extracting(Result::unit, Result::reference)
        .containsExactly(
            tuple("turns/s", "R"),
            tuple("turns/s", "R"),
            tuple("turns/s", "R"),
            tuple("turns/s", "without"),
            tuple("turns/s", "without"));
    assertThat(report.undeclared())
        .allSatisfy(left -> assertThat(left.reason()).startsWith("not declared: "));
  }

  @Test
  void streamsReportWhatIsDeclaredAndSayWhatIsNot() throws IOException {
    Report report = measured("streams", "0.05");

    assertThat(report.results().size() + report.undeclared().size()).isEqualTo(33);
    assertThat(report.results())
        .extracting(Result::name, Result::unit, Result::reference)
        .contains(
            tuple("append, 64 callers", "appends/s", "R"),
            tuple("append of 10 with key, 1 caller", "appends/s", "R"),
            tuple("append beside a table, 16 callers", "appends/s", "by hand"),
            tuple("1 append in a turn", "turns/s", "without"),
            tuple("stream of 100 loaded", "events/s", "R"),
            tuple("log read", "events/s", "good"),
            tuple("delivery elsewhere, idle", "µs", "commit p50"));
    assertThat(report.undeclared())
        .allSatisfy(left -> assertThat(left.reason()).startsWith("not declared: "));
  }

  /** ES-41: each in ratios of the floor of its own round. */
  @Test
  void eventSourcingReportsWhatAnApplicationGets() throws IOException {
    Report report = measured("event-sourcing", "0.05");

    assertThat(report.results())
        .extracting(Result::name, Result::unit, Result::reference)
        .containsExactly(
            tuple("command with an id, 1 caller", "commands/s", "R"),
            tuple("command with an id, 16 callers", "commands/s", "R"),
            tuple("load of 10 events with a snapshot", "loads/s", "R"),
            tuple("load of 10 events without", "loads/s", "R"),
            tuple("row of a projection", "rows/s", "R"),
            tuple("rebuild of 10 events", "events/s", "R"));
    assertThat(report.results())
        .last()
        .satisfies(rebuild -> assertThat(rebuild.latencies()).containsOnlyKeys("rebuild"));
  }

  @Test
  void grownStreamsAreComparedWithNewOnes() throws IOException {
    assertThat(measured("streams-growth", "0.05").results())
        .hasSize(3)
        .extracting(Result::reference)
        .containsOnly("fresh");
  }

  @Test
  void processesThatAppendAreCounted() throws IOException {
    assertThat(measured("streams-processes", "0.05").results())
        .extracting(Result::name)
        .containsExactly("append, 1 process of 16 callers", "append, 4 processes of 16 callers");
  }

  @Test
  void callsAreComparedWithTheFloorAndTheGoals() throws IOException {
    Report report = measured("calls");

    assertThat(report.results()).hasSize(5).extracting(Result::reference).containsOnly("R");
    assertThat(report.results())
        .filteredOn(result -> result.goal() != null)
        .allSatisfy(
            result -> assertThat(result.met()).isEqualTo(result.goal().isMetBy(result.ratio())))
        .extracting(Result::name)
        .containsExactly("1 caller", "16 callers", "64 callers");
    assertThat(report.results().get(0).latencies())
        .containsKeys(
            "enqueue", "fetchOrchestration", "ackOrchestration", "fetchActivity", "ackActivity");
  }

  @Test
  void aTableGoesToStdoutAndJsonToTheFile() throws IOException {
    Path json = dir.resolve("report.json");

    int exit = run("--rounds", "2", "--scenario", "floor", "--json", json.toString());

    assertThat(exit).as(err::toString).isZero();
    assertThat(text(out)).contains("| scenario | case", "| floor ");
    Report report = ReportFile.read(json);
    assertThat(report.provider()).isEqualTo("sqlite");
    assertThat(report.quick()).isTrue();
    assertThat(report.rounds()).isEqualTo(2);
    assertThat(report.machine().store()).startsWith("SQLite ").contains("synchronous=FULL");
    assertThat(text(err)).contains("[1/2] floor, ");
  }

  @Test
  void whatWasMadeOnTheDiskIsGoneAfterwards() throws IOException {
    assertThat(measured("batches").results()).hasSize(4);

    try (Stream<Path> left = Files.list(dir.resolve("stores"))) {
      assertThat(left).isEmpty();
    }
  }

  private Report measured(String scenario) throws IOException {
    return measured(scenario, SECONDS);
  }

  private Report measured(String scenario, String seconds) throws IOException {
    int exit = runFor(seconds, "--rounds", "1", "--scenario", scenario, "--json", "-");

    assertThat(exit).as(err::toString).isZero();
    Path json = Files.writeString(dir.resolve("out.json"), text(out));
    Report report = ReportFile.read(json);
    assertThat(report.failures()).isEmpty();
    assertThat(report.results())
        .allSatisfy(result -> {
          assertThat(result.value()).isFinite().isNotNegative();
          assertThat(result.referenceValue()).isFinite().isPositive();
          assertThat(result.ratios()).hasSize(1);
        });
    return report;
  }

  private int run(String... more) {
    return runFor(SECONDS, more);
  }

  private int runFor(String seconds, String... more) {
    List<String> args =
        Stream.concat(
                Stream.of(
                    "--provider",
                    "sqlite",
                    "--quick",
                    "--seconds",
                    seconds,
                    "--scale",
                    "0.0002",
                    "--dir",
                    dir.resolve("stores").toString()),
                Stream.of(more))
            .toList();
    return BenchMain.run(stream(out), stream(err), args.toArray(String[]::new));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
