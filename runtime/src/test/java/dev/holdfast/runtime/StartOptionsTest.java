// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.runtime.StartResult.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Starts under an id that was used before, and starts for later. */
class StartOptionsTest extends OnSqlite {

  private static final StartOptions REJECT = StartOptions.ifId(IdPolicy.REJECT);
  private static final StartOptions REPLACE = StartOptions.ifId(IdPolicy.REPLACE_FINISHED);

  private static final Orchestration<String, String> ECHO =
      Orchestration.named(
          "echo",
          String.class,
          String.class,
          (ctx, input) -> {
            String before = ctx.keyValues().get("seen", String.class);
            ctx.keyValues().set("seen", input);
            String output = before == null ? input : input + " after " + before;
            return input.equals("wait") ? ctx.event("go", String.class).await() : output;
          });

  private HoldfastClient alone() {
    return closing(HoldfastClient.on(provider, DataConverter.jackson()));
  }

  @Test
  void aStartThatIsToBeTheOnlyOneIsRefusedAlsoWithTheSameInput() throws Exception {
    HoldfastClient client = alone();
    assertThat(client.start(ECHO, "one", "a", REJECT).isNew()).isTrue();
    assertThatThrownBy(() -> client.start(ECHO, "one", "a", REJECT))
        .isInstanceOf(AlreadyStartedException.class);
    Holdfast worker = work(b -> b.orchestration(ECHO));
    worker.client().await(ECHO, "one", LONG);
    assertThatThrownBy(() -> worker.client().start(ECHO, "one", "b", REJECT))
        .isInstanceOfSatisfying(
            AlreadyStartedException.class, e -> assertThat(e.instanceId()).isEqualTo("one"));
    assertThat(worker.client().start(ECHO, "two", "b", REJECT).isNew()).isTrue();
  }

  @Test
  void theIdOfAChildIsUsedToo() throws Exception {
    Orchestration<String, String> parent =
        Orchestration.named(
            "parent",
            String.class,
            String.class,
            (ctx, input) -> ctx.child(ECHO, "child", input).await());
    HoldfastClient client = work(b -> b.orchestration(ECHO).orchestration(parent)).client();
    client.start(parent, "p", "a");
    client.await(parent, "p", LONG);
    assertThatThrownBy(() -> client.start(ECHO, "child", "a", REJECT))
        .isInstanceOf(AlreadyStartedException.class);
  }

  @Test
  void ofManyThatAreToBeTheOnlyOneOneIs() throws Exception {
    HoldfastClient client = alone();
    assertThat(ofMany(id -> client.start(ECHO, id, "a", REJECT).isNew())).isEqualTo(1);
  }

  @Test
  void whatHasEndedIsReplacedAndItsHistoryStays() throws Exception {
    Holdfast worker = work(b -> b.orchestration(ECHO));
    HoldfastClient client = worker.client();
    assertThat(client.start(ECHO, "one", "a", REPLACE).isNew()).isTrue();
    assertThat(client.await(ECHO, "one", LONG)).isEqualTo("a");
    assertThat(client.start(ECHO, "one", "b", REPLACE)).isEqualTo(new StartResult(Kind.NEW, false));
    assertThat(client.await(ECHO, "one", LONG)).isEqualTo("b");
    assertThat(client.status("one").executionId()).isEqualTo(2);
    assertThat(kinds("one")).last().isEqualTo("OrchestrationCompleted");

    worker.close();
    HoldfastClient alone = alone();
    assertThat(alone.start(ECHO, "one", "c", REPLACE).isNew()).isTrue();
    assertThat(alone.status("one").state()).isEqualTo(InstanceState.RUNNING);
    work(b -> b.orchestration(ECHO));
    assertThat(alone.await(ECHO, "one", LONG)).isEqualTo("c");
  }

  @Test
  void anotherVersionReplacesToo() throws Exception {
    Holdfast old = work(b -> b.orchestration(ECHO));
    old.client().start(ECHO, "one", "a");
    old.client().await(ECHO, "one", LONG);
    old.close();
    Orchestration<String, String> next =
        Orchestration.named("echo", String.class, String.class, (ctx, input) -> input + " of 2")
            .version("2");
    HoldfastClient client = work(b -> b.orchestration(next)).client();
    assertThat(client.start(next, "one", "b", REPLACE).isNew()).isTrue();
    assertThat(client.await(next, "one", LONG)).isEqualTo("b of 2");
  }

  @Test
  void whatHasNotEndedIsNotReplaced() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(ECHO)).client();
    client.start(ECHO, "one", "wait");
    awaitEvents("one", "OrchestrationStarted", 1);
    assertThat(client.start(ECHO, "one", "b", REPLACE))
        .isEqualTo(new StartResult(Kind.EXISTING, true));
    Orchestration<String, String> other =
        Orchestration.named("other", String.class, String.class, (ctx, input) -> input);
    assertThatThrownBy(() -> client.start(other, "one", "b", REPLACE))
        .isInstanceOf(AlreadyStartedException.class);
    client.raise("one", "go", "went");
    assertThat(client.await(ECHO, "one", LONG)).isEqualTo("went");
    assertThatThrownBy(() -> client.start(other, "one", "b", REPLACE))
        .isInstanceOf(AlreadyStartedException.class);
  }

  @Test
  void ofManyThatReplaceOneDoes() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(ECHO)).client();
    int news =
        ofMany(id -> {
          client.start(ECHO, id, "a");
          client.awaitStatus(id, LONG);
          return client.start(ECHO, id, "again", REPLACE).isNew();
        });
    assertThat(news).isBetween(1, 8);
    assertThat(client.await(ECHO, "many", LONG)).isEqualTo("again");
    assertThat(client.status("many").executionId()).isEqualTo(1 + news);
  }

  private interface Attempt {
    boolean isNew(String id) throws Exception;
  }

  private static int ofMany(Attempt attempt) throws Exception {
    int callers = 8;
    CyclicBarrier together = new CyclicBarrier(callers);
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      Callable<Boolean> start =
          () -> {
            together.await();
            try {
              return attempt.isNew("many");
            } catch (AlreadyStartedException e) {
              return false;
            }
          };
      List<Future<Boolean>> starts =
          IntStream.range(0, callers).mapToObj(n -> threads.submit(start)).toList();
      int news = 0;
      for (Future<Boolean> one : starts) {
        news += one.get() ? 1 : 0;
      }
      return news;
    }
  }

  @Test
  void aStartForLaterWaitsInTheStore() throws Exception {
    clock.freeze();
    HoldfastClient client = alone();
    Instant later = clock.instant().plus(Duration.ofDays(2));
    assertThat(client.start(ECHO, "at", "a", StartOptions.at(later)).isNew()).isTrue();
    StartOptions after = StartOptions.after(Duration.ofDays(1));
    assertThat(client.start(ECHO, "after", "b", after).isNew()).isTrue();
    assertThat(client.start(ECHO, "after", "b").isNew()).isFalse();
    Holdfast worker = work(b -> b.orchestration(ECHO));
    worker.client().start(ECHO, "now", "c", StartOptions.at(clock.instant()));
    assertThat(worker.client().await(ECHO, "now", LONG)).isEqualTo("c");
    assertThat(client.status("at").state()).isEqualTo(InstanceState.PENDING);
    assertThat(client.status("after").state()).isEqualTo(InstanceState.PENDING);

    clock.advance(Duration.ofDays(1));
    assertThat(client.await(ECHO, "after", LONG)).isEqualTo("b");
    assertThat(client.status("at").state()).isEqualTo(InstanceState.PENDING);
    client.terminate("at", "not any more");
    clock.advance(Duration.ofDays(1));
    assertThat(client.awaitStatus("at", LONG).state()).isEqualTo(InstanceState.TERMINATED);
  }

  @Test
  void whatDoesNotGoTogetherIsRefused() {
    assertThatThrownBy(() -> StartOptions.after(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new StartOptions(IdPolicy.REJECT, Instant.EPOCH, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> REPLACE.withStartAfter(Duration.ofDays(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("REPLACE_FINISHED");
    assertThatThrownBy(() -> alone().start(ECHO, "x", "", StartOptions.at(Instant.MAX)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
