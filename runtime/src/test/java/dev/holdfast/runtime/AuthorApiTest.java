// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Events to others, instances that outlive the one that starts them, mailboxes, typed names. */
class AuthorApiTest extends OnSqlite {

  private static final Event<Integer> NUMBER = Event.named("number", Integer.class);
  private static final Event<List<String>> WORDS =
      Event.named("words", new TypeRef<List<String>>() {});
  private static final Activity<String, Void> SAY = Activity.action("say", String.class);
  private static final Activity<Void, Void> TICK = Activity.action("tick");
  private static final Activity<Void, Integer> COUNT = Activity.supplier("count", Integer.class);

  private static final Orchestration<String, Integer> WAITS =
      Orchestration.named(
          "waits", String.class, Integer.class, (ctx, in) -> ctx.event(NUMBER).await());

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void anOrchestrationStartsOthersThatOutliveItAndRaisesEventsToThem(int cacheSize)
      throws Exception {
    Orchestration<String, String> starter =
        Orchestration.named(
            "starter",
            String.class,
            String.class,
            (ctx, in) -> {
              ctx.start(WAITS, "other", in);
              ctx.start(WAITS, "other", "again");
              ctx.raise("later", NUMBER, 8);
              ctx.timer(Duration.ZERO).await();
              return "gone";
            });
    HoldfastClient client =
        work(b -> b.orchestration(starter).orchestration(WAITS).cacheSize(cacheSize)).client();
    client.start(starter, "x", "");
    assertThat(client.await(starter, "x", LONG)).isEqualTo("gone");
    awaitEvents("other", "OrchestrationStarted", 1);
    assertThat(client.status("other").state()).isEqualTo(InstanceState.RUNNING);
    client.raise("other", NUMBER, 7);
    assertThat(client.await(WAITS, "other", LONG)).isEqualTo(7);
    // Raised before anybody has started it.
    client.start(WAITS, "later", "");
    assertThat(client.await(WAITS, "later", LONG)).isEqualTo(8);
    assertThat(kinds("x"))
        .containsExactly(
            "OrchestrationStarted",
            "InstanceStarted",
            "InstanceStarted",
            "EventSent",
            "TimerCreated",
            "TimerFired",
            "OrchestrationCompleted");
  }

  @Test
  void idsThatCannotBeAreRefused() throws Exception {
    Orchestration<String, String> odd =
        Orchestration.named(
            "odd",
            String.class,
            String.class,
            (ctx, in) -> {
              assertThatThrownBy(() -> ctx.start(WAITS, "x", ""))
                  .isInstanceOf(IllegalArgumentException.class)
                  .hasMessageContaining("own id");
              assertThatThrownBy(() -> ctx.raise("", NUMBER, 1))
                  .isInstanceOf(IllegalArgumentException.class);
              assertThatThrownBy(() -> ctx.raise("y", "", 1))
                  .isInstanceOf(IllegalArgumentException.class);
              return "all";
            });
    HoldfastClient client = work(b -> b.orchestration(odd)).client();
    client.start(odd, "x", "");
    assertThat(client.await(odd, "x", LONG)).isEqualTo("all");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aMailboxKeepsItsOrderOverContinueAsNew(int cacheSize) throws Exception {
    Orchestration<Integer, Integer> sums =
        Orchestration.named(
            "sums",
            Integer.class,
            Integer.class,
            (ctx, sum) -> {
              Mailbox<Integer> numbers = ctx.mailbox(NUMBER);
              // Digit by digit, so that the order shows; three of them for each execution.
              int total = sum;
              for (int i = 0; i < 3; i++) {
                int number = numbers.next().await();
                if (number == 0) {
                  return total;
                }
                total = total * 10 + number;
              }
              return ctx.continueAsNew(total);
            });
    HoldfastClient client = work(b -> b.orchestration(sums).cacheSize(cacheSize)).client();
    for (int number : List.of(1, 2, 3, 4, 5, 6, 7, 0)) {
      client.raise("x", NUMBER, number, RaiseOptions.defaults().waitingForStart());
    }
    client.start(sums, "x", 0);
    assertThat(client.await(sums, "x", LONG)).isEqualTo(1234567);
    assertThat(client.status("x").executionId()).isEqualTo(3);
  }

  @Test
  void aMailboxIsDrainedWithoutWaiting() throws Exception {
    Orchestration<String, List<List<String>>> drains =
        Orchestration.named(
            "drains",
            new TypeRef<String>() {},
            new TypeRef<List<List<String>>>() {},
            (ctx, in) -> {
              assertThat(ctx.mailbox(WORDS).drain()).isEmpty();
              ctx.event("go", String.class).await();
              List<List<String>> all = ctx.mailbox(WORDS).drain();
              assertThat(ctx.mailbox(WORDS).drain()).isEmpty();
              return all;
            });
    HoldfastClient client = work(b -> b.orchestration(drains).cacheSize(0)).client();
    client.start(drains, "x", "");
    client.raise("x", WORDS, List.of("a"));
    client.raise("x", WORDS, List.of("b", "c"));
    client.raise("x", "go", "");
    assertThat(client.await(drains, "x", LONG)).containsExactly(List.of("a"), List.of("b", "c"));
  }

  @Test
  void activitiesWithoutInputOrOutputReadNaturally() throws Exception {
    Queue<String> said = new ConcurrentLinkedQueue<>();
    Orchestration<String, Integer> speaks =
        Orchestration.named(
            "speaks",
            String.class,
            Integer.class,
            (ctx, in) -> {
              ctx.call(SAY, "hello").await();
              ctx.call(TICK).await();
              return ctx.call(COUNT).await();
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(speaks)
                    .action(SAY, (actx, word) -> said.add(word))
                    .action(TICK, (actx, none) -> said.add("tick"))
                    .activity(COUNT, (actx, none) -> said.size()))
            .client();
    client.start(speaks, "x", "");
    assertThat(client.await(speaks, "x", LONG)).isEqualTo(2);
    assertThat(said).containsExactly("hello", "tick");
  }
}
