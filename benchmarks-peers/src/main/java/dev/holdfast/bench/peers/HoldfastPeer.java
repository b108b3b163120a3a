// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.peers;

import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Space;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/** Holdfast, with its usual settings but for the size of the pool. */
final class HoldfastPeer implements Peer {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Activity<Integer, Integer> STEP =
      Activity.named("step", Integer.class, Integer.class);

  private final Space space;
  private final Holdfast holdfast;
  private final Orchestration<Integer, Integer> program;

  private HoldfastPeer(Space space, Holdfast holdfast, Orchestration<Integer, Integer> program) {
    this.space = space;
    this.holdfast = holdfast;
    this.program = program;
  }

  static Peer start(BenchStore store, int steps) throws Exception {
    Orchestration<Integer, Integer> program =
        Orchestration.named(
            "steps",
            Integer.class,
            Integer.class,
            (ctx, input) -> {
              int value = input;
              for (int i = 0; i < steps; i++) {
                value = ctx.call(STEP, value).await();
              }
              return value;
            });
    Space space = store.newSpace();
    try {
      Holdfast holdfast =
          Holdfast.builder(Pools.withPoolSize(space.config()))
              .activity(STEP, (ctx, value) -> value)
              .orchestration(program)
              .start();
      return new HoldfastPeer(space, holdfast, program);
    } catch (RuntimeException e) {
      space.close();
      throw e;
    }
  }

  @Override
  public int startAndAwait(String id, int input) throws InterruptedException {
    holdfast.client().start(program, id, input);
    return holdfast.client().await(program, id, PATIENCE);
  }

  @Override
  public void close() throws IOException, SQLException {
    try {
      holdfast.close();
    } finally {
      space.close();
    }
  }
}
