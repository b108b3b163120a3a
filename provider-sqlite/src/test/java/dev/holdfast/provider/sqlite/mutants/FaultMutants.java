// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.sqlite.SqliteFixture;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.TestStore;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Mutants for the rules about faults of the store, about counts and about cost. */
final class FaultMutants {
  /** A result code that SQLite does not have. */
  private static final int UNKNOWN = 250;

  private static final int MOST_DETOURS = 2;
  private static final int WHOLE = 100_000;
  private static final long POLL_NANOS = 1_000_000;

  static final List<FaultMutant> ALL =
      List.of(
          // ---- errors of the store
          driver(
              "a-failed-commit-is-taken-for-done",
              "CRASH-06,LEASE-14,CHANGE-03,CHANGE-18,STREAM-24",
              "The first error of a commit is swallowed.",
              ChangedDriver.executing((sql, sent) -> {
                try {
                  return sent.send();
                } catch (SQLException e) {
                  if (sql.equals("COMMIT")) {
                    return false;
                  }
                  throw e;
                }
              })),
          driver(
              "a-lost-connection-is-an-unknown-error",
              "CRASH-05,ERR-02",
              "The code for a lost connection is not known.",
              taking(SQLiteErrorCode.SQLITE_IOERR.code, FaultMutants::unknown)),
          driver(
              "a-busy-store-is-an-unknown-error",
              "ERR-02,ERR-09",
              "The code for a busy store is not known.",
              taking(SQLiteErrorCode.SQLITE_BUSY.code, FaultMutants::unknown)),
          driver(
              "a-full-store-is-an-unknown-error",
              "CRASH-11",
              "The code for a full disk is not known.",
              taking(SQLiteErrorCode.SQLITE_FULL.code, FaultMutants::unknown)),
          driver(
              "an-unknown-error-is-a-busy-store",
              "ERR-03",
              "What is not known is taken for contention, and so for retryable.",
              taking(UNKNOWN, e -> new SQLiteException("taken for", SQLiteErrorCode.SQLITE_BUSY))),
          driver(
              "nothing-is-rolled-back",
              "ERR-09",
              "The transaction of a write that failed stays open.",
              ChangedDriver.executing((sql, sent) -> sql.equals("ROLLBACK") ? false : sent.send())),
          driver(
              "broken-connections-stay-open",
              "ERR-06",
              "A connection that is given up is not closed.",
              ChangedDriver.neverClosing()),
          handle(
              "a-failure-is-remembered-for-ever",
              "CRASH-05,CRASH-11",
              "After the store was out of reach once, every call of the handle says so.",
              FaultMutants::remembering),
          handle(
              "the-drivers-exception-escapes",
              "ERR-01",
              "What is no ProviderError reaches the caller.",
              right ->
                  ChangedProvider.of(
                      right,
                      (provider, call, argument, proceed) -> {
                        try {
                          return proceed.call();
                        } catch (StoreUnavailable e) {
                          throw new IllegalStateException(e);
                        }
                      })),
          handle(
              "repeats-an-enqueue-without-its-id",
              "CRASH-07",
              "An enqueue of unknown outcome is made again as another message.",
              right -> ChangedProvider.of(right, FaultMutants::enqueuedAgain)),
          handle(
              "a-cut-connection-gives-back-what-is-held",
              "CRASH-12",
              "A handle whose connection is cut gives back what it holds.",
              FaultMutants::givingBack),
          handle(
              "locks-do-not-end",
              "CRASH-08",
              "A lock is held a thousand times as long as was asked for.",
              right -> ChangedProvider.of(right, FaultMutants::lockedLong)),

          // ---- counts and cost
          handle(
              "an-acquisition-in-two-commits",
              "LEASE-15",
              "A lease is acquired, and then renewed for the time that was asked for.",
              right -> ChangedProvider.of(right, FaultMutants::acquiredInTwo)),
          handle(
              "changes-in-a-commit-of-their-own",
              "CHANGE-02,CHANGE-25",
              "A turn is applied, and then its changes are.",
              right -> ChangedProvider.of(right, FaultMutants::ackedThenChanged)),
          reading(
              "stuck-runs-among-all",
              "RUN-24",
              "Stuck runs are looked for among all runs.",
              StateTables.class,
              "stuckRuns",
              (tables, arguments) -> tables.runs(RunQuery.firstPage(100))),
          reading(
              "one-step-among-all",
              "STEP-14",
              "A page of steps is looked for among all steps of the run.",
              StateTables.class,
              "steps",
              (tables, arguments) -> {
                if (arguments[0] instanceof StepQuery query) {
                  tables.steps(new StepQuery(query.runIds(), Set.of(), 100, null));
                }
              }),
          reading(
              "an-append-among-all-messages",
              "INBOX-24",
              "An append looks at each message of the inbox.",
              DurableInbox.class,
              "append",
              (inbox, arguments) -> {
                InboxKey key = ((AppendInbox) arguments[0]).key();
                long sequence = 1;
                while (inbox.message(key, sequence).isPresent()) {
                  sequence++;
                }
              }),
          handle(
              "waiting-runs-among-suspended-ones",
              "TRIGGER-14",
              "Runs with inputs are looked for among all suspended runs.",
              right ->
                  ChangedProvider.of(
                      right,
                      (provider, call, argument, proceed) ->
                          readBefore(
                              provider,
                              call,
                              argument,
                              proceed,
                              Triggers.class,
                              "suspendedRunsWithPendingInputs",
                              (triggers, arguments) ->
                                  provider
                                      .capability(StateTables.class)
                                      .orElseThrow()
                                      .runs(
                                          RunQuery.builder(100)
                                              .statuses(RunStatus.SUSPENDED)
                                              .build())))),
          handle(
              "a-statement-per-message",
              "PERF-01",
              "A list of messages is enqueued one by one.",
              right ->
                  ChangedProvider.of(
                      right,
                      (provider, call, argument, proceed) -> {
                        if (!call.equals("enqueueAll")) {
                          return proceed.call();
                        }
                        elements(argument, OrchestratorMessage.class).forEach(provider::enqueue);
                        return null;
                      })),
          handle(
              "a-commit-per-ack",
              "PERF-02",
              "A list of acks is a loop over single ones.",
              right -> ChangedProvider.of(right, FaultMutants::ackedOneByOne)),
          handle(
              "a-fetch-reads-everything",
              "PERF-03",
              "A fetch reads the whole history of what it delivers.",
              right ->
                  ChangedProvider.of(
                      right,
                      (provider, call, argument, proceed) -> {
                        Object answer = proceed.call();
                        if (call.equals("fetchOrchestrationItems")) {
                          elements(answer, OrchestrationItem.class)
                              .forEach(item ->
                                  provider.readHistory(
                                      item.instanceId(), item.executionId(), 0, WHOLE));
                        }
                        return answer;
                      })),
          handle(
              "every-waiter-polls",
              "PERF-06",
              "Each waiting fetch asks the store again and again by itself.",
              right -> ChangedProvider.of(right, FaultMutants::polled)),
          driver(
              "a-fetch-looks-at-every-instance",
              "PERF-05",
              "No index leads to the instances that are ready, and looking at one costs something.",
              ChangedDriver.saying(sql ->
                  sql.replace(
                      "FROM holdfast_instance WHERE ready_at <= ?"
                          + " AND (ready_at, ready_seq) > (?, ?) ORDER BY ready_at, ready_seq",
                      "FROM holdfast_instance"
                          + " WHERE length(hex(zeroblob(1000 + instance_key % 2))) > 0"
                          + " AND +ready_at <= ? AND (+ready_at, +ready_seq) > (?, ?)"
                          + " ORDER BY +ready_at, +ready_seq"))),
          driver(
              "finished-activities-are-kept",
              "PERF-07",
              "An acked activity is marked as done and not deleted.",
              ChangedDriver.saying(sql ->
                  sql.replace(
                      "DELETE FROM holdfast_activity",
                      "UPDATE holdfast_activity SET lock_epoch = 0, ready_at = 9000000000000000"))),
          driver(
              "activities-are-sorted",
              "PERF-04",
              "The order in which activities are fetched is not that of an index.",
              ChangedDriver.saying(sql ->
                  sql.replace("ORDER BY a.ready_at, a.seq", "ORDER BY +a.ready_at, +a.seq"))),
          handle(
              "callers-get-in-each-others-way",
              "PERF-08",
              "Each call costs more the more of them are under way.",
              FaultMutants::crowding),
          handle(
              "every-filter-is-a-new-one",
              "PERF-09",
              "A fetch for certain code remembers nothing of the last one.",
              FaultMutants::forgettingFilters),
          driver(
              "instances-are-sorted",
              "PERF-10",
              "The order in which instances are fetched is not that of an index.",
              ChangedDriver.saying(sql ->
                  sql.replace(
                      "ORDER BY ready_at, ready_seq",
                      "ORDER BY length(hex(zeroblob(1000 + instance_key % 2))), +ready_at,"
                          + " +ready_seq"))),

          // ---- the fixture
          new FaultMutant(
              "children-work-elsewhere",
              "FIX-08",
              "The crash target leads to another store.",
              () ->
                  NamedFixture.withStores(
                      new SqliteFixture(), FaultMutants::withOtherCrashTarget)));

  private FaultMutants() {}

  private static FaultMutant driver(
      String name, String rules, String what, UnaryOperator<Connection> driver) {
    return new FaultMutant(name, rules, what, () -> new SqliteFixture(driver));
  }

  static FaultMutant handle(
      String name, String rules, String what, UnaryOperator<Provider> change) {
    return new FaultMutant(
        name,
        rules,
        what,
        () -> NamedFixture.withStores(new SqliteFixture(), ChangedProvider.handles(change)));
  }

  /** Handles that read something else before one call of a capability. */
  static <C extends Capability> FaultMutant reading(
      String name,
      String rules,
      String what,
      Class<C> type,
      String read,
      BiConsumer<C, Object[]> before) {
    return handle(
        name,
        rules,
        what,
        right ->
            ChangedProvider.of(
                right,
                (provider, call, argument, proceed) ->
                    readBefore(provider, call, argument, proceed, type, read, before)));
  }

  /** A driver that answers with another error in place of one. */
  private static UnaryOperator<Connection> taking(int code, UnaryOperator<SQLException> forOther) {
    return ChangedDriver.executing((sql, sent) -> {
      try {
        return sent.send();
      } catch (SQLException e) {
        throw (e.getErrorCode() & 0xff) == code ? forOther.apply(e) : e;
      }
    });
  }

  private static SQLException unknown(SQLException known) {
    return new SQLException(known.getMessage(), null, UNKNOWN);
  }

  private static <T> List<T> elements(@Nullable Object list, Class<T> type) {
    return list instanceof List<?> all ? all.stream().map(type::cast).toList() : List.of();
  }

  private static Provider remembering(Provider right) {
    AtomicReference<@Nullable StoreUnavailable> failure = new AtomicReference<>();
    return ChangedProvider.of(
        right,
        (provider, call, argument, proceed) -> {
          StoreUnavailable before = failure.get();
          if (before != null && !call.equals("close") && !call.equals("info")) {
            throw before;
          }
          try {
            return proceed.call();
          } catch (StoreUnavailable e) {
            failure.set(e);
            throw e;
          }
        });
  }

  private static @Nullable Object acquiredInTwo(
      Provider right, String call, @Nullable Object argument, ChangedProvider.Right proceed)
      throws Throwable {
    if (!call.equals("capability") || !Leases.class.equals(argument)) {
      return proceed.call();
    }
    Leases leases = right.capability(Leases.class).orElseThrow();
    return Optional.of(
        (Leases)
            Proxy.newProxyInstance(
                FaultMutants.class.getClassLoader(),
                new Class<?>[] {Leases.class},
                (self, method, arguments) -> {
                  Object answer = method.invoke(leases, arguments);
                  if (answer instanceof LeaseAnswer.Acquired acquired) {
                    leases.renew(acquired.token(), (Duration) arguments[2]);
                  }
                  return answer;
                }));
  }

  private static @Nullable Object ackedThenChanged(
      Provider right, String call, @Nullable Object argument, ChangedProvider.Right proceed)
      throws Throwable {
    if (!call.equals("ackOrchestrationItem")
        || !(argument instanceof OrchestrationAck ack)
        || ack.changes().isEmpty()) {
      return proceed.call();
    }
    AckResult result = right.ackOrchestrationItem(ack.withChanges(List.of()));
    return result instanceof AckResult.Applied applied
        ? applied.withResults(right.capability(Changes.class).orElseThrow().apply(ack.changes()))
        : result;
  }

  private static <C extends Capability> @Nullable Object readBefore(
      Provider right,
      String call,
      @Nullable Object argument,
      ChangedProvider.Right proceed,
      Class<C> type,
      String read,
      BiConsumer<C, Object[]> before)
      throws Throwable {
    if (!call.equals("capability") || !type.equals(argument)) {
      return proceed.call();
    }
    C capability = right.capability(type).orElseThrow();
    return Optional.of(
        Proxy.newProxyInstance(
            FaultMutants.class.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              if (method.getName().equals(read)) {
                before.accept(capability, arguments);
              }
              return method.invoke(capability, arguments);
            }));
  }

  private static @Nullable Object enqueuedAgain(
      Provider right, String call, @Nullable Object argument, ChangedProvider.Right proceed)
      throws Throwable {
    try {
      return proceed.call();
    } catch (OutcomeUnknown e) {
      if (argument instanceof OrchestratorMessage message) {
        right.enqueue(
            OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
                .due(message.due())
                .start(message.start())
                .build());
        return null;
      }
      throw e;
    }
  }

  private static @Nullable Object lockedLong(
      Provider right, String call, @Nullable Object argument, ChangedProvider.Right proceed)
      throws Throwable {
    return switch (argument) {
      case OrchestrationFetch fetch ->
          right.fetchOrchestrationItems(
              OrchestrationFetch.of(fetch.max(), fetch.lockFor().multipliedBy(1_000)));
      case ActivityFetch fetch ->
          right.fetchActivityItems(
              ActivityFetch.of(fetch.max(), fetch.lockFor().multipliedBy(1_000)));
      case null, default -> proceed.call();
    };
  }

  private static @Nullable Object ackedOneByOne(
      Provider right, String call, @Nullable Object argument, ChangedProvider.Right proceed)
      throws Throwable {
    return switch (call) {
      case "ackOrchestrationItems" ->
          elements(argument, OrchestrationAck.class).stream()
              .map(right::ackOrchestrationItem)
              .toList();
      case "ackActivityItems" ->
          elements(argument, ActivityAck.class).stream().map(right::ackActivityItem).toList();
      default -> proceed.call();
    };
  }

  private static @Nullable Object polled(
      Provider right, String call, @Nullable Object argument, ChangedProvider.Right proceed)
      throws Throwable {
    if (!(argument instanceof OrchestrationFetch fetch)) {
      return proceed.call();
    }
    long end = System.nanoTime() + fetch.waitUpTo().toNanos();
    OrchestrationFetch look = fetch.withWaitUpTo(Duration.ZERO);
    List<OrchestrationItem> items = right.fetchOrchestrationItems(look);
    while (items.isEmpty()
        && System.nanoTime() - end < 0
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(POLL_NANOS);
      items = right.fetchOrchestrationItems(look);
    }
    return items;
  }

  private static Provider givingBack(Provider right) {
    List<LockToken> held = new CopyOnWriteArrayList<>();
    return ChangedProvider.of(
        right,
        (provider, call, argument, proceed) -> {
          try {
            Object answer = proceed.call();
            if (call.equals("fetchOrchestrationItems")) {
              elements(answer, OrchestrationItem.class).forEach(item -> held.add(item.lockToken()));
            }
            return answer;
          } catch (StoreUnavailable e) {
            for (LockToken token : held) {
              try {
                provider.abandon(token, AbandonOptions.now());
              } catch (ProviderError goneBefore) {
                held.remove(token);
              }
            }
            held.clear();
            throw e;
          }
        });
  }

  private static Provider forgettingFilters(Provider right) {
    AtomicInteger fetches = new AtomicInteger();
    return ChangedProvider.of(
        right,
        (provider, call, argument, proceed) -> {
          if (argument instanceof OrchestrationFetch fetch && fetch.served() != null) {
            Set<OrchestrationCode> served = new HashSet<>(fetch.served());
            served.add(new OrchestrationCode("fetch-" + fetches.incrementAndGet(), null));
            return provider.fetchOrchestrationItems(fetch.withServed(served));
          }
          return proceed.call();
        });
  }

  private static Provider crowding(Provider right) {
    AtomicInteger underWay = new AtomicInteger();
    Object door = new Object();
    return ChangedProvider.of(
        right,
        (provider, call, argument, proceed) -> {
          int others = underWay.getAndIncrement();
          try {
            synchronized (door) {
              for (int i = 0; i < Math.min(others, MOST_DETOURS); i++) {
                provider.enqueue(OrchestratorMessage.of("nobody", "detour", Payload.empty()));
              }
            }
            return proceed.call();
          } finally {
            underWay.decrementAndGet();
          }
        });
  }

  private static TestStore withOtherCrashTarget(TestStore store) {
    return new NamedFixture.ChangedStore(store) {
      @Override
      public Optional<CrashTarget> crashTarget() {
        return super.crashTarget()
            .map(target ->
                new CrashTarget(
                    target.url() + "-other",
                    target.options(),
                    target.classPath(),
                    target.jvmArguments()));
      }
    };
  }
}
