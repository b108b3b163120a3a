// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepType;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Failure;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.IdPolicy;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OtherEngineException;
import dev.holdfast.runtime.StartOptions;
import dev.holdfast.worker.WorkerSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the runtime's client and the commands make of a run of a graph, on each store. */
@Timeout(120)
abstract class OtherEngineContract {

  record Text(String text) {}

  private static final StepType<Text, Text> RATE = StepType.named("rate", Text.class, Text.class);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Orchestration<String, String> ECHO =
      Orchestration.named("echo", String.class, String.class, (ctx, in) -> in);
  private static final GraphDefinition GRAPH = graph();

  @TempDir private Path dir;
  private final CountDownLatch gate = new CountDownLatch(1);
  private Provider provider;
  private Graphs graphs;
  private HoldfastClient client;
  private Shell shell;

  /** The address of a store that is not made yet. */
  abstract String newStore(Path directory);

  private static GraphDefinition graph() {
    GraphBuilder graph = GraphDefinition.builder("rates", "1");
    Source text = graph.input("text", String.class);
    graph.step("rate", RATE).input("text", text).retry(RetryPolicy.attempts(1));
    return graph.build();
  }

  @BeforeEach
  void work() {
    String url = newStore(dir);
    shell = new Shell(url);
    provider = Providers.open(ProviderConfig.url(url).build());
    client = HoldfastClient.on(provider, DataConverter.jackson());
    graphs =
        Graphs.builder(provider)
            .graph(GRAPH)
            .step(
                RATE,
                (context, in) -> {
                  if (in.text().equals("wait")) {
                    gate.await();
                  }
                  if (in.text().equals("fail")) {
                    throw new IllegalStateException("no");
                  }
                  return in;
                })
            .settings(WorkerSettings.defaults().withCloseGrace(Duration.ZERO))
            .closeOnShutdown(false)
            .start();
  }

  /** Removes it when all of it is closed. */
  abstract void drop() throws Exception;

  @AfterEach
  void close() throws Exception {
    graphs.close();
    client.close();
    provider.close();
    drop();
  }

  private void start(String id, String text) {
    graphs.client().start(GRAPH, id, Map.of("text", text));
  }

  @Test
  void theStateOfARunIsTold() throws Exception {
    start("runs", "wait");
    while (client.status("runs").state() != InstanceState.RUNNING) {
      Thread.onSpinWait();
    }
    InstanceStatus running = client.status("runs");
    assertThat(running.ofOtherEngine()).isTrue();
    assertThat(running.name()).isEqualTo("rates");
    assertThat(running.executionId()).isEqualTo(1);
    gate.countDown();
    graphs.client().await("runs", LONG);
    InstanceStatus done = client.awaitStatus("runs", LONG);
    assertThat(done.state()).isEqualTo(InstanceState.COMPLETED);
    assertThat(done).isEqualTo(client.status("runs"));
    assertThat(done.output()).isNull();

    start("fails", "fail");
    InstanceStatus failed = client.awaitStatus("fails", LONG);
    assertThatThrownBy(() -> graphs.client().await("fails", LONG))
        .isInstanceOf(RunFailedException.class);
    assertThat(failed.state()).isEqualTo(InstanceState.FAILED);
    assertThat(failed.failure().type()).isEqualTo(Failure.OTHER_ENGINE);
  }

  @Test
  void whatOnlyOrchestrationsHaveIsRefused() throws Exception {
    start("done", "a");
    client.awaitStatus("done", LONG);
    assertThatThrownBy(() -> client.await(ECHO, "done", LONG))
        .isInstanceOf(OtherEngineException.class)
        .hasMessageContaining("instance \"done\" (\"rates\") is of another engine");
    assertThatThrownBy(() -> client.restart("done")).isInstanceOf(OtherEngineException.class);
    assertThatThrownBy(() -> client.retry("done")).isInstanceOf(OtherEngineException.class);
    Orchestration<String, String> sameName =
        Orchestration.named("rates", String.class, String.class, (ctx, in) -> in);
    StartOptions replace = StartOptions.ifId(IdPolicy.REPLACE_FINISHED);
    assertThat(client.start(sameName, "done", "a", replace).isNew()).isFalse();
  }

  @Test
  void theCommandsTellAndRefuse() {
    start("runs", "wait");
    while (client.status("runs").state() != InstanceState.RUNNING) {
      Thread.onSpinWait();
    }
    assertThat(shell.run("show", "runs").returns(0).out())
        .contains("rates", "running", "run runs shows it if it is a run of a graph");
    assertThat(shell.run("show", "runs", "--json").returns(0).object().get("ofOtherEngine"))
        .hasToString("true");
    assertThat(shell.run("why", "runs").returns(0).out()).contains("runs");
    assertThat(shell.run("raise", "runs", "word", "1").returns(2).err())
        .contains("no orchestration but of another engine");
    assertThat(shell.run("resume", "runs").returns(2).err()).contains("nothing was done");
    for (String command : new String[] {"suspend", "terminate", "restart"}) {
      assertThat(shell.run(command, "runs", "--yes").returns(2).err()).contains("nothing was done");
    }
    assertThat(client.status("runs").state()).isEqualTo(InstanceState.RUNNING);
    shell.run("cancel", "runs", "--yes").returns(0);
    while (client.status("runs").state() == InstanceState.RUNNING) {
      Thread.onSpinWait();
    }
    assertThat(shell.run("cancel", "runs", "--yes").returns(1).err()).contains("ended already");
  }
}
