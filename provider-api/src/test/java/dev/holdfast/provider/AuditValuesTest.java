// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditPage;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.AuditRecord;
import dev.holdfast.provider.state.SequenceRange;
import dev.holdfast.provider.support.AuditPlace;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Values and checks of the audit log. */
class AuditValuesTest {

  private static final Instant NOW = Instant.parse("2026-01-31T18:00:00.000001Z");

  private final RequestChecks checks =
      new RequestChecks(
          new ProviderInfo(
              "some",
              "1",
              ProviderInfo.SPEC_VERSION,
              Set.of(),
              Limits.floor(),
              Duration.ofSeconds(1)));

  private static AuditEntry entry(String run, String type, int bytes) {
    return new AuditEntry(run, type, null, NOW.plusNanos(999), Payload.of(new byte[bytes]));
  }

  private static AuditRecord record(long sequence) {
    return new AuditRecord(sequence, NOW, entry("run", "type", 0));
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void wrongPartsAreRefused() {
    assertThat(entry("run", "type", 1).happenedAt()).isEqualTo(NOW);
    refused(() -> entry("", "type", 1));
    refused(() -> entry("run", "a\nb", 1));
    refused(() -> AuditFilter.builder().runId("").build());
    refused(() -> AuditFilter.builder().stepId("x".repeat(257)).build());
    refused(() -> AuditFilter.builder().types(Set.of("")).build());
    refused(() -> AuditFilter.builder().types(types(AuditFilter.MAX_TYPES + 1)).build());
    assertThat(AuditFilter.builder().types(types(AuditFilter.MAX_TYPES)).build().types())
        .hasSize(AuditFilter.MAX_TYPES);
    refused(() -> AuditQuery.newest(AuditFilter.all(), 0));
    int most = Limits.floor().maxPageSize();
    refused(() -> checks.check("query", AuditQuery.oldest(AuditFilter.all(), most + 1)));
    refused(() -> checks.checkWithin("flush", Duration.ofNanos(-1)));
    assertThat(checks.fits(entry("run", "type", Limits.floor().maxPayloadBytes()))).isTrue();
    assertThat(checks.fits(entry("run", "type", Limits.floor().maxPayloadBytes() + 1))).isFalse();
  }

  private static Set<String> types(int count) {
    return IntStream.range(0, count).mapToObj(n -> "type " + n).collect(Collectors.toSet());
  }

  @Test
  void whatComesBehindTheLastNumberIsNothing() {
    assertThat(SequenceRange.after(7)).isEqualTo(new SequenceRange(8, Long.MAX_VALUE));
    SequenceRange none = SequenceRange.after(Long.MAX_VALUE);
    assertThat(none.from()).isEqualTo(none.to());
  }

  @Test
  void aPageEndsWhereTheNextOneBegins() {
    AuditQuery query = AuditQuery.newest(AuditFilter.all(), 2);
    AuditPage page = AuditPlace.page(query, List.of(record(9), record(7), record(4)));
    String token = Objects.requireNonNull(page.nextPageToken());

    assertThat(page.rows()).containsExactly(record(9), record(7));
    assertThat(AuditPlace.of("query", query)).isNull();
    assertThat(AuditPlace.of("query", query.from(token))).isEqualTo(new AuditPlace(7));
    assertThat(AuditPlace.page(query, List.of(record(9), record(7))).nextPageToken()).isNull();
    refused(() -> AuditPlace.of("query", query.from(token + "A")));
  }

  @Test
  void aTokenBelongsToItsFilterAndDirection() {
    AuditFilter some = AuditFilter.builder().runId("run").build();
    AuditQuery query = AuditQuery.newest(some, 1);
    String token =
        Objects.requireNonNull(
            AuditPlace.page(query, List.of(record(9), record(7))).nextPageToken());

    assertThat(AuditPlace.of("query", AuditQuery.newest(some, 5).from(token)))
        .isEqualTo(new AuditPlace(9));
    for (AuditQuery other :
        List.of(
            AuditQuery.oldest(some, 1),
            AuditQuery.newest(AuditFilter.all(), 1),
            AuditQuery.newest(AuditFilter.builder().stepId("run").build(), 1),
            AuditQuery.newest(AuditFilter.builder().types(Set.of("run")).build(), 1))) {
      refused(() -> AuditPlace.of("query", other.from(token)));
    }
  }
}
