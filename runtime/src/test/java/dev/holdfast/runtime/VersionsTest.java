// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An execution stays with workers that can replay the version of the code that began it. */
class VersionsTest extends OnSqlite {

  private static final RuntimeVersion ONE = RuntimeVersion.parse("1.0.0");
  private static final RuntimeVersion TWO = RuntimeVersion.parse("2.0.0");
  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);

  /** Where code ran, replays included. */
  private final Queue<String> ran = new ConcurrentLinkedQueue<>();

  /** Waits for an event, and does an activity before and after that. */
  private Orchestration<String, String> code(String where) {
    return Orchestration.named(
        "code",
        String.class,
        String.class,
        (ctx, in) -> {
          ran.add(ctx.instanceId() + " on " + where);
          ctx.call(STEP, in).await();
          String event = ctx.event("go on", String.class).await();
          if (event.equals("next")) {
            return ctx.continueAsNew(in);
          }
          return where + ctx.call(STEP, event).await();
        });
  }

  private Holdfast worker(String where, UnaryOperator<Holdfast.Builder> setUp) {
    return work(
        openHandle(),
        b -> setUp.apply(b.orchestration(code(where)).activity(STEP, (actx, in) -> in)));
  }

  private InstanceFacts facts(String instanceId) {
    return provider.capability(InstanceAdmin.class).orElseThrow().facts(instanceId);
  }

  private static VersionRange range(String from, String to) {
    return new VersionRange(RuntimeVersion.parse(from), RuntimeVersion.parse(to));
  }

  @Test
  void aWorkerLeavesAloneWhatItsRangeDoesNotCover() throws Exception {
    try (Holdfast old = worker("old", b -> b.runtimeVersion(ONE))) {
      old.client().start(code("old"), "x", "in");
      awaitEvents("x", "ActivityCompleted", 1);
    }
    assertThat(facts("x").pinnedVersion()).isEqualTo(ONE);
    Holdfast fresh = worker("fresh", b -> b.runtimeVersion(TWO));
    HoldfastClient client = fresh.client();
    client.raise("x", "go on", "!");
    client.start(code("fresh"), "y", "in");
    client.raise("y", "go on", "!");
    assertThat(client.await(code("fresh"), "y", LONG)).isEqualTo("fresh!");
    assertThat(facts("x").standing()).isEqualTo(InstanceFacts.Standing.READY);
    assertThat(facts("x").deliveryCount()).isZero();
    worker("bridge", b -> b.servesVersions(range("0.1.0", "0.2.0"), range("1.0.0", "1.9.9")));
    assertThat(client.await(code("fresh"), "x", LONG)).isEqualTo("bridge!");
    assertThat(ran).doesNotContain("x on fresh");
  }

  @Test
  void whatAnActivityOfAnotherVersionCompletesIsLeftToo() throws Exception {
    Holdfast turns = worker("old", b -> b.runtimeVersion(ONE).servesTags(TagFilter.none()));
    worker("fresh", b -> b.runtimeVersion(TWO));
    HoldfastClient client = turns.client();
    for (int i = 0; i < 20; i++) {
      client.start(code("old"), "x" + i, "in");
      client.raise("x" + i, "go on", "!");
    }
    for (int i = 0; i < 20; i++) {
      String output = client.await(code("old"), "x" + i, LONG);
      boolean beganFresh = ran.contains("x" + i + " on fresh");
      assertThat(output).isEqualTo(beganFresh ? "fresh!" : "old!");
      assertThat(facts("x" + i).pinnedVersion()).isEqualTo(beganFresh ? TWO : ONE);
    }
    assertThat(ran.stream().distinct()).hasSize(20);
    assertThat(ran).anyMatch(one -> one.endsWith(" on old"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void anExecutionKeepsTheVersionThatBeganIt(int cacheSize) throws Exception {
    try (Holdfast old = worker("old", b -> b.runtimeVersion(ONE))) {
      old.client().start(code("old"), "x", "in");
      awaitEvents("x", "ActivityCompleted", 1);
    }
    Holdfast fresh =
        worker(
            "fresh",
            b ->
                b.runtimeVersion(TWO).servesVersions(range("1.0.0", "2.0.0")).cacheSize(cacheSize));
    fresh.client().raise("x", "go on", "!");
    assertThat(fresh.client().await(code("fresh"), "x", LONG)).isEqualTo("fresh!");
    assertThat(facts("x").pinnedVersion()).isEqualTo(ONE);
  }

  @Test
  void theNextExecutionHasTheVersionOfTheWorkerThatBeginsIt() throws Exception {
    try (Holdfast old = worker("old", b -> b.runtimeVersion(ONE))) {
      old.client().start(code("old"), "x", "in");
      awaitEvents("x", "ActivityCompleted", 1);
    }
    Holdfast fresh =
        worker("fresh", b -> b.runtimeVersion(TWO).servesVersions(range("1.0.0", "2.0.0")));
    fresh.client().raise("x", "go on", "next");
    await(() -> kinds("x", 2).contains("ActivityCompleted"));
    assertThat(facts("x").pinnedVersion()).isEqualTo(TWO);
  }

  @Test
  void aWorkerWithoutAVersionPinsNothing() throws Exception {
    Holdfast worker = worker("any", b -> b.servesVersions(range("1.0.0", "1.0.0")));
    worker.client().start(code("any"), "x", "in");
    awaitEvents("x", "ActivityCompleted", 1);
    assertThat(facts("x").pinnedVersion()).isNull();
  }

  @Test
  void whatCannotBeKeptIsRefusedAtTheStart() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> work(b -> b.runtimeVersion(TWO).servesVersions(range("1.0.0", "1.9.9"))))
        .withMessageContaining("2.0.0");
    assertThatIllegalArgumentException().isThrownBy(() -> work(Holdfast.Builder::servesVersions));
    Provider poor = Featureless.without(provider, Feature.VERSION_FILTER);
    assertThatThrownBy(() -> work(poor, b -> b.runtimeVersion(ONE)))
        .isInstanceOfSatisfying(
            ProviderError.NotSupported.class,
            error -> assertThat(error.feature()).isEqualTo(Feature.VERSION_FILTER));
  }
}
