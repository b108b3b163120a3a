// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.Message;
import dev.holdfast.runtime.internal.event.ParentLink;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a store would refuse is refused where code asks for it. */
class RefusedCallsTest extends OnSqlite {

  private static final Activity<String, Integer> LENGTH =
      Activity.named("length", String.class, Integer.class);
  private static final Orchestration<String, Integer> CHILD =
      Orchestration.named("child", String.class, Integer.class, (ctx, in) -> in.length());

  private static Orchestration<String, String> caught(
      BiFunction<OrchestrationContext, String, Object> call) {
    return Orchestration.named(
        "caught",
        String.class,
        String.class,
        (ctx, in) -> {
          String what;
          try {
            what = "accepted " + call.apply(ctx, in);
          } catch (IllegalArgumentException | PayloadTooLargeException e) {
            what = e.getClass().getSimpleName() + ": " + e.getMessage();
          }
          // It goes on, also when it is replayed.
          return what + " " + ctx.call(LENGTH, "12345").await();
        });
  }

  private String run(Orchestration<String, String> orchestration, String input) throws Exception {
    HoldfastClient client =
        work(b ->
                b.orchestration(orchestration)
                    .orchestration(CHILD)
                    .activity(LENGTH, (actx, in) -> in.length())
                    .cacheSize(0))
            .client();
    client.start(orchestration, "x", input);
    return client.await(orchestration, "x", LONG);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kid-Zoë \uD83D", "\uDE00", "", "a\tb"})
  void anIdThatTheStoreRefusesIsRefusedAtTheCall(String id) throws Exception {
    assertThat(run(caught((ctx, in) -> ctx.child(CHILD, id, in).await()), "in"))
        .startsWith("IllegalArgumentException: the child's id ")
        .endsWith(" 5");
    assertThatThrownBy(() -> Activity.named(id, String.class, String.class))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Orchestration.reference(id, String.class, String.class))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVersionThatStandsForNoneIsRefused() {
    assertThatThrownBy(() -> CHILD.version("unknown")).isInstanceOf(IllegalArgumentException.class);
  }

  /** As a bug of the runtime, or a damaged store, could bring about. */
  @ParameterizedTest
  @ValueSource(strings = {"half \uD83D", ""})
  void whatCannotBeStoredAllTheSameIsTheFailureOfItsInstance(String parent) {
    HoldfastClient client = work(b -> b.orchestration(CHILD)).client();
    Message.Start start =
        new Message.Start(1, new Json("\"in\""), new ParentLink(parent, 1, 2), List.of());
    provider.enqueue(
        OrchestratorMessage.builder("x", start.kind(), Codec.encode(start))
            .start(new ExecutionStart("child", null, null))
            .build());
    await(() -> client.status("x").state() == InstanceState.FAILED);
    Failure failure = client.status("x").failure();
    assertThat(failure).isNotNull();
    assertThat(failure.type()).isEqualTo(Failure.REFUSED);
  }

  private int limit() {
    return provider.info().limits().maxPayloadBytes();
  }

  private static String tooLarge(int limit) {
    return "é".repeat(limit / 2);
  }

  @Test
  void anInputThatIsTooLargeIsRefusedAtTheCall() throws Exception {
    int limit = limit();
    String said = run(caught((ctx, in) -> ctx.call(LENGTH, tooLarge(limit)).await()), "");
    assertThat(said)
        .isEqualTo(
            "PayloadTooLargeException: the input of activity \"length\" has %d bytes, and the store"
                    .formatted(limit + 2)
                + " takes %d 5".formatted(limit - 16 * 1024));
    assertThat(kinds("x"))
        .containsExactly(
            "OrchestrationStarted",
            "CallRefused",
            "ActivityScheduled",
            "ActivityCompleted",
            "OrchestrationCompleted");
  }

  @Test
  void soIsThatOfAChild() throws Exception {
    int limit = limit();
    assertThat(run(caught((ctx, in) -> ctx.child(CHILD, tooLarge(limit)).await()), ""))
        .startsWith("PayloadTooLargeException: the input of child \"x/2\" has ")
        .endsWith(" 5");
  }

  @Test
  void soIsThatOfTheNextExecution() throws Exception {
    int limit = limit();
    assertThat(run(caught((ctx, in) -> ctx.continueAsNew(tooLarge(limit))), ""))
        .startsWith("PayloadTooLargeException: the input of the next execution has ")
        .endsWith(" 5");
  }

  @Test
  void oneThatJustFitsIsTaken() throws Exception {
    String large = "\"".repeat((limit() - 16 * 1024 - 2) / 2); // each is two bytes in JSON
    assertThat(run(caught((ctx, in) -> ctx.call(LENGTH, large).await()), ""))
        .isEqualTo("accepted " + large.length() + " 5");
    assertThat(run(caught((ctx, in) -> ctx.child(CHILD, "kid", large).await()), ""))
        .isEqualTo("accepted " + large.length() + " 5");
  }

  @Test
  void anOutputThatIsTooLargeFailsTheInstanceWithSizeAndLimit() throws Exception {
    int limit = limit();
    Orchestration<String, String> large =
        Orchestration.named("large", String.class, String.class, (ctx, in) -> tooLarge(limit));
    HoldfastClient client = work(b -> b.orchestration(large)).client();
    client.start(large, "x", "");
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.type()).isEqualTo(PayloadTooLargeException.class.getName());
    assertThat(failure.message())
        .isEqualTo(
            "the output has %d bytes, and the store takes %d"
                .formatted(limit + 2, limit - 16 * 1024));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatWasDecidedStaysSoOnAStoreWithAnotherLimit(boolean smallerLater) throws Exception {
    int small = limit() / 2;
    Queue<String> outcomes = new ConcurrentLinkedQueue<>();
    Orchestration<String, String> asks =
        Orchestration.named(
            "asks",
            String.class,
            String.class,
            (ctx, in) -> {
              String what;
              try {
                what = "length " + ctx.call(LENGTH, "x".repeat(small)).await();
              } catch (PayloadTooLargeException e) {
                what = "size " + e.size() + " of " + e.limit();
              }
              outcomes.add(what);
              ctx.event("go on", String.class).await();
              return what;
            });
    try (Holdfast first = worker(asks, smallerLater ? limit() : small)) {
      first.client().start(asks, "x", "");
      awaitEvents("x", smallerLater ? "ActivityCompleted" : "CallRefused", 1);
    }
    Holdfast second = worker(asks, smallerLater ? small : limit());
    second.client().raise("x", "go on", "");
    String expected =
        smallerLater ? "length " + small : "size %d of %d".formatted(small + 2, small - 16 * 1024);
    assertThat(second.client().await(asks, "x", LONG)).isEqualTo(expected);
    assertThat(List.copyOf(outcomes)).containsOnly(expected).hasSizeGreaterThan(1);
  }

  private Holdfast worker(Orchestration<String, String> orchestration, int limit) {
    Intercepted limited = new Intercepted(provider);
    limited.around((name, arguments, real) -> {
      Object answer = real.call();
      return answer instanceof ProviderInfo info ? withLimit(info, limit) : answer;
    });
    Provider on = limited.provider();
    return work(
        on, b -> b.orchestration(orchestration).activity(LENGTH, (actx, in) -> in.length()));
  }

  private static ProviderInfo withLimit(ProviderInfo info, int limit) {
    return new ProviderInfo(
        info.id(),
        info.version(),
        info.specVersion(),
        info.features(),
        info.limits().withMaxPayloadBytes(limit),
        info.wakeUpBound());
  }
}
