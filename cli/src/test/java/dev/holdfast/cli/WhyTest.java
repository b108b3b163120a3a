// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.RaiseOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Why an instance is, or is not, moving; which ones are stuck. */
class WhyTest extends OnStore {

  @Test
  void itWaitsForATimer() {
    client.start(SLEEP, "s", "x");
    untilWhy("s", "waiting-for-timer");

    assertThat(shell.run("why", "s").returns(0).out())
        .contains("sleep", "It waits for a timer", "(in 2 hours)");
  }

  @Test
  void itWaitsForAnEvent() {
    client.start(LISTEN, "l", "x");
    untilWhy("l", "waiting-for-event");

    assertThat(shell.run("why", "l").out())
        .contains("It waits for an event", "holdfast raise l NAME JSON");
  }

  @Test
  void itWaitsForAChild() {
    client.start(PARENT, "p", "p");
    untilWhy("p/child", "waiting-for-event");
    untilWhy("p", "waiting-for-event");

    assertThat(shell.run("why", "p").out()).contains("\"p/child\"", "holdfast why p/child");
  }

  @Test
  void itWaitsForAnActivityThatNobodyServes() {
    client.start(ASK, "a", "x");

    // A worker may look at it for a moment, and report that it does not know the name.
    untilSaid("Start a worker that registers the activity \"unserved\"", "why", "a");
    untilSaid("unserved", "stuck", "--for", "0s", "--json");
    untilSaid("unserved", "stuck", "--for", "0s");
  }

  @Test
  void itWaitsForAnActivityWhoseTagNobodyServes() {
    client.start(RENDER, "r", "x");

    untilWhy("r", "waiting-for-activity");
    assertThat(shell.run("why", "r").returns(0).out())
        .contains(
            "It has the tag \"gpu\": only workers that serve that tag take it.",
            "Start a worker that registers the activity \"upper\" and serves the tag \"gpu\"");
  }

  private void untilSaid(String text, String... command) {
    until("a", () -> shell.run(command).out().contains(text));
  }

  @Test
  void nobodyServesItsCode() {
    client.start(UNKNOWN, "u", "x");
    untilWhy("u", "ready");

    assertThat(shell.run("why", "u").out())
        .contains("no worker has taken it", "no running worker serves unknown");
    assertThat(shell.run("stuck", "--for", "0s").err())
        .contains("1 message is ready and not taken");
  }

  @Test
  void codeThatDoesNotFollowItsHistoryHasToBeTakenBack() {
    client.start(LISTEN, "l", "x");
    untilWhy("l", "waiting-for-event");
    worker.close();
    Orchestration<String, String> changed =
        Orchestration.named(
            LISTEN.name(),
            String.class,
            String.class,
            (ctx, in) -> {
              ctx.timer(Duration.ofHours(1)).await();
              return in;
            });
    String goOn = "Deploy the code that wrote this history";
    try (Holdfast other = Holdfast.builder(url).orchestration(changed).start()) {
      client = other.client();
      client.raise("l", "word", "!");
      until("l", () -> shell.run("why", "l").out().contains(goOn));
    }
    // The worker is gone, and when the delay is over it is due again: that is not what is missing.
    client = HoldfastClient.connect(url);
    untilWhy("l", "ready");

    assertThat(shell.run("why", "l").returns(0).out())
        .contains("does not follow its history from event 2 on", goOn, "holdfast restart l")
        .doesNotContain("no running worker serves");
    client.close();
  }

  @Test
  void aRequestToResumeWaitsForAWorker() {
    client.start(LISTEN, "l", "x");
    untilWhy("l", "waiting-for-event");
    shell.run("suspend", "l", "--reason", "audit", "--yes").returns(0);
    untilWhy("l", "suspended");
    assertThat(shell.run("why", "l").out())
        .contains("it is suspended: audit", "holdfast resume l")
        .doesNotContain("no running worker serves");
    worker.close();
    shell.run("resume", "l", "--yes").returns(0);

    assertThat(shell.run("why", "l").returns(0).out())
        .contains("a request to resume may be among them", "no running worker serves listen");
  }

  @Test
  void itWasDueWhenTheWorkersWentAway() {
    client.start(LISTEN, "l", "x");
    untilWhy("l", "waiting-for-event");
    worker.close();
    shell.run("raise", "l", "word", "\"!\"").returns(0);

    assertThat(shell.run("why", "l", "--json").object().get("standing").stringValue())
        .isEqualTo("ready");
    assertThat(
            shell
                .run("stuck", "--for", "0s", "--json")
                .returns(0)
                .object()
                .get("trouble")
                .stringValue())
        .isEqualTo("NOT_TAKEN");
  }

  @Test
  void aWorkerHoldsIt() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    try (Holdfast second =
        Holdfast.builder(url)
            .activity(
                UNSERVED,
                (ctx, in) -> {
                  begun.countDown();
                  go.await();
                  return in;
                })
            .start()) {
      client.start(ASK, "a", "x");
      begun.await();
      untilWhy("a", "waiting-for-activity");

      assertThat(shell.run("why", "a").out())
          .contains("A worker that is alive works on that activity");
      shell.run("stuck", "--for", "0s").returns(1);
      go.countDown();
      client.awaitStatus("a", LONG);
      second.close(Duration.ZERO);
    } finally {
      go.countDown();
    }
  }

  @Test
  void messagesWaitForAStart() {
    client.raise("typo", "word", "x", RaiseOptions.defaults().waitingForStart());

    Shell.Run run = shell.run("why", "typo").returns(0);
    assertThat(run.out())
        .contains("Nobody has started \"typo\"", "1 message.", "holdfast start NAME typo JSON");
    assertThat(shell.run("stuck").returns(1).err()).contains("1 message waits for instances");
  }

  @Test
  void itHasEnded() {
    end(SHOUT, "a", "x");
    end(BROKEN, "b", "luck");
    client.start(LISTEN, "l", "x");
    client.cancel("l", "not wanted");
    until("l", () -> client.status("l").state().isEnded());

    assertThat(shell.run("why", "a").returns(0).out()).contains("It has completed");
    assertThat(shell.run("why", "b").returns(0).out()).contains("It has failed", "no luck");
    assertThat(shell.run("why", "l").returns(0).out()).contains("It was cancelled: not wanted");
    shell.run("stuck", "--for", "0s").returns(1);
  }

  @Test
  void programsGetTheFactsToo() {
    client.start(ASK, "a", "x");
    untilWhy("a", "waiting-for-activity");

    var why = shell.run("why", "a", "--json").object();
    assertThat(why.get("oldestActivity").get("name").stringValue()).isEqualTo("unserved");
    assertThat(why.get("advice").size()).isPositive();
    assertThat(why.get("problems").isArray()).isTrue();
  }
}
