// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.StateTables;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Engines store changes with their results, and before; and see what others have changed. */
class ChangesTest extends OnSqlite {

  private Run run() {
    return provider.capability(StateTables.class).orElseThrow().run("x").orElseThrow();
  }

  private String data() {
    Payload data = run().data();
    return data == null ? "" : data.asUtf8();
  }

  private void apply(Change change) {
    provider.capability(Changes.class).orElseThrow().apply(List.of(change));
  }

  private Change appended(String text) {
    Run run = run();
    return RunChange.of(run.summary()).data(Payload.utf8(data() + text)).build();
  }

  /** Appends to the data of a run in each turn, while others do so as well. */
  private final class Appender extends Counters {
    private final int disturbances;
    private int disturbed;

    Appender(int disturbances) {
      super("appender");
      this.disturbances = disturbances;
    }

    @Override
    TurnOutput output(TurnContext context) {
      Change mine = appended("m");
      if (disturbed < disturbances) {
        disturbed++;
        apply(appended("o"));
      }
      return TurnOutput.of(1)
          .changes(List.of(mine))
          .metadata(ExecutionMetadata.builder().name(context.name()).build())
          .build();
    }
  }

  @Test
  void aTurnThatOthersOvertakeIsComputedAgainAtOnce() {
    apply(CreateRun.running("x", "test"));
    Appender engine = new Appender(3);
    Worker worker = work(engine);
    worker.enqueue(Counters.start("appender", "x", 1));
    await(() -> engine.notes.contains("applied x"));
    assertThat(data()).isEqualTo("ooom");
    assertThat(engine.notes)
        .containsExactly(
            "take x",
            "close x",
            "take x",
            "close x",
            "take x",
            "close x",
            "take x",
            "applied x",
            "close x");
  }

  @Test
  void aTurnThatIsAlwaysOvertakenIsGivenBackUncounted() {
    apply(CreateRun.running("x", "test"));
    Appender engine = new Appender(25);
    Worker worker =
        start(Worker.builder(provider).settings(QUICK.withMaxDeliveries(1)).turns(engine));
    worker.enqueue(Counters.start("appender", "x", 1));
    await(() -> engine.notes.contains("applied x"));
    assertThat(data()).isEqualTo("o".repeat(25) + "m");
    assertThat(engine.notes).doesNotContain("fail x POISON");
  }

  @Test
  void theResultOfAnActivityStoresItsChangesAndIsReplacedWhenOthersOvertakeIt() {
    apply(CreateRun.running("x", "test"));
    Counters counters = new Counters("counter");
    Sums ten =
        new Sums("ten", delivery -> 10) {
          @Override
          public ActivityResult run(ActivityDelivery delivery) throws Exception {
            ActivityResult.Done done = (ActivityResult.Done) super.run(delivery);
            Change mine = appended("m");
            apply(appended("o"));
            return new ActivityResult.Done(done.completion(), List.of(mine));
          }

          @Override
          public ActivityResult outdated(
              ActivityDelivery delivery, ActivityResult.Done result, ProviderError.Permanent why) {
            notes.add("outdated " + why.getClass().getSimpleName());
            return new ActivityResult.Done(result.completion(), List.of(appended("m")));
          }
        };
    Worker worker = start(Worker.builder(provider).settings(QUICK).turns(counters).activities(ten));
    worker.enqueue(Counters.start("counter", "x", 1));
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 11);
    assertThat(data()).isEqualTo("om");
    assertThat(ten.notes).containsExactly("run 1", "outdated VersionConflict");
  }

  @Test
  void anEngineStoresChangesBeforeItHasAResult() {
    apply(CreateRun.running("x", "test"));
    Counters counters =
        new Counters("counter") {
          @Override
          TurnOutput output(TurnContext context) {
            assertThat(context.apply(List.of(appended("t")))).hasSize(1);
            return super.output(context);
          }
        };
    Sums ten =
        new Sums(
            "ten",
            delivery -> {
              assertThat(delivery.apply(List.of(appended("a")))).hasSize(1);
              assertThat(delivery.capability(StateTables.class)).isPresent();
              assertThat(delivery.read(this::data)).endsWith("a");
              return 10;
            });
    Worker worker = start(Worker.builder(provider).settings(QUICK).turns(counters).activities(ten));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 11);
    assertThat(data()).isEqualTo("ttat");
  }
}
