// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that exist are well formed, immutable and silent about payloads. */
class ValuesTest {

  private static final Payload BODY = Payload.utf8("secret");

  private static void refused(ThrowingCallable construction, String... words) {
    assertThatThrownBy(construction)
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContainingAll(words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\u0000b", "a\nb", "\u007f", "\ud83d", "x\udc00", "\udc00\ud83d"})
  void badIdentifiersAreRefusedEverywhere(String bad) {
    refused(() -> OrchestratorMessage.of(bad, "kind", BODY), "instanceId");
    refused(() -> OrchestratorMessage.of("id", bad, BODY), "kind");
    refused(
        () -> OrchestratorMessage.builder("id", "kind", BODY).messageId(bad).build(), "messageId");
    refused(() -> ExecutionStart.of(bad), "name");
    refused(() -> new ExecutionStart("name", bad, null), "version");
    refused(() -> new ExecutionStart("name", null, bad), "parentInstanceId");
    refused(() -> new HistoryEvent(1, bad, BODY, Instant.EPOCH), "kind");
    refused(() -> new ActivityIdentity(bad, 1, 1), "instanceId");
    refused(() -> TagFilter.tags(bad), "tag");
    refused(() -> SessionClaim.of(bad, Duration.ofSeconds(1)), "owner");
    refused(() -> new KeyValueMutation.Set(bad, BODY), "key");
    refused(() -> ExecutionMetadata.builder().name(bad).build(), "name");
  }

  @ParameterizedTest
  @ValueSource(strings = {" ", "a b ", "é", "e\u0301", "😀", "%_'\"/\\", "DROP TABLE x;--"})
  void unusualIdentifiersAreAccepted(String good) {
    assertThat(OrchestratorMessage.of(good, good, BODY).instanceId()).isEqualTo(good);
  }

  @Test
  void aRepeatPrintsAsInTheRules() {
    assertThat(AckResult.alreadyApplied()).hasToString("AlreadyApplied");
  }

  @Test
  void identifiersMayHave256UnitsAndNoMore() {
    assertThat(ExecutionStart.of("€".repeat(256)).name()).hasSize(256);
    refused(() -> ExecutionStart.of("€".repeat(257)), "name", "257", "256");
  }

  @Test
  void unknownIsNoVersion() {
    refused(() -> new ExecutionStart("name", "unknown", null), "unknown");
    refused(() -> ExecutionMetadata.builder().name("n").version("unknown").build(), "unknown");
    refused(() -> ExecutionMetadata.builder().version("1").build(), "without a name");
  }

  @Test
  void idsStartAtOne() {
    refused(() -> new HistoryEvent(0, "k", BODY, Instant.EPOCH), "eventId", "0");
    refused(() -> new ActivityIdentity("i", 0, 1), "executionId");
    refused(() -> new ActivityIdentity("i", 1, -1), "activityId", "-1");
    refused(
        () -> OrchestrationAck.builder(new LockToken.OfInstance("i", 1), 0).build(), "executionId");
    refused(() -> new LockToken.OfInstance("i", 0), "epoch");
  }

  @Test
  void requestsRefuseWhatMakesNoSense() {
    refused(() -> OrchestrationFetch.of(0, Duration.ofSeconds(1)), "max");
    refused(() -> OrchestrationFetch.of(1, Duration.ZERO), "lockFor");
    refused(
        () -> OrchestrationFetch.of(1, Duration.ofSeconds(1)).withWaitUpTo(Duration.ofNanos(-1)),
        "waitUpTo");
    refused(
        () -> OrchestrationFetch.of(1, Duration.ofSeconds(1)).withInlineHistory(-1),
        "inlineHistory");
    refused(() -> ActivityFetch.of(0, Duration.ofSeconds(1)), "max");
    refused(() -> AbandonOptions.after(Duration.ofNanos(-1)), "delay");
    refused(() -> Due.in(Duration.ofNanos(-1)), "delay");
    refused(TagFilter::tags, "no tag");
    refused(
        () -> new VersionRange(new RuntimeVersion(2, 0, 0), new RuntimeVersion(1, 9, 9)),
        "2.0.0",
        "1.9.9");
  }

  @Test
  void instantsAreCutToMicrosecondsTowardsThePast() {
    assertThat(Due.at(Instant.parse("2026-01-01T00:00:00.123456789Z")))
        .isEqualTo(new Due.At(Instant.parse("2026-01-01T00:00:00.123456Z")));
    assertThat(
            new HistoryEvent(1, "k", BODY, Instant.parse("1969-12-31T23:59:59.999999999Z"))
                .recordedAt())
        .isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
    refused(() -> Due.at(Instant.parse("+10000-01-01T00:00:00Z")), "9999");
  }

  @Test
  void listsAreDetached() {
    List<HistoryEvent> events =
        new ArrayList<>(List.of(new HistoryEvent(1, "k", BODY, Instant.EPOCH)));
    OrchestrationAck ack =
        OrchestrationAck.builder(new LockToken.OfInstance("i", 1), 1).historyDelta(events).build();
    events.clear();
    assertThat(ack.historyDelta()).hasSize(1);
  }

  @Test
  void payloadsAreDetachedAndEqualByContent() {
    byte[] bytes = {1, 2, 3};
    Payload payload = Payload.of(bytes);
    bytes[0] = 9;
    payload.toByteArray()[1] = 9;
    assertThat(payload)
        .isEqualTo(Payload.of(new byte[] {1, 2, 3}))
        .hasSameHashCodeAs(Payload.of(new byte[] {1, 2, 3}));
    assertThat(payload.asByteBuffer().isReadOnly()).isTrue();
    assertThat(Payload.of(new byte[0])).isEqualTo(Payload.empty()).isNotEqualTo(payload);
  }

  @Test
  void textIsNeverDamagedInSilence() {
    assertThat(Payload.utf8("grüße 😀").asUtf8()).isEqualTo("grüße 😀");
    refused(() -> Payload.utf8("\ud83d"), "surrogate");
    refused(() -> Payload.of(new byte[] {(byte) 0xff}).asUtf8(), "UTF-8");
  }

  @Test
  void nothingPrintsAPayload() {
    OrchestratorMessage message = OrchestratorMessage.of("i", "k", BODY);
    OrchestrationAck ack =
        OrchestrationAck.builder(new LockToken.OfInstance("i", 1), 1)
            .historyDelta(List.of(new HistoryEvent(1, "k", BODY, Instant.EPOCH)))
            .messages(List.of(message))
            .metadata(
                ExecutionMetadata.builder()
                    .output(BODY)
                    .customStatus(new CustomStatusChange.Set(BODY))
                    .keyValue(new KeyValueMutation.Set("key", BODY))
                    .build())
            .build();
    assertThat(ack.toString()).doesNotContain("secret").contains("6 bytes");
  }

  @Test
  void tagFiltersMatchExactly() {
    assertThat(TagFilter.untagged().matches(null)).isTrue();
    assertThat(TagFilter.untagged().matches("a")).isFalse();
    assertThat(TagFilter.tags("a").matches("A")).isFalse();
    assertThat(TagFilter.tags("a").matches(null)).isFalse();
    assertThat(TagFilter.untaggedOr("a").matches(null)).isTrue();
    assertThat(TagFilter.untaggedOr("a").matches("a")).isTrue();
    assertThat(TagFilter.any().matches("x")).isTrue();
    assertThat(TagFilter.none().matches(null)).isFalse();
  }

  @Test
  void versionsCompareNumberByNumber() {
    assertThat(new RuntimeVersion(1, 10, 0)).isGreaterThan(new RuntimeVersion(1, 9, 0));
    assertThat(new RuntimeVersion(1, 1, 0)).isGreaterThan(new RuntimeVersion(1, 0, 1_000_000));
    VersionFilter nothing = new VersionFilter(List.of());
    assertThat(nothing.matches(null)).isFalse();
    VersionFilter ones =
        new VersionFilter(
            List.of(new VersionRange(new RuntimeVersion(1, 2, 3), new RuntimeVersion(1, 9, 9))));
    assertThat(ones.matches(null)).isTrue();
    assertThat(ones.matches(new RuntimeVersion(1, 2, 3))).isTrue();
    assertThat(ones.matches(new RuntimeVersion(1, 9, 10))).isFalse();
  }

  @Test
  void aRuntimeVersionIsReadAsItIsWritten() {
    RuntimeVersion version = new RuntimeVersion(1, 10, Integer.MAX_VALUE);
    assertThat(RuntimeVersion.parse(version.toString())).isEqualTo(version);
    for (String wrong :
        List.of("", "1.2", "1.2.3.4", "1.2.", "1.2.x", "1.2.-3", "1.2.9999999999")) {
      assertThatThrownBy(() -> RuntimeVersion.parse(wrong))
          .as(wrong)
          .isInstanceOf(ProviderError.InvalidRequest.class);
    }
  }

  @Test
  void aFetchIsRoutedByATagOrASession() {
    ActivityFetch plain = ActivityFetch.of(1, Duration.ofSeconds(1));
    assertThat(plain.isRouted()).isFalse();
    assertThat(plain.withTagFilter(TagFilter.any()).isRouted()).isTrue();
    assertThat(plain.withSession(SessionClaim.of("owner", Duration.ofSeconds(1))).isRouted())
        .isTrue();
  }
}
