// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A row of the application and the instance that works on it: stored together or not at all. */
public final class StartInTransaction {

  static final Activity<String, String> SHIP =
      Activity.named("sales-order.ship", String.class, String.class);

  static final Orchestration<String, String> SALES_ORDER =
      Orchestration.named(
          "sales-order", String.class, String.class, (ctx, order) -> ctx.call(SHIP, order).await());

  private StartInTransaction() {}

  static String run(String url) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(url)
            .activity(SHIP, (context, order) -> order + " is shipped")
            .orchestration(SALES_ORDER)
            .start()) {
      HoldfastClient client = holdfast.client();
      place(client, url, "order-a", false); // neither the row nor the instance
      place(client, url, "order-b", true); // both
      return client.await(SALES_ORDER, "order-b", Duration.ofMinutes(1))
          + "; order-a is "
          + client.status("order-a").state();
    }
  }

  private static void place(HoldfastClient client, String url, String order, boolean sure)
      throws SQLException {
    try (Connection connection = SampleStore.connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS sales_order (id VARCHAR(40) PRIMARY KEY)");
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO sales_order (id) VALUES ('" + order + "')");
      client.within(connection).start(SALES_ORDER, order, order);
      if (sure) {
        connection.commit();
      } else {
        connection.rollback();
      }
    } // closed at once: on SQLite an open connection may keep the lock of the one writer
  }

  /** Runs it on the store whose URL is given, or else on a temporary one. */
  public static void main(String[] args) throws Exception {
    System.out.println(run(SampleStore.url(args)));
  }
}
