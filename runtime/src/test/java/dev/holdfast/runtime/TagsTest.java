// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.admin.InstanceFacts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Activities with a tag are done by workers that serve it, and by no other. */
class TagsTest extends OnSqlite {

  private static final Activity<String, String> WHERE =
      Activity.named("where", String.class, String.class);
  private static final ActivityOptions GPU = ActivityOptions.defaults().withTag("gpu");

  /** One call without a tag, one with, so that one turn schedules both. */
  private static final Orchestration<String, String> BOTH =
      Orchestration.named(
          "both",
          String.class,
          String.class,
          (ctx, in) -> {
            DurableFuture<String> plain = ctx.call(WHERE, in);
            DurableFuture<String> tagged = ctx.call(WHERE, in, GPU);
            return plain.await() + " " + tagged.await();
          });

  private Holdfast named(String worker, UnaryOperator<Holdfast.Builder> setUp) {
    return work(
        openHandle(),
        b ->
            setUp.apply(
                b.orchestration(BOTH)
                    .activity(WHERE, (actx, in) -> worker + (actx.tag() == null ? "" : "!"))));
  }

  @Test
  void eachWorkerDoesWhatItServes() throws Exception {
    Holdfast plain = named("plain", b -> b);
    named("gpu", b -> b.servesTags(TagFilter.tags("gpu")));
    for (int i = 0; i < 20; i++) {
      plain.client().start(BOTH, "x" + i, "in");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(plain.client().await(BOTH, "x" + i, LONG)).isEqualTo("plain gpu!");
    }
  }

  @Test
  void aWorkerMayServeBoth() throws Exception {
    Holdfast both = named("both", b -> b.servesTags(TagFilter.untaggedOr("gpu", "tpu")));
    both.client().start(BOTH, "x", "in");
    assertThat(both.client().await(BOTH, "x", LONG)).isEqualTo("both both!");
  }

  @Test
  void aWorkerWithoutActivitiesLeavesThemAll() throws Exception {
    Holdfast turns = named("turns", b -> b.servesTags(TagFilter.none()));
    named("any", b -> b.servesTags(TagFilter.any()));
    turns.client().start(BOTH, "x", "in");
    assertThat(turns.client().await(BOTH, "x", LONG)).isEqualTo("any any!");
  }

  @Test
  void whatNoWorkerServesWaitsAndSaysItsTag() throws Exception {
    Holdfast plain = named("plain", b -> b);
    plain.client().start(BOTH, "x", "in");
    awaitEvents("x", "ActivityCompleted", 1);
    await(() -> facts("x").standing() == InstanceFacts.Standing.WAITING_FOR_ACTIVITY);
    InstanceFacts.ActivityFacts oldest = facts("x").oldestActivity();
    assertThat(oldest).isNotNull();
    assertThat(oldest.tag()).isEqualTo("gpu");
    assertThat(oldest.deliveryCount()).isZero();
    named("gpu", b -> b.servesTags(TagFilter.tags("gpu")));
    assertThat(plain.client().await(BOTH, "x", LONG)).isEqualTo("plain gpu!");
  }

  private InstanceFacts facts(String instanceId) {
    try (HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson())) {
      return client.admin().facts(instanceId);
    }
  }

  @Test
  void aTagThatTheStoreDoesNotKnowIsRefusedAtTheCall() throws Exception {
    Provider poor = Featureless.without(provider, Feature.TAGS);
    HoldfastClient client =
        work(poor, b -> b.orchestration(BOTH).activity(WHERE, (actx, in) -> in)).client();
    client.start(BOTH, "x", "in");
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.type()).isEqualTo(UnsupportedByStoreException.class.getName());
    assertThat(failure.message())
        .isEqualTo(
            "activity \"where\" with tag \"gpu\" needs a store that declares TAGS;"
                + " the provider \"sqlite\" does not");
    // Once, and with nothing scheduled that cannot be.
    assertThat(kinds("x"))
        .containsExactly(
            "OrchestrationStarted", "ActivityScheduled", "FeatureRefused", "OrchestrationFailed");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasRefusedStaysRefusedWhenTheStoreHasLearned(boolean tag) throws Exception {
    ActivityOptions options =
        ActivityOptions.defaults().withSession("s").withTag(tag ? "gpu" : null);
    Queue<String> outcomes = new ConcurrentLinkedQueue<>();
    Orchestration<String, String> asks =
        Orchestration.named(
            "asks",
            String.class,
            String.class,
            (ctx, in) -> {
              String what;
              try {
                what = ctx.call(WHERE, in, options).await();
              } catch (UnsupportedByStoreException e) {
                what = e.feature();
              }
              outcomes.add(what);
              return what + ctx.event("go on", String.class).await();
            });
    try (Holdfast first =
        work(
            Featureless.without(provider, Feature.SESSIONS),
            b -> b.orchestration(asks).activity(WHERE, (actx, in) -> in))) {
      first.client().start(asks, "x", "in");
      awaitEvents("x", "FeatureRefused", 1);
    }
    Holdfast second = work(b -> b.orchestration(asks).activity(WHERE, (actx, in) -> in));
    second.client().raise("x", "go on", "!");
    assertThat(second.client().await(asks, "x", LONG)).isEqualTo("SESSIONS!");
    assertThat(List.copyOf(outcomes)).containsOnly("SESSIONS").hasSizeGreaterThan(1);
  }

  @Test
  void anotherTagInReplayIsTakenByTheNextAttempt() throws Exception {
    AtomicBoolean corrected = new AtomicBoolean();
    AtomicInteger tries = new AtomicInteger();
    Queue<String> tags = new ConcurrentLinkedQueue<>();
    Orchestration<String, String> moves =
        Orchestration.named(
            "moves",
            String.class,
            String.class,
            (ctx, in) ->
                ctx.call(
                        WHERE,
                        in,
                        ActivityOptions.defaults()
                            .withRetry(RetryPolicy.attempts(2).withFirstDelay(Duration.ZERO))
                            .withTag(corrected.get() ? "new" : "old"))
                    .await());
    Holdfast worker =
        work(b ->
            b.orchestration(moves)
                .cacheSize(0)
                .servesTags(TagFilter.tags("old", "new"))
                .activity(
                    WHERE,
                    (actx, in) -> {
                      tags.add(actx.tag());
                      corrected.set(true);
                      if (tries.incrementAndGet() == 1) {
                        throw new IllegalStateException("once");
                      }
                      return in;
                    }));
    worker.client().start(moves, "x", "in");
    assertThat(worker.client().await(moves, "x", LONG)).isEqualTo("in");
    assertThat(tags).containsExactly("old", "new");
  }

  @Test
  void aWorkerDoesNotStartWhereItsSettingsCannotBeKept() {
    Provider poor =
        Featureless.without(provider, Feature.TAGS, Feature.SESSIONS, Feature.VERSION_FILTER);
    assertThatThrownBy(() -> work(poor, b -> b.servesTags(TagFilter.tags("gpu"))))
        .isInstanceOfSatisfying(
            ProviderError.NotSupported.class,
            error -> assertThat(error.feature()).isEqualTo(Feature.TAGS));
    work(poor, b -> b.servesTags(TagFilter.any()));
    String[] many =
        IntStream.rangeClosed(0, provider.info().limits().maxTagsPerFilter())
            .mapToObj(i -> "t" + i)
            .toArray(String[]::new);
    assertThatThrownBy(() -> work(b -> b.servesTags(TagFilter.tags(many))))
        .isInstanceOf(ProviderError.InvalidRequest.class);
  }

  @Test
  void aStoreThatWasOpenedForAWorkerThatDoesNotStartIsClosed() throws Exception {
    List<String> many = new ArrayList<>();
    for (int i = 0; i <= provider.info().limits().maxTagsPerFilter(); i++) {
      many.add("t" + i);
    }
    ProviderConfig config = ProviderConfig.url("sqlite:" + directory.resolve("own.db")).build();
    assertThatThrownBy(() ->
            Holdfast.builder(config)
                .servesTags(TagFilter.tags(many.toArray(String[]::new)))
                .start())
        .isInstanceOf(ProviderError.InvalidRequest.class);
    assertThat(
            Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("own.db")))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\tb", "half \uD83D"})
  void aNameThatNoStoreTakesIsRefusedAtOnce(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActivityOptions.defaults().withTag(name))
        .withMessageContaining("tag");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ActivityOptions.defaults().withSession(name))
        .withMessageContaining("session");
  }
}
