// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The metrics on a file (ES-27), and by hand. */
class MetricsTest extends MetricsContract {

  @TempDir private Path dir;

  @Test
  void theRowsAreTheComputedTableOnSqlite() throws Exception {
    theRowsAreTheComputedTable("sqlite:" + dir.resolve("metrics.db"));
  }

  /** Numbers that anybody can check: 1 to 20, each once. */
  @Test
  void percentilesAreNearestRanks() {
    Measures sum =
        IntStream.rangeClosed(1, 20)
            .mapToObj(
                millis -> new Measures.Made(Actor.SCORE, millis > 18, new Call(10, 2, millis)))
            .map(Measures.Made::measures)
            .reduce(Measures.NONE, Measures::plus);
    TreeMap<Integer, Long> durations = new TreeMap<>();
    IntStream.rangeClosed(1, 20).forEach(millis -> durations.put(millis, 1L));
    assertThat(sum).isEqualTo(new Measures(20, 2, 200, 40, 210, 10, 19, durations));
  }

  @Test
  void twoRowsAddUpInAnyOrder() {
    Measures one = new Measures.Made(Actor.SCORE, false, new Call(1, 2, 30)).measures();
    Measures other = new Measures.Made(Actor.SCORE, true, new Call(4, 5, 60)).measures();
    assertThat(one.plus(other)).isEqualTo(other.plus(one));
    assertThat(one.plus(Measures.NONE)).isEqualTo(one);
    assertThat(one.plus(other).p50()).isEqualTo(30);
    assertThat(one.plus(other).p95()).isEqualTo(60);
  }
}
