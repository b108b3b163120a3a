// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.BusyHandler;

/** A caller's transaction that begins with a call to the store waits for the one writer. */
class CallersWaitTest {

  @TempDir Path directory;

  @Test
  @Timeout(60)
  void aTransactionThatBeginsWithPostingWaitsForTheWriter() throws Exception {
    Path file = directory.resolve("store.db");
    try (Provider provider = Providers.open(ProviderConfig.url("sqlite:" + file).build());
        Connection writer = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement first = writer.createStatement();
        Connection caller = DriverManager.getConnection("jdbc:sqlite:" + file)) {
      first.execute("BEGIN IMMEDIATE");
      CompletableFuture<Boolean> waits = new CompletableFuture<>();
      BusyHandler.setHandler(
          caller,
          new BusyHandler() {
            @Override
            protected int callback(int times) {
              waits.complete(true);
              return 1; // asks again
            }
          });
      caller.setAutoCommit(false);
      TransactionalEnqueue posting = provider.capability(TransactionalEnqueue.class).orElseThrow();
      CompletableFuture<Void> posts =
          CompletableFuture.runAsync(() ->
              posting.enqueue(caller, OrchestratorMessage.of("order", "test", Payload.utf8("{}"))));

      assertThat(firstOf(waits, posts)).as("it waits").isTrue();
      first.execute("COMMIT");
      posts.get();
      caller.commit();
    }
  }

  /** Whether one waited; fails with what ended it instead. */
  private static boolean firstOf(CompletableFuture<Boolean> waits, CompletableFuture<Void> posts)
      throws InterruptedException, ExecutionException {
    CompletableFuture.anyOf(waits, posts).get();
    return waits.getNow(false);
  }
}
