// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changes stay with their acks, and errors say which one they are about. */
class ChangeValuesTest {

  private static final LockToken TURN = new LockToken.OfInstance("order", 1);
  private static final LockToken WORK =
      new LockToken.OfActivity(new ActivityIdentity("order", 1, 1), 1);
  private static final Change CHANGE =
      new SendMessage(OrchestratorMessage.of("other", "poke", Payload.utf8("x")));

  private static RequestChecks checks(Feature... declared) {
    return new RequestChecks(
        new ProviderInfo(
            "some",
            "1",
            ProviderInfo.SPEC_VERSION,
            Set.of(declared),
            Limits.floor().withMaxPayloadBytes(10),
            Duration.ofSeconds(1)));
  }

  @Test
  void copiesOfAcksKeepTheirChanges() {
    List<Change> changes = new ArrayList<>(List.of(CHANGE));
    ActivityAck ack = ActivityAck.of(WORK, null).withChanges(changes);
    OrchestrationAck turn = OrchestrationAck.builder(TURN, 1).changes(changes).build();
    changes.clear();
    assertThat(ack.withEager(null).changes()).containsExactly(CHANGE);
    assertThat(turn.changes()).containsExactly(CHANGE);
    assertThat(ActivityAck.of(WORK, null).changes()).isEmpty();
    assertThat(turn.withChanges(List.of()).changes()).isEmpty();
  }

  @Test
  void copiesOfResultsKeepTheOthers() {
    AckResult.Applied applied =
        new AckResult.Applied(List.of(), null, AckResult.applied())
            .withResults(List.of(new MessageSent(true)));
    assertThat(applied.withEagerInstance(null)).isEqualTo(applied);
    assertThat(applied.turnAhead()).isEqualTo(AckResult.applied());
  }

  @Test
  void anErrorSaysOnceWhichChangeItIsAbout() {
    Permanent error = new IdempotencyMismatch("apply", "other", "id");
    assertThat(error.changeIndex()).isNull();
    assertThat(error.atChange(2).changeIndex()).isEqualTo(2);
    assertThat(error).hasMessageEndingWith("(change 2)");
    assertThatThrownBy(() -> error.atChange(3)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void conflictsSayWhatTheyFound() {
    VersionConflict conflict = new VersionConflict("apply", "order", "run order", 3, 4);
    assertThat(conflict.subject()).isEqualTo("run order");
    assertThat(conflict.expectedVersion()).isEqualTo(3);
    assertThat(conflict.foundVersion()).isEqualTo(4);
    assertThat(conflict.instanceId()).isEqualTo("order");
    IllegalTransition illegal =
        new IllegalTransition("apply", "order", "run order", "completed", "running");
    assertThat(illegal.from()).isEqualTo("completed");
    assertThat(illegal.to()).isEqualTo("running");
    assertThat(illegal).hasMessageContaining("run order is completed");
  }

  @Test
  void whatIsNotDeclaredIsRefusedAtItsPlace() {
    RequestChecks plain = checks();
    ActivityAck ack = ActivityAck.of(WORK, null).withChanges(List.of(CHANGE));
    assertThatThrownBy(() -> plain.check("ackActivityItem", ack))
        .isInstanceOfSatisfying(
            NotSupported.class,
            error -> {
              assertThat(error.feature()).isEqualTo(Feature.CHANGES);
              assertThat(error.changeIndex()).isEqualTo(0);
              assertThat(error.instanceId()).isEqualTo("other");
            });
    RequestChecks changing = checks(Feature.CHANGES);
    changing.check("ackActivityItem", ack);
    assertThatThrownBy(() -> changing.check("apply", List.of(), new LeaseToken("report", 1)))
        .isInstanceOfSatisfying(
            NotSupported.class, error -> assertThat(error.feature()).isEqualTo(Feature.LEASES));
  }

  @Test
  void whatIsTooLargeIsRefused() {
    RequestChecks changing = checks(Feature.CHANGES);
    Change large =
        new SendMessage(OrchestratorMessage.of("other", "poke", Payload.utf8("eleven bytes")));
    assertThatThrownBy(() -> changing.check("apply", List.of(CHANGE, large), null))
        .isInstanceOfSatisfying(
            InvalidRequest.class, error -> assertThat(error.changeIndex()).isEqualTo(1));
    List<Change> many = Collections.nCopies(RequestChecks.FEWEST_MAX_CHANGES + 1, CHANGE);
    assertThatThrownBy(() -> changing.check("apply", many, null))
        .isInstanceOfSatisfying(
            InvalidRequest.class, error -> assertThat(error.changeIndex()).isNull());
    changing.check("apply", many.subList(1, many.size()), null);
  }
}
