// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChildrenTest extends OnSqlite {

  static final Orchestration<Integer, Integer> SUM =
      Orchestration.named(
          "sum",
          Integer.class,
          Integer.class,
          (ctx, depth) -> {
            if (depth == 0) {
              return 1;
            }
            List<DurableFuture<Integer>> children = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              children.add(ctx.child(self(), depth - 1));
            }
            return ctx.allOf(children).await().stream().mapToInt(Integer::intValue).sum();
          });

  private static Orchestration<Integer, Integer> self() {
    return Orchestration.reference("sum", Integer.class, Integer.class);
  }

  static final Orchestration<String, String> CHILD =
      Orchestration.named(
          "child",
          String.class,
          String.class,
          (ctx, in) -> {
            if (in.equals("fail")) {
              throw new IllegalStateException("no");
            }
            return in.equals("wait") ? ctx.event("go", String.class).await() : in;
          });

  static final Orchestration<String, String> PARENT =
      Orchestration.named(
          "parent",
          String.class,
          String.class,
          (ctx, in) -> {
            try {
              return ctx.child(CHILD, "the-child", in).await();
            } catch (ChildFailedException e) {
              return e.childInstanceId() + " " + e.isCancelled() + " " + e.failure();
            }
          });

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aTreeOfChildrenComesTogether(int cacheSize) throws Exception {
    HoldfastClient client = work(b -> b.orchestration(SUM).cacheSize(cacheSize)).client();
    client.start(SUM, "root", 3);
    assertThat(client.await(SUM, "root", LONG)).isEqualTo(27);
    assertThat(kinds("root").stream().filter("ChildScheduled"::equals)).hasSize(3);
    // The id of a child is that of its parent and the event that scheduled it.
    assertThat(kinds("root/2/3/4"))
        .containsExactly("OrchestrationStarted", "OrchestrationCompleted");
  }

  @Test
  void theFailureOfAChildReachesItsParent() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(PARENT).orchestration(CHILD)).client();
    client.start(PARENT, "p", "fail");
    assertThat(client.await(PARENT, "p", LONG))
        .isEqualTo("the-child false java.lang.IllegalStateException: no");
    assertThat(client.status("the-child").state()).isEqualTo(InstanceState.FAILED);
  }

  @Test
  void aChildThatIsCancelledTellsItsParent() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(PARENT).orchestration(CHILD)).client();
    client.start(PARENT, "p", "wait");
    awaitEvents("the-child", "OrchestrationStarted", 1);
    client.cancel("the-child", "enough");
    assertThat(client.await(PARENT, "p", LONG))
        .startsWith("the-child true ")
        .endsWith("OrchestrationCancelledException: enough");
  }

  @Test
  void anIdThatIsTakenFailsTheCallAndDisturbsNobody() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(PARENT).orchestration(CHILD)).client();
    client.start(CHILD, "the-child", "wait");
    awaitEvents("the-child", "OrchestrationStarted", 1);
    client.start(PARENT, "p", "other");
    assertThat(client.await(PARENT, "p", LONG))
        .isEqualTo(
            "the-child false holdfast.already-exists: instance \"the-child\" already exists");
    client.raise("the-child", "go", "gone");
    assertThat(client.await(CHILD, "the-child", LONG)).isEqualTo("gone");
    // Also when it has ended.
    client.start(PARENT, "p2", "other");
    assertThat(client.await(PARENT, "p2", LONG)).contains("already exists");
  }

  @Test
  void aParentThatEndsCancelsItsChildren() throws Exception {
    Orchestration<String, String> hasty =
        Orchestration.named(
            "hasty",
            String.class,
            String.class,
            (ctx, in) -> {
              ctx.child(CHILD, "left", "wait");
              return "done";
            });
    HoldfastClient client = work(b -> b.orchestration(hasty).orchestration(CHILD)).client();
    client.start(hasty, "p", "");
    assertThat(client.await(hasty, "p", LONG)).isEqualTo("done");
    InstanceStatus left = client.awaitStatus("left", LONG);
    assertThat(left.state()).isEqualTo(InstanceState.CANCELLED);
    assertThat(left.failure()).isNotNull();
    assertThat(left.failure().message()).isEqualTo("its parent \"p\" has ended");
  }

  @Test
  void aChildGoesOnWithoutItsParentWhereThatWasAskedFor() throws Exception {
    Orchestration<String, String> hasty =
        Orchestration.named(
            "hasty",
            String.class,
            String.class,
            (ctx, in) -> {
              ChildOptions alone = ChildOptions.defaults().outlivingItsParent();
              DurableFuture<String> child =
                  ctx.child(CHILD, "wait", alone.withInstanceId("child-of-" + ctx.instanceId()));
              return in.equals("leave") ? "done" : child.await();
            });
    HoldfastClient client = work(b -> b.orchestration(hasty).orchestration(CHILD)).client();
    client.start(hasty, "ends", "leave");
    client.start(hasty, "cancelled", "stay");
    client.start(hasty, "terminated", "stay");
    client.start(hasty, "awaits", "stay");
    for (String parent : List.of("ends", "cancelled", "terminated", "awaits")) {
      await(() -> client.status("child-of-" + parent).state() == InstanceState.RUNNING);
    }
    client.cancel("cancelled", "enough");
    client.terminate("terminated", "enough");
    assertThat(client.await(hasty, "ends", LONG)).isEqualTo("done");
    assertThat(client.awaitStatus("cancelled", LONG).state()).isEqualTo(InstanceState.CANCELLED);
    assertThat(client.awaitStatus("terminated", LONG).state()).isEqualTo(InstanceState.TERMINATED);
    for (String parent : List.of("ends", "cancelled", "terminated", "awaits")) {
      client.raise("child-of-" + parent, "go", "went");
      assertThat(client.await(CHILD, "child-of-" + parent, LONG)).isEqualTo("went");
    }
    assertThat(client.await(hasty, "awaits", LONG)).isEqualTo("went");
  }

  @Test
  void aChildIdThatWouldBeTooLongIsRefused() throws Exception {
    Orchestration<String, String> names =
        Orchestration.named(
            "names",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                return ctx.child(CHILD, "x").await();
              } catch (IllegalArgumentException e) {
                return e.getMessage();
              }
            });
    HoldfastClient client = work(b -> b.orchestration(names).orchestration(CHILD)).client();
    String id = "i".repeat(255);
    client.start(names, id, "");
    assertThat(client.await(names, id, LONG)).contains("257 characters, more than the 256 allowed");
  }
}
