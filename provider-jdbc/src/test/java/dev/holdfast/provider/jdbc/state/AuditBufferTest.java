// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.jdbc.state.AuditBuffer.Offer;
import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What waits, by number and bytes, and what becomes of it. A wait that does not end is a failure.
 */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AuditBufferTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final AuditBuffer buffer = new AuditBuffer();

  private static AuditEntry entry(int number) {
    return new AuditEntry("run", "type", null, Instant.EPOCH, Payload.utf8("" + number));
  }

  private static AuditEntry large(int bytes) {
    return new AuditEntry("run", "type", "step", Instant.EPOCH, Payload.of(new byte[bytes]));
  }

  private List<AuditEntry> next() {
    return buffer.next(Duration.ZERO);
  }

  @Test
  void whatFindsItFullIsDroppedAndWhatIsInItStays() {
    for (int n = 0; n < AuditBuffer.MOST_ENTRIES; n++) {
      assertThat(buffer.offer(entry(n))).isEqualTo(Offer.ACCEPTED);
    }
    assertThat(buffer.offer(entry(-1))).isEqualTo(Offer.FULL);
    int most = AuditBuffer.MOST_ENTRIES;
    assertThat(buffer.counts()).isEqualTo(new AuditCounts(most + 1, 0, 1, most));

    List<AuditEntry> batch = next();
    assertThat(batch).hasSize(AuditBuffer.BATCH_ENTRIES).startsWith(entry(0), entry(1));
    assertThat(buffer.offer(entry(-1))).as("a batch under way counts").isEqualTo(Offer.FULL);
    assertThat(next()).as("a batch that failed is the next one again").isEqualTo(batch);
    buffer.stored(batch.size());
    assertThat(next()).startsWith(entry(AuditBuffer.BATCH_ENTRIES));
    assertThat(buffer.offer(entry(-1))).isEqualTo(Offer.ACCEPTED);
  }

  @Test
  void bytesAreBoundedToo() {
    int half = (int) (AuditBuffer.MOST_BYTES / 2);
    assertThat(buffer.offer(large(2 * half))).as("a single larger one").isEqualTo(Offer.ACCEPTED);
    assertThat(buffer.offer(entry(1))).isEqualTo(Offer.FULL);
    buffer.stored(next().size());
    assertThat(buffer.offer(large(half))).isEqualTo(Offer.ACCEPTED);
    assertThat(buffer.offer(large(half))).isEqualTo(Offer.FULL);
    assertThat(buffer.offer(entry(1))).isEqualTo(Offer.ACCEPTED);
    assertThat(next()).as("a large one goes alone").hasSize(1);
    buffer.stored(1);
    assertThat(next()).containsExactly(entry(1));
  }

  @Test
  void aFlushThatRunsOutOfTimeLosesNothing() {
    buffer.offer(entry(1));
    assertThat(buffer.flush(Duration.ZERO)).isFalse();
    assertThat(buffer.counts()).isEqualTo(new AuditCounts(1, 0, 0, 1));
    buffer.stored(next().size());
    assertThat(buffer.flush(Duration.ZERO)).isTrue();
    assertThat(buffer.counts()).isEqualTo(new AuditCounts(1, 1, 0, 0));
  }

  @Test
  void aFlushCutsAPauseShort() {
    buffer.offer(entry(1));
    Thread storing = Thread.ofPlatform().start(() -> buffer.stored(buffer.next(LONG).size()));
    assertThat(buffer.flush(LONG)).isTrue();
    assertThat(storing.isInterrupted()).isFalse();
  }

  @Test
  void aFlushWaitsForAllBatches() {
    for (int n = 0; n < 3 * AuditBuffer.BATCH_ENTRIES + 1; n++) {
      buffer.offer(entry(n));
    }
    Thread.ofPlatform()
        .start(() -> {
          for (int batches = 0; batches < 4; batches++) {
            buffer.stored(next().size());
          }
        });
    assertThat(buffer.flush(LONG)).isTrue();
    assertThat(buffer.counts().waiting()).isZero();
  }

  @Test
  void anInterruptEndsAFlushAndIsKept() {
    buffer.offer(entry(1));
    Thread.currentThread().interrupt();
    assertThat(buffer.flush(LONG)).isFalse();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aCloseDropsWhatIsLeft() {
    buffer.offer(entry(1));
    buffer.offer(entry(2));
    List<AuditEntry> underWay = next();
    assertThat(buffer.close(Duration.ZERO)).isEqualTo(2);
    assertThat(buffer.offer(entry(3))).isEqualTo(Offer.CLOSED);
    assertThat(buffer.counts()).isEqualTo(new AuditCounts(3, 0, 3, 0));
    assertThat(next()).isEmpty();
    assertThat(buffer.close(LONG)).isZero();

    buffer.stored(underWay.size());
    assertThat(buffer.counts())
        .as("a batch was stored after all")
        .isEqualTo(new AuditCounts(3, 2, 1, 0));
  }

  @Test
  void aCloseWaitsForWhatIsLeftAndKeepsAnInterrupt() {
    buffer.offer(entry(1));
    Thread.ofPlatform().start(() -> buffer.stored(next().size()));
    Thread.currentThread().interrupt();
    assertThat(buffer.close(LONG)).isZero();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(buffer.counts()).isEqualTo(new AuditCounts(1, 1, 0, 0));
  }
}
