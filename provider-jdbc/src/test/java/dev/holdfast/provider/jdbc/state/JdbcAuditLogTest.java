// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Limits;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The thread that stores, and stores that hang. */
@Timeout(value = 1, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JdbcAuditLogTest {

  private static final Duration LONG = Duration.ofMinutes(10);

  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);
  private final RequestChecks checks =
      new RequestChecks(
          new ProviderInfo(
              "some",
              "1",
              ProviderInfo.SPEC_VERSION,
              Set.of(),
              Limits.floor(),
              Duration.ofSeconds(1)));

  private static AuditEntry entry(int bytes) {
    return new AuditEntry("run", "type", null, Instant.EPOCH, Payload.of(new byte[bytes]));
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("holdfast-audit"))
        .count();
  }

  /** A store whose inserts come back when they are told to. */
  private final class Hanging implements AuditRows {
    @Override
    public void insert(String operation, List<AuditEntry> entries) {
      hanging.countDown();
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public List<AuditRecord> read(String operation, AuditSql.Query query) {
      throw new AssertionError("nobody reads");
    }

    @Override
    public int cleanUp(String operation, long storedBefore, int most) {
      throw new AssertionError("nobody cleans up");
    }
  }

  @Test
  void thereIsNoThreadBeforeTheFirstEntry() throws InterruptedException {
    while (threads() > 0) {
      Thread.onSpinWait(); // that of another test, which has been told to end
    }
    try (JdbcAuditLog log = new JdbcAuditLog(new Hanging(), checks)) {
      assertThat(log.flush(LONG)).isTrue();
      assertThat(threads()).isZero();
      assertThat(log.offer(entry(1))).isTrue();
      hanging.await();
      assertThat(threads()).isOne();
      goOn.countDown();
    }
  }

  @Test
  void aStoreThatHangsKeepsNobody() throws InterruptedException {
    JdbcAuditLog log = new JdbcAuditLog(new Hanging(), checks);
    assertThat(log.offer(entry(1))).isTrue();
    hanging.await();
    assertThat(log.offer(entry(2))).isTrue();
    assertThat(log.flush(Duration.ofMillis(1))).isFalse();
    log.close();
    assertThat(log.counts()).isEqualTo(new AuditCounts(2, 0, 2, 0));
    assertThat(log.offer(entry(3))).isFalse();
    assertThatThrownBy(() -> log.flush(LONG)).isInstanceOf(InvalidRequest.class);
    goOn.countDown();
  }

  @Test
  void whatIsTooLargeIsDroppedAndCounted() {
    try (JdbcAuditLog log = new JdbcAuditLog(new Hanging(), checks)) {
      assertThat(log.offer(entry(Limits.floor().maxPayloadBytes() + 1))).isFalse();
      assertThat(log.counts()).isEqualTo(new AuditCounts(1, 0, 1, 0));
    }
  }
}
