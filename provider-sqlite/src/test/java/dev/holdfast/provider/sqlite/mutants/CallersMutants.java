// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.provider.sqlite.SqliteFixture;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/** Mutants of enqueues in transactions of callers. */
final class CallersMutants {

  static final List<FaultMutant> ALL =
      List.of(
          mutant(
              "what-is-declared-is-not-passed-on",
              "TXENQ-01",
              "A wrapper forgets the capability.",
              right -> ChangedProvider.of(right, CallersMutants::offeringNothing)),
          posting(
              "written-through-a-connection-of-its-own",
              "TXENQ-02,TXENQ-03,TXENQ-07,TXENQ-19",
              "The message is enqueued at once, through another connection.",
              right -> (post, connection, messages) -> right.enqueueAll(messages)),
          posting(
              "due-times-are-dropped",
              "TXENQ-05",
              "Messages are copied without their due time.",
              right ->
                  (post, connection, messages) ->
                      post.enqueueAll(connection, copies(messages, CallersMutants::dueNow))),
          posting(
              "every-second-message-is-lost",
              "TXENQ-06",
              "A message that comes behind another is overlooked.",
              CallersMutants::losing),
          mutant(
              "told-when-it-was-fetched",
              "ADMIN-33",
              "What was posted lies beside the queue until the next fetch, and nobody looks there.",
              CallersMutants::besideTheQueue),
          posting(
              "it-commits-for-the-caller",
              "TXENQ-08",
              "The call ends the transaction.",
              right ->
                  (post, connection, messages) -> {
                    post.enqueueAll(connection, messages);
                    connection.commit();
                  }),
          posting(
              "a-statement-stays-open",
              "TXENQ-08",
              "A statement is never closed.",
              right ->
                  (post, connection, messages) -> {
                    connection.prepareStatement("SELECT 1").execute();
                    post.enqueueAll(connection, messages);
                  }),
          posting(
              "auto-commit-is-helped",
              "TXENQ-09",
              "In auto-commit mode the call makes a transaction of its own.",
              right -> CallersMutants::helpingAutoCommit),
          posting(
              "the-place-is-not-compared",
              "TXENQ-10",
              "A connection to another place is taken.",
              right ->
                  (post, connection, messages) -> {
                    try {
                      post.enqueueAll(connection, messages);
                    } catch (InvalidRequest e) {
                      if (!String.valueOf(e.getMessage()).contains("leads to another")) {
                        throw e;
                      }
                    }
                  }),
          posting(
              "only-the-class-of-the-driver-is-known",
              "TXENQ-11",
              "Proxies are refused.",
              right ->
                  (post, connection, messages) -> {
                    if (!(connection instanceof SQLiteConnection)) {
                      throw new InvalidRequest("enqueue", "the connection is not one of SQLite");
                    }
                    post.enqueueAll(connection, messages);
                  }),
          posting(
              "the-connection-is-asked-first",
              "TXENQ-12",
              "A statement is sent before the request is checked.",
              right ->
                  (post, connection, messages) -> {
                    try (Statement statement = connection.createStatement()) {
                      statement.execute("SELECT 1");
                    }
                    post.enqueueAll(connection, messages);
                  }),
          posting(
              "message-ids-are-dropped",
              "TXENQ-13,TXENQ-14,TXENQ-15",
              "Messages are copied without their message id.",
              right ->
                  (post, connection, messages) ->
                      post.enqueueAll(connection, copies(messages, CallersMutants::unidentified))),
          posting(
              "a-mismatch-ends-the-transaction",
              "TXENQ-14",
              "What the transaction has written is lost with the refused message.",
              right ->
                  (post, connection, messages) -> {
                    try {
                      post.enqueueAll(connection, messages);
                    } catch (IdempotencyMismatch e) {
                      connection.rollback();
                      throw e;
                    }
                  }),
          posting(
              "contention-is-a-failure",
              "TXENQ-16",
              "A busy store is reported as a defect.",
              right ->
                  (post, connection, messages) -> {
                    try {
                      post.enqueueAll(connection, messages);
                    } catch (StoreContention e) {
                      throw new StoreFailure("enqueue", "busy", e);
                    }
                  }),
          mutant(
              "contention-is-remembered",
              "TXENQ-17",
              "A handle that met contention fails for good.",
              CallersMutants::remembering));

  private CallersMutants() {}

  /** Another way to post. */
  @FunctionalInterface
  private interface Posting {
    void enqueueAll(
        TransactionalEnqueue post, Connection connection, List<OrchestratorMessage> messages)
        throws SQLException;
  }

  private static FaultMutant posting(
      String name, String rules, String what, Function<Provider, Posting> way) {
    return mutant(name, rules, what, right -> posting(right, way.apply(right)));
  }

  private static FaultMutant mutant(
      String name, String rules, String what, UnaryOperator<Provider> change) {
    return new FaultMutant(
        name,
        rules,
        what,
        () -> NamedFixture.withStores(new SqliteFixture(), ChangedProvider.handles(change)));
  }

  private static Provider posting(Provider right, Posting way) {
    Optional<TransactionalEnqueue> changed =
        right
            .capability(TransactionalEnqueue.class)
            .<TransactionalEnqueue>map(post ->
                (connection, messages) -> {
                  try {
                    way.enqueueAll(post, connection, messages);
                  } catch (SQLException e) {
                    throw new StoreFailure("enqueue", "of the mutant", e);
                  }
                });
    return ChangedProvider.of(
        right,
        (provider, call, argument, proceed) ->
            argument == TransactionalEnqueue.class ? changed : proceed.call());
  }

  private static @Nullable Object offeringNothing(
      Provider right, String call, @Nullable Object argument, ChangedProvider.Right proceed)
      throws Throwable {
    return call.equals("capability") ? Optional.empty() : proceed.call();
  }

  private static Posting losing(Provider right) {
    AtomicInteger calls = new AtomicInteger();
    return (post, connection, messages) -> {
      if (calls.getAndIncrement() % 2 == 0) {
        post.enqueueAll(connection, messages);
      }
    };
  }

  private static Provider besideTheQueue(Provider right) {
    Queue<OrchestratorMessage> beside = new ConcurrentLinkedQueue<>();
    return ChangedProvider.of(
        posting(right, (post, connection, messages) -> beside.addAll(messages)),
        (provider, call, argument, proceed) -> {
          while (call.startsWith("fetch") && !beside.isEmpty()) {
            right.enqueue(beside.remove());
          }
          return proceed.call();
        });
  }

  private static void helpingAutoCommit(
      TransactionalEnqueue post, Connection connection, List<OrchestratorMessage> messages)
      throws SQLException {
    if (connection.isClosed() || !connection.getAutoCommit()) {
      post.enqueueAll(connection, messages);
      return;
    }
    connection.setAutoCommit(false);
    post.enqueueAll(connection, messages);
    connection.setAutoCommit(true);
  }

  private static Provider remembering(Provider right) {
    AtomicReference<@Nullable StoreContention> failure = new AtomicReference<>();
    return ChangedProvider.of(
        right,
        (provider, call, argument, proceed) -> {
          StoreContention before = failure.get();
          if (before != null && !List.of("close", "info", "capability").contains(call)) {
            throw before;
          }
          try {
            return proceed.call();
          } catch (StoreContention e) {
            failure.set(e);
            throw e;
          }
        });
  }

  private static List<OrchestratorMessage> copies(
      List<OrchestratorMessage> messages, UnaryOperator<OrchestratorMessage> copy) {
    List<OrchestratorMessage> copies = new ArrayList<>();
    messages.forEach(message -> copies.add(copy.apply(message)));
    return copies;
  }

  private static OrchestratorMessage dueNow(OrchestratorMessage message) {
    return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
        .start(message.start())
        .messageId(message.messageId())
        .discardIfUnknown(message.discardIfUnknown())
        .build();
  }

  private static OrchestratorMessage unidentified(OrchestratorMessage message) {
    return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
        .due(message.due())
        .start(message.start())
        .discardIfUnknown(message.discardIfUnknown())
        .build();
  }
}
