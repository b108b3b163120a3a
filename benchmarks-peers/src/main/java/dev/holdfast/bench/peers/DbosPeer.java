// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.peers;

import com.zaxxer.hikari.HikariDataSource;
import dev.dbos.transact.DBOS;
import dev.dbos.transact.StartWorkflowOptions;
import dev.dbos.transact.config.DBOSConfig;
import dev.dbos.transact.workflow.Workflow;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Space;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** DBOS Transact, with its usual settings but for the pool, which it is given. */
final class DbosPeer implements Peer {

  private final Space space;
  private final HikariDataSource pool;
  private final DBOS dbos;
  private final Program program;
  private final int steps;

  private DbosPeer(Space space, HikariDataSource pool, DBOS dbos, Program program, int steps) {
    this.space = space;
    this.pool = pool;
    this.dbos = dbos;
    this.program = program;
    this.steps = steps;
  }

  /** What is measured. Public for the proxy that DBOS makes of it. */
  public interface Program {

    /**
     * Does so many steps.
     *
     * @param steps how many
     * @param input what goes through all of them
     * @return the input
     */
    int run(int steps, int input);
  }

  /** Its code. */
  public static final class Steps implements Program {
    private final DBOS dbos;

    Steps(DBOS dbos) {
      this.dbos = dbos;
    }

    @Override
    @Workflow(name = "steps")
    public int run(int steps, int input) {
      int value = input;
      for (int i = 0; i < steps; i++) {
        int given = value;
        value = dbos.<Integer, RuntimeException>runStep(() -> given, "step");
      }
      return value;
    }
  }

  static Peer start(BenchStore store, int steps) throws Exception {
    Space space = store.newSpace();
    HikariDataSource pool = Pools.of(store, space.config());
    DBOS dbos = null;
    try {
      dbos =
          new DBOS(
              DBOSConfig.defaults("holdfast-bench")
                  .withDataSource(pool)
                  .withDatabaseSchema(
                      Objects.requireNonNull(space.config().options().get("schema")))
                  .withAppVersion("1"));
      Program program = dbos.registerProxy(Program.class, new Steps(dbos));
      dbos.launch();
      return new DbosPeer(space, pool, dbos, program, steps);
    } catch (RuntimeException e) {
      close(dbos, pool, space);
      throw e;
    }
  }

  @Override
  public int startAndAwait(String id, int input) {
    return dbos.<Integer, RuntimeException>startWorkflow(
            () -> program.run(steps, input), new StartWorkflowOptions(id))
        .getResult();
  }

  @Override
  public void close() throws IOException, SQLException {
    close(dbos, pool, space);
  }

  private static void close(@Nullable DBOS dbos, HikariDataSource pool, Space space)
      throws IOException, SQLException {
    try {
      if (dbos != null) {
        dbos.close();
      }
    } finally {
      try {
        pool.close();
      } finally {
        space.close();
      }
    }
  }
}
