// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.support.EndedSignal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class UntoldEndsTest {

  private static final Duration LONG = Duration.ofHours(1);
  private static final int NOTIFICATION_BYTES = 8_000;

  private final UntoldEnds untold = new UntoldEnds();

  /** What a call that waits for two instances reads when it hears a text. */
  private static List<String> readAfter(String text) {
    EndedSignal signal = new EndedSignal(LONG, LONG);
    List<List<String>> reads = new ArrayList<>();
    signal.read(
        new EndedRead(List.of("order-1", "order-2"), LONG),
        () -> {},
        ids -> {
          reads.add(ids);
          if (reads.size() == 1) {
            UntoldEnds.read(text, signal);
          } else {
            signal.close();
          }
          return List.of();
        });
    return reads.get(1);
  }

  @Test
  void whatIsToldIsRead() {
    untold.add(List.of("order-2", "another"));
    assertThat(readAfter(untold.take())).containsExactly("order-2");
    assertThat(untold.take()).isEmpty();
  }

  @Test
  void manyFitAndMoreMeanAny() {
    List<String> ids = IntStream.range(0, 800).mapToObj(i -> "instance " + i * 7919L).toList();
    untold.add(ids);
    String text = untold.take();
    assertThat(text.split(" ")).hasSize(800);
    assertThat(text.length()).isLessThan(NOTIFICATION_BYTES - 100);
    untold.add(ids);
    untold.add(List.of("one", "two"));
    assertThat(readAfter(untold.take())).containsExactly("order-1", "order-2");
  }

  @Test
  void whatCannotBeReadMeansAny() {
    assertThat(readAfter("of a later version!")).containsExactly("order-1", "order-2");
  }
}
