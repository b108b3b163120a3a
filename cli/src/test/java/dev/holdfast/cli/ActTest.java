// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.RaiseOptions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Starting, raising, cancelling, and taking away. */
class ActTest extends OnStore {

  @Test
  void aStartGivesTheWorkerTheValue() throws InterruptedException {
    assertThat(shell.run("start", "shout", "a", "\"héllo\"").returns(0).out())
        .contains("started shout as \"a\"");

    assertThat(client.await(SHOUT, "a", LONG)).isEqualTo("HÉLLO");
    assertThat(shell.run("start", "shout", "a", "\"héllo\"").returns(1).err())
        .contains("was started before; nothing was done");
    assertThat(shell.run("start", "shout", "a", "\"other\"").returns(1).err())
        .contains("with another input");
    assertThat(shell.run("start", "sleep", "a", "\"x\"").returns(1).err()).contains("sleep");
  }

  @Test
  void aStartReadsStandardInput() throws InterruptedException {
    shell.typing(" \"piped\"\n").run("start", "shout", "a", "-").returns(0);

    assertThat(client.await(SHOUT, "a", LONG)).isEqualTo("PIPED");
  }

  @Test
  void aRaiseGivesTheInstanceTheValueOnce() throws InterruptedException {
    client.start(LISTEN, "l", "hello ");

    shell.run("raise", "l", "word", "\"world\"", "--message-id", "1").returns(0);
    assertThat(client.await(LISTEN, "l", LONG)).isEqualTo("hello world");
    assertThat(shell.run("raise", "l", "word", "\"world\"").returns(1).err())
        .contains("has ended", "nothing was done");
    assertThat(shell.run("raise", "nobody", "word", "1").returns(1).err())
        .contains("no instance", "--wait-for-start");
    assertThat(shell.run("raise", "nobody", "word", "1", "--wait-for-start").returns(0).out())
        .contains("nobody has started yet");
  }

  @Test
  void whatIsNoJsonIsRefusedAndNothingIsWritten() {
    for (String bad : List.of("hello", "{\"a\":1", "1 2", "", "{\"a\":1,\"a\":2}", "'x'")) {
      assertThat(shell.run("start", "shout", "a", bad).returns(2).err()).contains("the input");
      assertThat(shell.run("raise", "a", "word", bad).returns(2).err()).contains("the value");
    }
    assertThat(client.status("a").state()).isEqualTo(InstanceState.NOT_FOUND);
    shell.run("why", "a").returns(1);
  }

  @Test
  void numbersKeepTheirForm() {
    shell
        .run("start", "shout", "n", "{ \"big\": 12345678901234567890.10, \"e\": 1E+2 }")
        .returns(0);
    until("n", () -> client.status("n").state().isEnded());

    assertThat(shell.run("history", "n", "--limit", "1").out())
        .contains("{\"big\":12345678901234567890.10,\"e\":1E+2}");
  }

  @Test
  void aCancelNeedsConsent() {
    client.start(LISTEN, "l", "x");
    untilWhy("l", "waiting-for-event");

    Shell.Run dry = shell.run("cancel", "l").returns(1);
    assertThat(dry.err()).contains("this would ask \"l\" (listen, running)", "--yes");
    assertThat(client.status("l").state()).isEqualTo(InstanceState.RUNNING);

    shell.run("cancel", "l", "--yes", "--reason", "a mistake").returns(0);
    until("l", () -> client.status("l").state() == InstanceState.CANCELLED);
    assertThat(shell.run("cancel", "l", "--yes").returns(1).err()).contains("has ended already");
    shell.run("cancel", "nobody", "--yes").returns(1);
  }

  @Test
  void anInstanceIsSuspendedResumedTerminatedAndRestarted() {
    client.start(LISTEN, "l", "x");
    untilWhy("l", "waiting-for-event");
    shell.run("resume", "l", "--yes").returns(1);
    assertThat(shell.run("suspend", "l").returns(1).err()).contains("this would suspend", "--yes");
    shell.run("suspend", "l", "--yes", "--reason", "a look").returns(0);
    assertThat(client.status("l").state()).isEqualTo(InstanceState.SUSPENDED);
    assertThat(shell.run("why", "l").returns(0).out())
        .contains("it is suspended: a look", "holdfast resume l");
    shell.run("resume", "l", "--yes").returns(0);
    until("l", () -> client.status("l").state() == InstanceState.RUNNING);

    assertThat(shell.run("restart", "l", "--yes").returns(1).err()).contains("has not ended");
    shell.run("terminate", "l", "--yes", "--reason", "over").returns(0);
    until("l", () -> client.status("l").state() == InstanceState.TERMINATED);
    assertThat(shell.run("why", "l").returns(0).out()).contains("It was terminated", "over");
    shell.run("restart", "l", "--from-last-good", "--yes").returns(0);
    until("l", () -> client.status("l").state() == InstanceState.RUNNING);
    client.terminate("l", "over");
    until("l", () -> client.status("l").state().isEnded());
    shell.run("restart", "l", "--yes").returns(0);
    until("l", () -> client.status("l").executionId() == 2);
    for (String command : List.of("suspend", "resume", "terminate", "restart")) {
      assertThat(shell.run(command, "nobody", "--yes").returns(1).err()).contains("no instance");
    }
  }

  @Test
  void whatTheStoreDoesNotDeclareIsNamed() {
    refused(Feature.KEY_VALUES, "kv", "a");
    refused(Feature.INSTANCE_DELETION, "delete", "a", "--yes");
    refused(Feature.EXECUTION_PRUNING, "prune", "a", "--keep", "1", "--yes");
  }

  private void refused(Feature feature, String... arguments) {
    if (!declares(feature)) {
      assertThat(shell.run(arguments).returns(2).err())
          .contains(feature.name(), "which the provider \"sqlite\" does not declare");
    }
  }

  @Test
  void aDeletionNeedsConsent() {
    end(SHOUT, "a", "x");
    end(BROKEN, "b", "x");
    client.start(LISTEN, "l", "x");
    untilWhy("l", "waiting-for-event");

    assertThat(shell.run("delete", "a").returns(1).out()).contains("a  ", "shout");
    shell.run("show", "a").returns(0);
    assertThat(shell.run("delete", "l", "--yes").returns(1).err()).contains("--force");
    assertThat(shell.run("delete", "a", "--yes").returns(0).out())
        .contains("deleted 1 instance, 1 execution, ", "0 messages, 0 activities");
    shell.run("show", "a").returns(1);
    assertThat(shell.run("delete", "--status", "failed").returns(1).out()).contains("b  ");
    shell.run("delete", "--status", "failed", "--yes").returns(0);
    shell.run("show", "b").returns(1);
    shell.run("delete", "l", "--force", "--yes").returns(0);
    shell.run("delete", "nobody", "--yes").returns(1);
  }

  @Test
  void aDeletionTakesTheWholeTree() {
    client.start(PARENT, "p", "p");
    untilWhy("p/child", "waiting-for-event");
    assertThat(shell.run("delete", "p", "--yes").returns(1).err()).contains("--force");
    client.raise("p/child", "word", "x");
    until("p", () -> client.status("p").state().isEnded());

    assertThat(shell.run("delete", "p/child", "--yes").returns(2).err()).contains("\"p\"");
    assertThat(shell.run("delete", "p").returns(1).out()).contains("p  ").doesNotContain("child");
    assertThat(shell.run("delete", "p", "--yes", "--json").returns(0).object().get("instances"))
        .hasToString("2");
    shell.run("show", "p/child").returns(1);
  }

  @Test
  void whatWasNeverStartedCanBeDeleted() {
    client.raise("nobody", "word", "x", RaiseOptions.defaults().waitingForStart());

    assertThat(shell.run("delete", "nobody").returns(1).out()).contains("not started");
    shell.run("delete", "nobody", "--yes").returns(1);
    assertThat(shell.run("delete", "nobody", "--force", "--yes").returns(0).out())
        .contains("deleted 0 instances", "1 message");
    shell.run("delete", "nobody").returns(1);
  }

  @Test
  void deletionsOfManyHaveALimit() {
    for (String id : List.of("a", "b", "c")) {
      end(SHOUT, id, "x");
    }
    String[] two = {"delete", "--name", "shout", "--limit", "2", "--yes"};
    assertThat(shell.run(two).returns(0).out()).contains("deleted 2 instances");
    assertThat(shell.run(two).returns(0).out()).contains("deleted 1 instance,");
    shell.run(two).returns(1);
  }

  @Test
  void whatToTakeAwayMustBeSaid() {
    shell.run("delete", "--yes").returns(2);
    shell.run("delete", "a", "--status", "failed").returns(2);
    shell.run("delete", "--status", "failed", "--force").returns(2);
    shell.run("prune", "--keep", "1").returns(2);
    shell.run("prune", "a", "--all", "--keep", "1").returns(2);
    shell.run("prune", "a", "--keep", "0").returns(2);
    shell.run("prune", "a").returns(2);
  }

  @Test
  void pruningKeepsTheNewest() {
    assumeThat(declares(Feature.EXECUTION_PRUNING)).isTrue();
    end(COUNTDOWN, "c", "xxx");

    assertThat(shell.run("prune", "c", "--keep", "2").returns(1).err())
        .contains("this would remove 2 of 4 executions");
    assertThat(shell.run("prune", "c", "--keep", "2", "--yes").returns(0).out())
        .contains("removed 2 executions");
    assertThat(shell.run("show", "c", "--json").object().get("executions")).hasSize(2);
    assertThat(shell.run("prune", "--all", "--keep", "1", "--yes").returns(0).out())
        .contains("removed 1 execution ", "from 1 instance");
    assertThat(shell.run("show", "c").out()).contains("\"done\"");
  }

  @Test
  void pruningAnInstanceThatHasOneExecutionRemovesNothing() {
    assumeThat(declares(Feature.EXECUTION_PRUNING)).isTrue();
    end(SHOUT, "a", "x");

    assertThat(shell.run("prune", "a", "--keep", "1").returns(1).err())
        .contains("this would remove 0 of 1 execution");
    shell.run("prune", "a", "--keep", "1", "--yes").returns(1);
    shell.run("prune", "--all", "--keep", "1", "--yes").returns(1);
  }

  private boolean declares(Feature feature) {
    try (Provider provider = Providers.open(url)) {
      return provider.info().declares(feature);
    }
  }
}
