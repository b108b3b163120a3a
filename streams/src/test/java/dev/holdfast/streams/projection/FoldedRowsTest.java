// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.LogPosition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Any number of rows, of which few are in memory. */
final class FoldedRowsTest {

  private static final int HELD = 50;
  private static final String CLEF = "\uD834\uDD1E"; // behind all of one unit, also behind \uFFFD

  private final NavigableMap<String, FoldedRow> right = new TreeMap<>(CodePoints::compare);
  private final Random random = new Random(7);

  private String key() {
    String key = "k-" + random.nextInt(3_000);
    return switch (random.nextInt(3)) {
      case 0 -> key;
      case 1 -> key + CLEF;
      default -> key + "\uFFFD";
    };
  }

  private FoldedRow row(int number) {
    Payload value = Payload.utf8("v".repeat(random.nextInt(200)) + number);
    return new FoldedRow(
        key(), random.nextInt(10) == 0 ? null : value, new LogPosition(number, number % 3));
  }

  private static List<FoldedRow> all(FoldedRows rows, String after) {
    List<FoldedRow> found = new ArrayList<>();
    rows.behind(after).forEachRemaining(found::add);
    return found;
  }

  @Test
  void rowsAreTheSameWhereverTheyAre() {
    try (FoldedRows rows = new FoldedRows(HELD)) {
      for (int i = 1; i <= 10_000; i++) {
        FoldedRow row = row(i);
        rows.put(row);
        right.put(row.key(), row);
        String asked = key();
        assertThat(rows.find(asked)).isEqualTo(right.get(asked));
        if (i % 1_000 == 1) {
          assertThat(all(rows, null)).containsExactlyElementsOf(right.values());
          assertThat(all(rows, asked))
              .containsExactlyElementsOf(right.tailMap(asked, false).values());
        }
      }
      assertThat(right).hasSizeGreaterThan(50 * HELD);
      assertThat(rows.mostHeld()).isEqualTo(HELD);
      assertThat(rows.files()).isBetween(1, 10); // of two hundred that were written
      rows.clear();
      assertThat(all(rows, null)).isEmpty();
      assertThat(rows.find(right.firstKey())).isNull();
    }
  }

  @Test
  void aRowLargerThanABlockIsFound() {
    try (FoldedRows rows = new FoldedRows(2)) {
      List<FoldedRow> put = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        put.add(new FoldedRow("k" + i, Payload.of(new byte[100_000 * i]), LogPosition.START));
        rows.put(put.getLast());
      }
      assertThat(all(rows, null)).isEqualTo(put);
      assertThat(rows.find("k8")).isEqualTo(put.get(8));
      assertThat(rows.find("k80")).isNull();
      assertThat(rows.find("a")).isNull();
    }
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFileThatCannotBeWrittenToItsEndDoesNotStay() {
    IllegalStateException failure = new IllegalStateException("another file cannot be read");
    Set<Path> made = new HashSet<>();
    Set<Path> before = files();
    Iterator<FoldedRow> failing =
        Stream.generate(
                () -> {
                  made.addAll(files());
                  throw failure;
                })
            .map(FoldedRow.class::cast)
            .iterator();

    assertThatThrownBy(() -> new SortedRun(failing)).isSameAs(failure);
    made.removeAll(before);
    assertThat(made).isNotEmpty();
    while (!Collections.disjoint(files(), made)) { // those of other processes do not stay either
      Thread.onSpinWait();
    }
  }

  private static Set<Path> files() {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(path -> path.getFileName().toString().startsWith("holdfast-fold-"))
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void fewRowsMakeNoFile() {
    try (FoldedRows rows = new FoldedRows(HELD)) {
      for (int i = 0; i < HELD - 1; i++) {
        rows.put(new FoldedRow("k" + i, null, LogPosition.START));
      }
      assertThat(rows.files()).isZero();
    }
  }
}
