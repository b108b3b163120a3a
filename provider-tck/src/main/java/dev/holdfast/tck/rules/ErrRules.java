// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.StoreSwitch;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.harness.Configs;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Footprint;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import dev.holdfast.tck.harness.Turn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.parallel.Isolated;

/** Errors that can be acted on: every failure has a type that says what to do next. */
@RuleFamily("ERR")
@Isolated("what comes to the console of this JVM is looked at")
final class ErrRules {

  private static final String SECRET = "s3cr3t-d0-n0t-sh0w";
  private static final String TAKEN = "taken";
  private static final int FAILURES = 100;
  private static final int CALLERS = 16;
  private static final int HEALTHY = 3;

  // ---- the table of refusals

  /**
   * One call that must be refused.
   *
   * @param operation the call, as its errors name it
   * @param type how it must be refused
   * @param call makes it and answers the error, null when there was none
   */
  private record Refusal(
      String operation, Class<? extends Permanent> type, Supplier<@Nullable ProviderError> call) {

    ProviderError refused() {
      ProviderError error = call.get();
      if (error == null) {
        throw Expect.violation(
            "A call that must be refused went through: " + this + ".",
            type.getSimpleName(),
            "no error");
      }
      return error;
    }

    @Override
    public String toString() {
      return operation + " -> " + type.getSimpleName();
    }
  }

  /** Every refusal that a held instance, a held activity and a used message id make possible. */
  private static List<Refusal> refusals(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.enqueue(message("order", TAKEN, "first"));
    a.turn(a.fetchOne("order")).name(Sample.NAME).events(1, 3).apply();
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);

    List<Refusal> table = new ArrayList<>();
    addAcks(table, a, item);
    addActivityAcks(table, a, activity);
    addOthers(table, s, item, activity);
    return table;
  }

  private static void addAcks(List<Refusal> table, Handle a, OrchestrationItem item) {
    LockToken stranger = new LockToken.OfInstance("order", item.lockToken().epoch() + 1_000);
    ack(table, a, LockLost.class, good(a.turn(stranger, 1)));
    ack(table, a, LockLost.class, a.turn(new LockToken.OfInstance("nobody", 1), 1));
    ack(table, a, DuplicateEvent.class, good(a.turn(item)).events(List.of(event(3), event(4))));
    ack(table, a, DuplicateEvent.class, good(a.turn(item)).events(List.of(event(4), event(4))));
    ack(table, a, InvalidRequest.class, good(a.turn(item)).events(List.of(event(5), event(4))));
    ack(
        table,
        a,
        InvalidRequest.class,
        good(a.turn(item)).event(4).activity(Sample.activity("other", 1)));
    ack(
        table,
        a,
        InvalidRequest.class,
        good(a.turn(item)).event(4).activity(Sample.activity("order", 2, 1)));
    ack(
        table,
        a,
        InvalidRequest.class,
        good(a.turn(item)).event(4).activity(Sample.activity("order", 1)));
    ack(table, a, InvalidRequest.class, good(a.turn(item)).events(List.of(tooLarge(a))));
    ack(
        table,
        a,
        IdempotencyMismatch.class,
        good(a.turn(item)).event(4).send(message("order", TAKEN, "second")));
  }

  private static Turn good(Turn turn) {
    return turn.name("another").output(SECRET).send(message("other", "new", SECRET));
  }

  private static void ack(
      List<Refusal> table, Handle a, Class<? extends Permanent> type, Turn turn) {
    OrchestrationAck ack = turn.build();
    Provider provider = a.provider();
    table.add(
        new Refusal(
            "ackOrchestrationItem", type, () -> rejection(provider.ackOrchestrationItem(ack))));
    table.add(
        new Refusal(
            "ackOrchestrationItem",
            type,
            () -> rejection(provider.ackOrchestrationItems(List.of(ack)).get(0))));
  }

  private static void addActivityAcks(List<Refusal> table, Handle a, ActivityItem item) {
    LockToken token = item.lockToken();
    LockToken stranger = new LockToken.OfActivity(item.task().identity(), token.epoch() + 1_000);
    OrchestratorMessage completion = message("order", null, SECRET);
    activityAck(table, a, LockLost.class, ActivityAck.of(stranger, completion));
    activityAck(
        table, a, InvalidRequest.class, ActivityAck.of(token, message("other", null, SECRET)));
    activityAck(
        table, a, IdempotencyMismatch.class, ActivityAck.of(token, message("order", TAKEN, "2")));
  }

  private static void activityAck(
      List<Refusal> table, Handle a, Class<? extends Permanent> type, ActivityAck ack) {
    Provider provider = a.provider();
    table.add(new Refusal("ackActivityItem", type, () -> rejection(provider.ackActivityItem(ack))));
    table.add(
        new Refusal(
            "ackActivityItem",
            type,
            () -> rejection(provider.ackActivityItems(List.of(ack)).get(0))));
  }

  private static void addOthers(
      List<Refusal> table, StoreUnderTest s, OrchestrationItem item, ActivityItem activity) {
    Provider provider = s.a().provider();
    LockToken token = item.lockToken();
    LockToken activityToken = activity.lockToken();
    LockToken nobody = new LockToken.OfInstance("nobody", 1);
    LockToken noActivity =
        new LockToken.OfActivity(activity.task().identity(), activityToken.epoch() + 1_000);
    Duration lock = s.lockFor();
    Abandonment now = Abandonment.now();
    thrown(
        table,
        "renewOrchestrationItem",
        LockLost.class,
        () -> provider.renewOrchestrationItem(nobody, lock));
    thrown(
        table,
        "renewOrchestrationItem",
        InvalidRequest.class,
        () -> provider.renewOrchestrationItem(token, Duration.ZERO));
    thrown(
        table,
        "renewActivityItem",
        LockLost.class,
        () -> provider.renewActivityItem(noActivity, lock));
    thrown(
        table,
        "renewActivityItem",
        InvalidRequest.class,
        () -> provider.renewActivityItem(activityToken, lock.negated()));
    thrown(
        table,
        "renewOrchestrationItem",
        InvalidRequest.class,
        () -> provider.renewOrchestrationItems(List.of(token), Duration.ZERO));
    thrown(
        table,
        "renewActivityItem",
        InvalidRequest.class,
        () -> provider.renewActivityItems(List.of(activityToken), Duration.ZERO));
    thrown(
        table,
        "abandonOrchestrationItem",
        LockLost.class,
        () -> provider.abandonOrchestrationItem(nobody, now));
    thrown(
        table,
        "abandonActivityItem",
        LockLost.class,
        () -> provider.abandonActivityItem(noActivity, now));
    OrchestratorMessage mismatch = message("order", TAKEN, "second " + SECRET);
    thrown(table, "enqueue", IdempotencyMismatch.class, () -> provider.enqueue(mismatch));
    thrown(
        table, "enqueue", IdempotencyMismatch.class, () -> provider.enqueueAll(List.of(mismatch)));
    OrchestratorMessage large = OrchestratorMessage.of("order", "poke", tooLarge(s.a()).data());
    thrown(table, "enqueue", InvalidRequest.class, () -> provider.enqueue(large));
    thrown(
        table,
        "enqueue",
        InvalidRequest.class,
        () -> provider.enqueueAll(List.of(message("order", null, SECRET), large)));
    thrown(
        table, "readHistory", InvalidRequest.class, () -> provider.readHistory("order", 0, 0, 1));
    thrown(
        table, "readHistory", InvalidRequest.class, () -> provider.readHistory("order", 1, -1, 1));
    thrown(
        table, "readHistory", InvalidRequest.class, () -> provider.readHistory("order", 1, 0, 0));
    thrown(table, "readHistory", InvalidRequest.class, () -> provider.readHistory("", 1, 0, 1));
    thrown(table, "latestExecutionId", InvalidRequest.class, () -> provider.latestExecutionId(""));
  }

  private static void thrown(
      List<Refusal> table, String operation, Class<? extends Permanent> type, Runnable call) {
    table.add(
        new Refusal(
            operation,
            type,
            () -> {
              try {
                call.run();
                return null;
              } catch (ProviderError error) {
                return error;
              }
            }));
  }

  private static @Nullable ProviderError rejection(AckResult result) {
    return result instanceof AckResult.Rejected(var error) ? error : null;
  }

  private static OrchestratorMessage message(
      String instanceId, @Nullable String messageId, String body) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8(body + SECRET))
        .messageId(messageId)
        .build();
  }

  private static HistoryEvent event(long eventId) {
    return new HistoryEvent(eventId, "happened", Payload.utf8(SECRET), Sample.RECORDED_AT);
  }

  private static HistoryEvent tooLarge(Handle handle) {
    int max = handle.provider().info().limits().maxPayloadBytes();
    return new HistoryEvent(4, "happened", Payload.of(new byte[max + 1]), Sample.RECORDED_AT);
  }

  // ---- the rules

  /**
   * Every refusal is a ProviderError that names its call and agrees with its family about being
   * retryable.
   *
   * <p><b>Shape:</b> make every call of the table of refusals; nothing else than a ProviderError
   * may escape.
   *
   * <p><b>If this fails, check:</b> is there a path on which the driver's own exception is passed
   * on? does the error name the call that the caller made?
   */
  @Rule("ERR-01")
  void refusalsAreProviderErrorsThatNameTheirCall(StoreUnderTest s) {
    for (Refusal refusal : refusals(s)) {
      ProviderError error = refusal.refused();
      // A list form may name itself or the single form it stands for.
      Expect.that(
          "The error of %s names %s.".formatted(refusal, error.operation()),
          error.operation().startsWith(refusal.operation()));
      Expect.that("A refusal is retryable: " + refusal, !error.isRetryable());
    }
  }

  /**
   * A store that is out of reach is StoreUnavailable.
   *
   * <p><b>Shape:</b> stop the store and make every call.
   *
   * <p><b>If this fails, check:</b> which codes of the driver mean that the connection was refused,
   * lost, or is being shut down?
   */
  @Rule("ERR-02")
  void aStoppedStoreIsUnavailable(StoreUnderTest s) {
    whileStopped(
        s,
        calls ->
            calls.forEach(call ->
                Expect.thrown(
                    "A call on a stopped store did not fail as it should.",
                    StoreUnavailable.class,
                    call)));
  }

  /**
   * Each refusal has exactly its class, through single and list forms, and permanent errors of acks
   * are answers.
   *
   * <p><b>Shape:</b> the table of refusals.
   *
   * <p><b>If this fails, check:</b> is a specific cause reported as a general one? does an ack
   * throw what it should answer?
   */
  @Rule("ERR-04")
  void refusalsHaveExactlyTheirClass(StoreUnderTest s) {
    for (Refusal refusal : refusals(s)) {
      ProviderError error = refusal.refused();
      Expect.equal(
          "A call was refused with another error: " + refusal + ": " + error.getMessage(),
          refusal.type(),
          error.getClass());
    }
  }

  /**
   * Messages name the instance and never carry payloads.
   *
   * <p><b>Shape:</b> marked secrets in every payload of the table of refusals; look into every
   * message, cause and line on the console.
   *
   * <p><b>If this fails, check:</b> is a value or a statement with its parameters part of a message
   * or of a log line? does the driver quote the row it complains about?
   */
  @Rule("ERR-05")
  void messagesCarryNoPayloads(StoreUnderTest s) {
    List<Refusal> table = refusals(s);
    String console =
        Footprint.consoleOf(() -> {
          for (Refusal refusal : table) {
            ProviderError error = refusal.refused();
            expectNoSecret(error);
            if (error instanceof LockLost || error instanceof DuplicateEvent) {
              Expect.that(
                  "The error does not name its instance: " + error.getMessage(),
                  error.instanceId().isPresent());
            }
          }
        });
    Expect.that("A payload was written to the console.", !console.contains(SECRET));
  }

  /**
   * Messages never carry passwords or a URL with credentials.
   *
   * <p><b>Shape:</b> open with a secret as value of an unknown option, and with a foreign URL with
   * a password.
   *
   * <p><b>If this fails, check:</b> does the message quote the value instead of the name? does it
   * quote the URL?
   */
  @Rule("ERR-05")
  void messagesCarryNoPasswords(StoreUnderTest s) {
    ProviderConfig unknown = Configs.like(s.config()).option("no-such-option", SECRET).build();
    ProviderConfig foreign =
        ProviderConfig.url("foreign-kit://user:" + SECRET + "@host/db?password=" + SECRET).build();
    for (ProviderConfig config : List.of(unknown, foreign)) {
      expectNoSecret(
          Expect.thrown(
              "A wrong configuration was opened.",
              Misconfigured.class,
              () -> Providers.open(config).close()));
    }
  }

  private static void expectNoSecret(ProviderError error) {
    for (Throwable one = error; one != null; one = one.getCause()) {
      String text = String.valueOf(one.getMessage());
      if (text.contains(SECRET)) {
        throw Expect.violation(
            "A secret is in the message of an error.",
            "no payload and no password",
            text.replace(SECRET, "(the secret)"));
      }
    }
  }

  /**
   * A failed call leaves the handle clean.
   *
   * <p><b>Shape:</b> the table of refusals a hundred times, from several threads; then the held
   * instance and activity are acked, and normal turns work for many callers together.
   *
   * <p><b>If this fails, check:</b> is every transaction ended and every connection returned on the
   * way out of a failure?
   */
  @Rule("ERR-06")
  void failuresLeaveTheHandleClean(StoreUnderTest s) {
    List<Refusal> table = refusals(s);
    Together.times(
        CALLERS,
        n -> {
          for (int i = n; i < FAILURES; i += CALLERS) {
            table.forEach(Refusal::refused);
          }
          return n;
        });
    Handle a = s.a();
    List<Integer> turns =
        Together.times(
            CALLERS,
            n -> {
              a.start("after-" + n);
              List<OrchestrationItem> items = a.fetch(1);
              items.forEach(item -> a.turn(item).event(next(item)).apply());
              return items.size();
            });
    Expect.equal(
        "Not every caller was served after failures.",
        CALLERS,
        turns.stream().mapToInt(Integer::intValue).sum());
  }

  private static long next(OrchestrationItem item) {
    return item.history().lastEventId() + 1;
  }

  /**
   * A refused call leaves everything as it was: rows, queues, locks, their ends and counts.
   *
   * <p><b>Shape:</b> the table of refusals between two snapshots; then the holders ack with their
   * tokens.
   *
   * <p><b>If this fails, check:</b> is all of a request checked before the first row is written? is
   * a transaction committed on the way out of a refusal?
   */
  @Rule("ERR-07")
  void refusedCallsChangeNothing(StoreUnderTest s) {
    List<Refusal> table = refusals(s);
    Snapshot before = s.snapshot("order", "other");
    for (Refusal refusal : table) {
      refusal.refused();
      s.expectUnchanged("A refused call changed something: " + refusal + ".", before);
    }
    s.moveToJustBefore(s.lockFor());
    s.b().fetchNone("A refused call released or shortened a lock, or stored a message.");
    s.b().fetchNoActivity("A refused call released or shortened the lock of an activity.");
    s.moveTime(s.tick());
    Expect.equal(
        "A refused call changed an attempt count.", 2, s.b().fetchOne("order").attemptCount());
    Expect.equal(
        "A refused call changed an attempt count.", 2, s.b().fetchActivity(1).attemptCount());
  }

  /**
   * A failure never looks like an empty answer.
   *
   * <p><b>Shape:</b> stop the store; fetches of both queues, with and without a wait, and reads
   * throw.
   *
   * <p><b>If this fails, check:</b> is an error caught and turned into "no work" or "no history"?
   */
  @Rule("ERR-08")
  void aFailureNeverLooksLikeAnEmptyAnswer(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    StoreSwitch power = s.storeSwitch();
    power.stop();
    try {
      Duration wait = s.pace().prompt();
      List<Runnable> reads =
          List.of(
              () -> a.fetch(1),
              () -> a.fetch(OrchestrationFetch.of(1, s.lockFor()).withWaitUpTo(wait)),
              () -> a.fetchActivities(1),
              () ->
                  a.provider()
                      .fetchActivityItems(ActivityFetch.of(1, s.lockFor()).withWaitUpTo(wait)),
              () -> a.history("order", 1),
              () -> a.provider().latestExecutionId("order"));
      for (Runnable read : reads) {
        Expect.thrown("A store that is away answered.", ProviderError.Retryable.class, read);
      }
    } finally {
      power.start();
    }
  }

  /**
   * Retryable means it: the same calls succeed on the same handle once the store is back.
   *
   * <p><b>Shape:</b> stop the store; every call fails; start it; every call succeeds.
   *
   * <p><b>If this fails, check:</b> does the handle keep dead connections, or remember the failure?
   */
  @Rule("ERR-09")
  void retryableCallsSucceedOnceTheStoreIsBack(StoreUnderTest s) {
    List<Runnable> calls = calls(s);
    StoreSwitch power = s.storeSwitch();
    power.stop();
    try {
      calls.forEach(call ->
          Expect.thrown(
              "A call on a stopped store did not fail as it should.",
              ProviderError.Retryable.class,
              call));
    } finally {
      power.start();
    }
    calls.forEach(Runnable::run);
  }

  /**
   * Calls end, also with many callers, while the store is away.
   *
   * <p><b>Shape:</b> stop the store; 16 callers make every call; all of them come back.
   *
   * <p><b>If this fails, check:</b> is there a limit for every wait: for a connection, for a lock,
   * for an answer?
   */
  @Rule("ERR-10")
  void callsEndWhileTheStoreIsAway(StoreUnderTest s) {
    whileStopped(
        s,
        calls ->
            Together.times(
                CALLERS,
                n -> {
                  calls.forEach(call ->
                      Expect.thrown(
                          "A call on a stopped store did not fail as it should.",
                          ProviderError.Retryable.class,
                          call));
                  return n;
                }));
  }

  private interface Calls {
    void make(List<Runnable> calls);
  }

  private static void whileStopped(StoreUnderTest s, Calls body) {
    List<Runnable> calls = calls(s);
    StoreSwitch power = s.storeSwitch();
    power.stop();
    try {
      body.make(calls);
    } finally {
      power.start();
    }
  }

  /** One good call of every kind; each can be made once. */
  private static List<Runnable> calls(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);
    ActivityItem other = a.fetchActivity(2);
    return List.of(
        () -> a.renew(item, s.lockFor()),
        () -> a.renew(activity, s.lockFor()),
        () -> a.poke("order"),
        () -> a.history("order", 1),
        () -> a.provider().latestExecutionId("order"),
        () -> a.finish(item),
        () -> a.complete(activity),
        () -> a.abandon(other),
        () -> a.fetch(1),
        () -> a.fetchActivities(1));
  }

  /**
   * A corrupt message blocks no other instance and is never dropped.
   *
   * <p><b>Shape:</b> four instances with two messages each; one message of the oldest is damaged;
   * all healthy ones are delivered within four fetches; the damaged one is CorruptData, or comes
   * with both messages.
   *
   * <p><b>If this fails, check:</b> does an unreadable row end the whole fetch each time? is it
   * skipped for good?
   */
  @Rule("ERR-11")
  void aCorruptMessageBlocksNoOther(StoreUnderTest s) {
    expectInstanceBlocksNoOther(s, RowKind.MESSAGE);
  }

  /**
   * A corrupt event blocks no other instance, and histories are never shortened.
   *
   * <p><b>Shape:</b> as for messages, with an event of the oldest damaged; readHistory is
   * CorruptData or answers all.
   *
   * <p><b>If this fails, check:</b> is an unreadable event left out of the answer?
   */
  @Rule("ERR-11")
  void aCorruptEventBlocksNoOther(StoreUnderTest s) {
    expectInstanceBlocksNoOther(s, RowKind.EVENT);
    try {
      Expect.equal(
          "A history with a corrupt event was shortened.", 3, s.a().history("bad", 1).size());
    } catch (CorruptData corrupt) {
      Expect.that("The error is retryable.", !corrupt.isRetryable());
    }
  }

  /**
   * A corrupt instance row blocks no other instance.
   *
   * <p><b>Shape:</b> as for messages, with the row of the oldest damaged.
   *
   * <p><b>If this fails, check:</b> does an unreadable row end the whole fetch each time? is it
   * skipped for good?
   */
  @Rule("ERR-11")
  void aCorruptInstanceBlocksNoOther(StoreUnderTest s) {
    expectInstanceBlocksNoOther(s, RowKind.INSTANCE);
  }

  private static void expectInstanceBlocksNoOther(StoreUnderTest s, RowKind kind) {
    Handle a = s.a();
    List<String> ids = new ArrayList<>(List.of("bad"));
    for (int n = 1; n <= HEALTHY; n++) {
      ids.add("healthy-" + n);
    }
    for (String id : ids) {
      a.start(id);
      a.turn(a.fetchOne(id)).name(Sample.NAME).events(1, 3).apply();
    }
    for (String id : ids) {
      a.poke(id);
      a.poke(id);
    }
    s.whiteBox().corrupt(kind, "bad");

    Set<String> delivered = new LinkedHashSet<>();
    for (int i = 0; i < ids.size(); i++) {
      delivered.addAll(fetchedIfReadable(a));
    }
    Set<String> healthy = new HashSet<>(ids);
    healthy.remove("bad");
    Set<String> missing = new HashSet<>(healthy);
    missing.removeAll(delivered);
    Expect.none("A corrupt row of another instance held up healthy ones.", missing);
    if (!delivered.contains("bad")) {
      try {
        OrchestrationItem bad = a.fetchOne("bad");
        Expect.equal("A message was dropped.", 2, bad.messages().size());
      } catch (CorruptData corrupt) {
        Expect.that("The error is retryable.", !corrupt.isRetryable());
      }
    }
  }

  private static List<String> fetchedIfReadable(Handle a) {
    try {
      List<OrchestrationItem> items = a.fetch(1);
      items.forEach(item -> Expect.equal("A message was dropped.", 2, item.messages().size()));
      return items.stream().map(OrchestrationItem::instanceId).toList();
    } catch (CorruptData corrupt) {
      return List.of();
    }
  }

  /**
   * A corrupt activity blocks no other and is never dropped.
   *
   * <p><b>Shape:</b> four activities; the oldest is damaged; the healthy ones are delivered within
   * four fetches; the damaged one is CorruptData, or comes.
   *
   * <p><b>If this fails, check:</b> does an unreadable row end the whole fetch each time? is it
   * skipped for good?
   */
  @Rule("ERR-11")
  void aCorruptActivityBlocksNoOther(StoreUnderTest s) {
    Handle a = s.a();
    a.create("bad");
    a.create("order");
    a.schedule("bad", 1);
    a.schedule("order", 2, 3, 4);
    s.whiteBox().corrupt(RowKind.ACTIVITY, "bad");

    Set<Long> delivered = new HashSet<>();
    for (int i = 0; i <= HEALTHY; i++) {
      try {
        a.fetchActivities(1).forEach(item -> delivered.add(item.task().activityId()));
      } catch (CorruptData corrupt) {
        Expect.that("The error is retryable.", !corrupt.isRetryable());
      }
    }
    Expect.that(
        "A corrupt activity held up healthy ones.", delivered.containsAll(Set.of(2L, 3L, 4L)));
    if (!delivered.contains(1L)) {
      try {
        a.fetchActivity(1);
      } catch (CorruptData corrupt) {
        Expect.that("The error is retryable.", !corrupt.isRetryable());
      }
    }
  }

  /**
   * Unreadable history does not keep an instance from being ended.
   *
   * <p><b>Shape:</b> damage an event; fetch with no inline history, abandon, twice more; append a
   * last event with status Failed and output; read status and output.
   *
   * <p><b>If this fails, check:</b> does a fetch without inline history still read events? does the
   * ack read them to find the last id?
   */
  @Rule("ERR-12")
  void anInstanceWithUnreadableHistoryCanBeEnded(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).events(1, 3).apply();
    a.poke("order");
    s.whiteBox().corrupt(RowKind.EVENT, "order");

    OrchestrationFetch fetch = OrchestrationFetch.of(1, s.lockFor()).withInlineHistory(0);
    OrchestrationItem item = only(a.fetch(fetch));
    for (int attempt = 1; attempt <= HEALTHY; attempt++) {
      Expect.equal("A delivery was not counted.", attempt, item.attemptCount());
      a.abandon(item);
      item = only(a.fetch(fetch));
    }
    Expect.equal("The last event id is wrong.", 3L, item.history().lastEventId());
    a.turn(item).event(4).status(ExecutionStatus.FAILED).output("history is unreadable").apply();

    expectFailed(s);
  }

  private static OrchestrationItem only(List<OrchestrationItem> items) {
    if (items.size() != 1) {
      throw Expect.violation(
          "An instance with unreadable history was not delivered.", "1 item", items);
    }
    return items.get(0);
  }

  private static void expectFailed(StoreUnderTest s) {
    if (s.adminIfDeclared().isPresent()) {
      var execution = s.admin().execution("order", 1);
      Expect.equal("The status is wrong.", ExecutionStatus.FAILED, execution.status());
      Expect.equal(
          "The output is wrong.", Payload.utf8("history is unreadable"), execution.output());
      return;
    }
    if (s.whiteBox().rows(RowKind.EXECUTION, "order").isEmpty()) {
      throw new NotMeasured(FixturePart.WHITE_BOX, "with executions");
    }
    Expect.that(
        "The status is not stored.",
        s.whiteBox().rows(RowKind.EXECUTION, "order").stream()
            .anyMatch(row -> row.text().contains("FAILED")));
  }
}
