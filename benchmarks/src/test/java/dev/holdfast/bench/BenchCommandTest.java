// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bench.report.Report;
import dev.holdfast.bench.report.ReportFile;
import dev.holdfast.bench.report.Samples;
import dev.holdfast.bench.scenario.Scenario;
import dev.holdfast.bench.scenario.Scenarios;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line, as far as it goes without measuring. */
class BenchCommandTest {

  @TempDir private Path dir;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void helpTellsTheOptions() {
    assertThat(run("--help")).isZero();
    assertThat(text(out)).contains("--provider", "--scenario", "--json", "--quick", "--compare");
  }

  @Test
  void theScenariosAreListed() {
    assertThat(run("--list")).isZero();
    for (Scenario scenario : Scenarios.all()) {
      assertThat(text(out)).contains(scenario.name() + " ");
    }
    assertThat(text(out)).contains("peers ", "streams-growth ", "only when named");
  }

  @Test
  void aRunOfEverythingLeavesOutWhatRunsNotEverywhere() {
    assertThat(Scenarios.all())
        .extracting(Scenario::name)
        .doesNotContain("peers", "streams-growth", "streams-processes");
    assertThat(Scenarios.all())
        .allSatisfy(scenario -> assertThat(scenario.obstacle("sqlite")).isNull());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--provider oracle; no provider \"oracle\"",
        "--scenario flying; no scenario \"flying\"",
        "--rounds 0; --rounds starts at 1",
        "--seconds -1; --seconds is above 0",
        "--scale 2; at most 1",
        "--provider sqlite --url postgres://nowhere/x; --url is for postgres",
        "--scenario peers; peers compares on PostgreSQL only; name a server with --url",
        "--scenario floor,peers --provider sqlite; peers compares on PostgreSQL only",
        "--scenario peers --url postgres://nowhere/x; peers needs the module benchmarks-peers",
        "--scenario peers --provider postgres; ./holdfast bench --scenario peers builds it",
        "--fly; Unknown option: '--fly'",
        "--compare nothing.json nothing.json; cannot read nothing.json"
      })
  void whatIsNotThereIsRefusedInOneLine(String args, String reason) {
    assertThat(run(args.split(" "))).isEqualTo(BenchMain.BAD_INPUT);
    assertThat(text(out)).isEmpty();
    assertThat(text(err)).startsWith("holdfast bench: ").contains(reason).hasLineCount(1);
  }

  @Test
  void twoReportsAreComparedByTheirRatios() throws IOException {
    Path a = write("a.json", Samples.report(Samples.result("calls", "1 caller", 0.10)));
    Path b =
        write(
            "b.json",
            Samples.report(
                Samples.result("calls", "1 caller", 0.15),
                Samples.result("calls", "4 callers", 0.05)));

    assertThat(run("--compare", a.toString(), b.toString())).as(err::toString).isZero();
    assertThat(text(out))
        .contains("| calls    | 1 caller  | 0.100 | 0.150 | 1.50  |")
        .contains("| calls    | 4 callers | -     | 0.050 | -     |");
  }

  private Path write(String name, Report report) throws IOException {
    return Files.writeString(dir.resolve(name), ReportFile.toJson(report));
  }

  private int run(String... args) {
    return BenchMain.run(stream(out), stream(err), args);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
