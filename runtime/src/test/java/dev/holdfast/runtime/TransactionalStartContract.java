// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Provider;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Starts in a transaction of the caller that begin later, on a real store. */
abstract class TransactionalStartContract {

  private static final Duration LONG = Duration.ofSeconds(90);
  private static final Orchestration<String, Instant> WHEN =
      Orchestration.named("when", String.class, Instant.class, (ctx, in) -> ctx.now());

  Provider provider;

  abstract void close() throws Exception;

  /** A connection to the same store, with a transaction under way. */
  abstract Connection connect() throws SQLException;

  @AfterEach
  void closeStore() throws Exception {
    close();
  }

  private Holdfast work() {
    return Holdfast.builder(provider)
        .closeOnShutdown(false)
        .closeGrace(Duration.ZERO)
        .orchestration(WHEN)
        .start();
  }

  @Test
  void aStartMayBeginLater() throws Exception {
    Duration delay = Duration.ofMillis(700);
    try (Holdfast holdfast = work();
        Connection connection = connect()) {
      HoldfastClient client = holdfast.client();
      client.start(WHEN, "now", "");
      Instant before = client.await(WHEN, "now", LONG); // by the store's clock
      client.within(connection).start(WHEN, "later", "", StartOptions.after(delay));
      client.within(connection).start(WHEN, "far", "", StartOptions.after(Duration.ofDays(9)));
      client.within(connection).start(WHEN, "past", "", StartOptions.at(Instant.EPOCH));
      connection.commit();
      assertThat(client.await(WHEN, "past", LONG)).isAfterOrEqualTo(before);
      assertThat(client.await(WHEN, "later", LONG)).isAfterOrEqualTo(before.plus(delay));
      assertThat(client.status("far").state()).isEqualTo(InstanceState.PENDING);
      client.within(connection).start(WHEN, "undone", "", StartOptions.after(delay));
      connection.rollback();
      assertThat(client.status("undone").state()).isEqualTo(InstanceState.NOT_FOUND);
    }
  }

  @Test
  void whatNeedsToKnowOfOthersIsRefused() throws Exception {
    try (Holdfast holdfast = work();
        Connection connection = connect()) {
      for (IdPolicy policy : new IdPolicy[] {IdPolicy.REJECT, IdPolicy.REPLACE_FINISHED}) {
        assertThatThrownBy(() ->
                holdfast
                    .client()
                    .within(connection)
                    .start(WHEN, "x", "", StartOptions.ifId(policy)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("cannot be " + policy);
      }
      Instant never = Instant.MAX;
      assertThatThrownBy(() ->
              holdfast.client().within(connection).start(WHEN, "x", "", StartOptions.at(never)))
          .isInstanceOf(IllegalArgumentException.class);
      connection.commit();
      assertThat(holdfast.client().status("x").state()).isEqualTo(InstanceState.NOT_FOUND);
    }
  }
}
