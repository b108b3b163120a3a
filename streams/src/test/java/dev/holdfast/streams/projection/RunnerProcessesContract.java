// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.ChildJvm;
import dev.holdfast.streams.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Processes share the shards of projections, and are killed. */
abstract class RunnerProcessesContract extends BankContract {

  private static final Duration WAIT = Duration.ofSeconds(100);

  private final List<ChildJvm> running = new ArrayList<>();
  private Accounts table;

  private void launch() throws Exception {
    ChildJvm process = RunnerProcess.launch(store.url(), name, table.name());
    running.add(process);
    closing(process::kill);
  }

  private LogPosition deposits() {
    LogPosition last = LogPosition.START;
    for (int i = 0; i < 30; i++) {
      last = deposit("a-" + i % 4, i).appended().lastPosition();
    }
    return last;
  }

  /** One process is killed while it folds, and another one takes over. */
  @Test
  @Promise({"ES-20", "ES-21"})
  void rowsAreTheFoldWhoeverIsKilled() throws Exception {
    table = new Accounts(id("killed").replace('-', '_'));
    store.execute(table.create());
    closing(() -> store.execute("DROP TABLE " + table.name()));
    Projector<AccountEvent, Balance> following = Projector.on(events, Balance.of(name), 2);
    Projector<AccountEvent, Balance> own =
        Projector.into(
            events,
            Balance.builder(name + "-own").categories(name).handler(Balance::changes),
            store::connect,
            table);
    following.rows();
    own.rows();
    launch();
    launch();
    LogPosition first = deposits();
    following.await(first, WAIT);
    own.await(first, WAIT);
    LogPosition last = first;
    for (int round = 0; round < 2; round++) {
      last = deposits();
      running.remove(0).kill();
      if (round == 0) {
        launch();
      }
      assertThat(following.verify().differences()).isEmpty();
      assertThat(own.verify().differences()).isEmpty();
    }
    following.await(last, WAIT);
    own.await(last, WAIT);
    assertThat(following.rows()).isEqualTo(expected(4));
    assertThat(own.rows()).isEqualTo(expected(4));
  }
}
