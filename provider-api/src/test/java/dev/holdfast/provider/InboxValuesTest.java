// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import dev.holdfast.provider.support.InboxChecks;
import dev.holdfast.provider.support.LeasePlace;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.WaitingRunPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Values and checks of inboxes and triggers. */
class InboxValuesTest {

  private static final Instant NOW = Instant.parse("2026-01-31T18:00:00.000001Z");
  private static final InboxKey KEY = new InboxKey("order-17", "review", "trigger");
  private static final NewInboxMessage MESSAGE = NewInboxMessage.of("m1", Payload.utf8("one"));

  private final RequestChecks requests = checks(Feature.CHANGES, Feature.INBOX);
  private final InboxChecks checks = new InboxChecks(requests);

  private static RequestChecks checks(Feature... features) {
    return new RequestChecks(
        new ProviderInfo(
            "some",
            "1",
            ProviderInfo.SPEC_VERSION,
            Set.of(features),
            Limits.floor(),
            Duration.ofSeconds(1)));
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void keysAndTokensRefuseWhatIsNone() {
    assertThat(KEY).hasToString("order-17/review/trigger");
    assertThat(new InboxToken(KEY, 3, 42)).hasToString("message 3 of order-17/review/trigger#42");
    refused(() -> new InboxKey("", "review", "trigger"));
    refused(() -> new InboxKey("order-17", "a\nb", "trigger"));
    refused(() -> new InboxKey("order-17", "review", "x".repeat(257)));
    refused(() -> new InboxToken(KEY, 0, 1));
    refused(() -> new InboxToken(KEY, 1, 0));
  }

  @Test
  void aMessageHasAPayloadOrAReference() {
    assertThat(NewInboxMessage.reference("m1", "").payloadRef()).isEmpty();
    assertThat(NewInboxMessage.of("m1", Payload.empty()).payload()).isEqualTo(Payload.empty());
    assertThat(NewInboxMessage.reference("m1", " a\r\nb ".repeat(512)).payloadRef()).hasSize(3_072);
    refused(() -> new NewInboxMessage("m1", null, null));
    refused(() -> new NewInboxMessage("m1", Payload.empty(), "somewhere"));
    refused(() -> NewInboxMessage.of("", Payload.empty()));
    refused(() -> NewInboxMessage.reference("m1", "x".repeat(4_097)));
    refused(() -> NewInboxMessage.reference("m1", "a\0b"));
    refused(() -> NewInboxMessage.reference("m1", "\uD83D"));
  }

  @Test
  void aConsumeShowsTheTokenOfItsMessage() {
    InboxToken token = new InboxToken(KEY, 3, 42);
    InboxMessage message = new InboxMessage(KEY, 3, MESSAGE, InboxStatus.LOCKED, NOW, null);
    assertThat(ConsumeInbox.of(new InboxItem(message, 1, token)))
        .isEqualTo(new ConsumeInbox(KEY, 3, token));
    assertThat(ConsumeInbox.pending(KEY, 3).lockToken()).isNull();
    assertThat(ConsumeInbox.pending(KEY, 3).runId()).isEqualTo("order-17");
    refused(() -> ConsumeInbox.pending(KEY, 0));
    assertThatThrownBy(() -> new ConsumeInbox(KEY, 4, token))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("message 3 of order-17/review/trigger");
    refused(() -> new ConsumeInbox(new InboxKey("order-17", "review", "other"), 3, token));
    assertThat(new LockLost("apply", token, "gone").instanceId()).isEqualTo("order-17");
  }

  @Test
  void aWakeUpIsForTheRunAndIsNeverSwallowed() {
    OrchestratorMessage wakeUp =
        OrchestratorMessage.builder("order-17", "wake", Payload.empty()).build();
    DeliverTrigger trigger = deliver(wakeUp);
    assertThat(trigger.key()).isEqualTo(new InboxKey("order-17", "review", Triggers.PORT));
    assertThat(trigger.feature()).isEqualTo(Feature.TRIGGERS);
    refused(() -> deliver(OrchestratorMessage.builder("order", "wake", Payload.empty()).build()));
    refused(() ->
        deliver(
            OrchestratorMessage.builder("order-17", "wake", Payload.empty())
                .messageId("once")
                .build()));
    refused(() ->
        deliver(
            OrchestratorMessage.builder("order-17", "wake", Payload.empty())
                .discardIfUnknown(true)
                .build()));
    refused(() -> new DeliverTrigger("order-17", "", MESSAGE, null, wakeUp));
    refused(() -> new Cursor(1, "x".repeat(4_097)));
    assertThat(new Cursor(-1, null).order()).isNegative();
  }

  private static DeliverTrigger deliver(OrchestratorMessage wakeUp) {
    return new DeliverTrigger("order-17", "review", MESSAGE, new Cursor(1, "page 1"), wakeUp);
  }

  @Test
  void wrongArgumentsAreRefused() {
    int most = Limits.floor().maxPageSize();
    checks.checkRead("pending", 0, most);
    refused(() -> checks.checkRead("pending", -1, 1));
    refused(() -> checks.checkRead("pending", 0, 0));
    refused(() -> checks.checkRead("pending", 0, most + 1));
    refused(() -> checks.checkSequence("message", 0));
    refused(() -> checks.checkFetch("fetch", 0, Duration.ofSeconds(1)));
    refused(() -> checks.checkFetch("fetch", most + 1, Duration.ofSeconds(1)));
    refused(() -> checks.checkFetch("fetch", 1, Duration.ZERO));
    refused(() -> checks.checkExtension("renew", Duration.ofNanos(-1)));
    refused(() -> checks.checkCleanUp("cleanUp", NOW, 0));
    refused(() -> checks.checkCleanUp("cleanUp", 0L, 1));
    refused(() -> checks.checkCleanUp("cleanUp", 1L, 0));
    refused(() -> checks.checkRunId("counts", ""));
    refused(() -> checks.checkStep("cursor", "order-17", ""));
    refused(() -> checks.checkPageSize("suspendedRunsWithPendingInputs", 0));
    assertThat(checks.checkCleanUp("cleanUp", NOW.plusNanos(999), 1)).isEqualTo(1769882400000001L);
  }

  @Test
  void whatIsNotDeclaredIsRefused() {
    AppendInbox append = new AppendInbox(KEY, MESSAGE);
    InboxToken token = new InboxToken(KEY, 1, 1);
    requests.check("apply", List.of(append), token);
    assertThatThrownBy(() -> checks(Feature.CHANGES).check("apply", List.of(append), null))
        .isInstanceOfSatisfying(
            NotSupported.class, error -> assertThat(error.feature()).isEqualTo(Feature.INBOX));
    assertThatThrownBy(() -> checks(Feature.CHANGES).check("apply", List.of(), token))
        .isInstanceOf(NotSupported.class);
    Payload tooLarge = Payload.of(new byte[Limits.floor().maxPayloadBytes() + 1]);
    assertThatThrownBy(() ->
            requests.check(
                "apply",
                List.of(append, new AppendInbox(KEY, NewInboxMessage.of("m2", tooLarge))),
                null))
        .isInstanceOfSatisfying(
            InvalidRequest.class, error -> assertThat(error.changeIndex()).isEqualTo(1));
  }

  @Test
  void aPageOfWaitingRunsEndsWhereTheNextOneBegins() {
    WaitingRun first = new WaitingRun("a", 1, NOW);
    WaitingRun second = new WaitingRun("b", 2, NOW);
    WaitingRunPage page = WaitingRunPlace.page(List.of(first, second), 1);
    assertThat(page.rows()).containsExactly(first);
    assertThat(WaitingRunPlace.of("list", page.nextPageToken())).isEqualTo("a");
    assertThat(WaitingRunPlace.of("list", null)).isNull();
    assertThat(WaitingRunPlace.page(List.of(first, second), 2).nextPageToken()).isNull();
    LeaseInfo lease = new LeaseInfo("b", "holder", NOW, NOW);
    String ofLeases =
        Objects.requireNonNull(LeasePlace.page(List.of(lease, lease), 1).nextPageToken());
    refused(() -> WaitingRunPlace.of("list", ofLeases));
    refused(() -> WaitingRunPlace.of("list", "damaged"));
  }
}
