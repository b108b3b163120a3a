// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.ExecutionStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

final class EndedSignalTest {

  private static final Duration LONG = Duration.ofHours(1);

  private final EndedSignal signal = new EndedSignal(LONG, LONG);
  private final Set<String> ended = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<List<String>> reads = new LinkedBlockingQueue<>();

  private List<EndedInstance> read(List<String> ids) {
    List<EndedInstance> found =
        ids.stream()
            .filter(ended::contains)
            .map(id -> new EndedInstance(id, 1, ExecutionStatus.COMPLETED, null, null))
            .toList();
    reads.add(ids); // what ends once this is seen belongs to a later read
    return found;
  }

  private CompletableFuture<List<String>> reading(String... ids) {
    CompletableFuture<List<String>> result = new CompletableFuture<>();
    Thread.startVirtualThread(() -> {
      try {
        result.complete(
            signal.read(new EndedRead(List.of(ids), LONG), () -> {}, this::read).stream()
                .map(EndedInstance::instanceId)
                .toList());
      } catch (RuntimeException | Error e) {
        result.completeExceptionally(e);
      }
    });
    return result;
  }

  private void tell(String id) {
    signal.mayHaveEnded(List.of(EndedSignal.hash(id)));
  }

  @Test
  void aHintReadsOnlyWhatItConcerns() throws Exception {
    CompletableFuture<List<String>> result = reading("a", "b", "c");
    assertEquals(List.of("a", "b", "c"), reads.take());
    tell("b");
    assertEquals(List.of("b"), reads.take());
    assertFalse(result.isDone());
    ended.add("c");
    tell("c");
    assertEquals(List.of("c"), reads.take());
    assertEquals(List.of("c"), result.get());
  }

  @Test
  void instancesOfOneNumberAreReadTogether() throws Exception {
    assertEquals(EndedSignal.hash("Aa"), EndedSignal.hash("BB"));
    CompletableFuture<List<String>> result = reading("Aa", "BB", "c");
    reads.take();
    ended.add("BB");
    tell("Aa");
    assertEquals(List.of("Aa", "BB"), reads.take());
    assertEquals(List.of("BB"), result.get());
  }

  @Test
  void aHintThatConcernsNobodyWakesNobody() throws Exception {
    CompletableFuture<List<String>> result = reading("a");
    reads.take();
    tell("other");
    signal.anyMayHaveEnded();
    assertEquals(List.of("a"), reads.take());
    assertTrue(reads.isEmpty());
    signal.close();
    assertEquals(List.of(), result.get());
  }

  @Test
  void anEndDuringTheFirstReadIsNotMissed() {
    List<List<String>> asked = Collections.synchronizedList(new ArrayList<>());
    List<EndedInstance> found =
        signal.read(
            new EndedRead(List.of("a"), LONG),
            () -> {},
            ids -> {
              asked.add(ids);
              List<EndedInstance> before = read(ids);
              if (asked.size() == 1) {
                ended.add("a");
                tell("a");
              }
              return before;
            });
    assertEquals(1, found.size());
    assertEquals(List.of(List.of("a"), List.of("a")), asked);
  }

  @Test
  void withoutHintsItReadsAgainByItself() {
    EndedSignal polling = new EndedSignal(Duration.ofMillis(1), Duration.ofMillis(2));
    List<EndedInstance> found =
        polling.read(
            new EndedRead(List.of("a"), LONG),
            () -> {},
            ids -> {
              if (reads.size() == 5) {
                ended.add("a");
              }
              return read(ids);
            });
    assertEquals(1, found.size());
    assertEquals(6, reads.size());
  }
}
