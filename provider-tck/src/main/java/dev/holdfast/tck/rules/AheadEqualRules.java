// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/** An applied turn is as if call, fetch and ack had come one after another. */
@RuleFamily("AHEAD")
final class AheadEqualRules {

  private static final int MANY = 10;
  private static final long FIRST = 11;

  /**
   * Every part of a turn ahead is stored as an ack stores it.
   *
   * <p><b>Shape:</b> two equal stores: on one the turn comes with the activity ack or the start, on
   * the other call, fetch and ack follow each other; the turn has events, activities of which one
   * is cancelled and two are claimed, a cancellation of another activity, messages to itself, to
   * others, to nobody and for later, a child, a status and an output; every read, the next items
   * and the items behind them are equal.
   */
  @Rule("AHEAD-02")
  void everyPartIsStoredAsAnAckStoresIt(StoreUnderTest store, StoreUnderTest other) {
    expectEqual(store, other, place -> new Case(everything(place)), "sink", "child", "nobody");
  }

  private static Function<Foreseen, Turn> everything(StoreUnderTest place) {
    place.first().create("sink");
    Duration later = place.lockFor().multipliedBy(2);
    return one ->
        one.turn()
            .activities(FIRST, FIRST + 1, FIRST + 2, FIRST + 3)
            .cancel(
                new ActivityIdentity(one.id(), 1, FIRST + 1), new ActivityIdentity(one.id(), 1, 2))
            .send(
                Sample.message(one.id(), "self"),
                Sample.timer(one.id(), "later", later),
                Sample.message("sink", "from " + one.id()),
                identified("sink", "id of " + one.id()),
                Sample.message("nobody", "from " + one.id()),
                childOf(one.id()))
            .status(ExecutionStatus.RUNNING)
            .output("so far")
            .eager(Claims.activities(2, place.lockFor()));
  }

  private static OrchestratorMessage identified(String id, String messageId) {
    return OrchestratorMessage.builder(id, "poke", Payload.utf8(messageId))
        .messageId(messageId)
        .build();
  }

  private static OrchestratorMessage childOf(String id) {
    return OrchestratorMessage.builder("child", "start", Payload.utf8("of " + id))
        .start(new ExecutionStart(Sample.NAME, null, id))
        .build();
  }

  /**
   * A turn ahead may end its instance.
   *
   * <p><b>Shape:</b> as above, with a turn that completes, and one that fails and tells its parent.
   */
  @Rule("AHEAD-02")
  void aTurnAheadMayEndItsInstance(StoreUnderTest store, StoreUnderTest other) {
    for (ExecutionStatus status : List.of(ExecutionStatus.COMPLETED, ExecutionStatus.FAILED)) {
      expectEqual(
          store,
          other,
          place -> {
            place.first().create("parent of " + status);
            return new Case(
                one ->
                    one.turn()
                        .status(status)
                        .output("the end")
                        .send(Sample.message("parent of " + status, "the end of " + one.id())),
                status.name());
          },
          "parent of " + status);
    }
  }

  /**
   * A turn ahead may continue as new, may begin a later execution, and may be computed on one.
   *
   * <p><b>Shape:</b> as above, with a turn that says CONTINUED_AS_NEW and sends itself a message,
   * and one that belongs to the next execution.
   */
  @Rule("AHEAD-02")
  void aTurnAheadMayContinueAsNew(StoreUnderTest store, StoreUnderTest other) {
    expectEqual(
        store,
        other,
        place ->
            new Case(
                one ->
                    one.turn()
                        .status(ExecutionStatus.CONTINUED_AS_NEW)
                        .send(Sample.message(one.id(), "input")),
                "ends"));
    expectEqual(
        store,
        other,
        place -> new Case(one -> one.bare().execution(2).events(1, 2).activities(FIRST), "begins"));
  }

  /**
   * A turn ahead may be computed on a later execution.
   *
   * <p><b>Shape:</b> as above; the instance continued as new while its activity ran.
   */
  @Rule("AHEAD-02")
  void aTurnAheadMayBeComputedOnALaterExecution(StoreUnderTest store, StoreUnderTest other) {
    Foreseen.requireDeclared(store);
    Foreseen ahead = continued(store);
    Foreseen plain = continued(other);
    Turn turn = ahead.bare().execution(2).events(2, 3).activities(FIRST);

    Expect.none(
        "Activities were claimed that nobody asked for.",
        ahead.call(Foreseen.ahead(2, 1, turn)).applied());
    oneAfterAnother(other, plain, Foreseen.ahead(2, 1, turn));

    expectEqualStores(store, other, List.of(ahead.id()));
  }

  private static Foreseen continued(StoreUnderTest place) {
    Foreseen one = Foreseen.completion(place, "order");
    place.first().poke("order");
    OrchestrationItem item = place.first().fetchOne("order");
    place.first().turn(item).execution(2).event(1).apply();
    return one;
  }

  /**
   * An empty turn ahead consumes its message, and one that repeats message ids adds nothing.
   *
   * <p><b>Shape:</b> as above, with an empty turn, and with one that sends a message whose id was
   * used with the same content.
   */
  @Rule("AHEAD-02")
  void anEmptyTurnAheadConsumesItsMessage(StoreUnderTest store, StoreUnderTest other) {
    expectEqual(store, other, place -> new Case(Foreseen::bare, "empty"));
    expectEqual(
        store,
        other,
        place -> {
          place.first().create("sink");
          place.first().enqueue(identified("sink", "used"));
          place.first().finish(place.first().fetchOne("sink"));
          return new Case(one -> one.turn().send(identified("sink", "used")), "repeating");
        },
        "sink");
  }

  /**
   * A turn ahead fits an instance that was given back, taken over and acked since its activity
   * began.
   *
   * <p><b>Shape:</b> as above; messages came meanwhile, were abandoned, expired and acked by a turn
   * without events, and a timer waits.
   */
  @Rule("AHEAD-02")
  void whatWasBeforeDoesNotMatter(StoreUnderTest store, StoreUnderTest other) {
    expectEqual(
        store,
        other,
        place ->
            new Case(
                one -> {
                  if (!one.isStart()) {
                    troubled(place, one.id());
                  }
                  return one.turn().activities(FIRST);
                },
                "troubled"));
  }

  private static void troubled(StoreUnderTest place, String id) {
    Handle first = place.first();
    first.timer(id, place.lockFor().multipliedBy(MANY));
    first.poke(id);
    first.abandon(first.fetchOne(id));
    place.second().fetchOne(id);
    place.moveTime(place.lockFor());
    first.finish(first.fetchOne(id));
  }

  /**
   * The id of a consumed message is remembered.
   *
   * <p><b>Shape:</b> a start and a completion with message ids, each with a turn ahead; another
   * message with the id and the same content adds nothing, and with other content is refused.
   */
  @Rule("AHEAD-02")
  void theIdOfItsMessageIsRemembered(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    for (Foreseen one : Foreseen.both(store)) {
      if (!one.isStart()) {
        one.saying(identified(one.id(), "the completion"));
      }
      one.call(one.ahead(one.turn())).applied();

      Expect.equal(
          "The message id of a turn ahead was forgotten.",
          false,
          store.second().provider().enqueue(one.message()).stored());
      store.second().fetchNone("The message of a turn ahead was left behind.");
      Expect.thrown(
          "The message id of a turn ahead was used again for another content.",
          IdempotencyMismatch.class,
          () ->
              store
                  .first()
                  .enqueue(
                      OrchestratorMessage.builder(one.id(), "poke", Payload.utf8("another"))
                          .messageId(one.message().messageId())
                          .build()));
    }
  }

  // ---- two equal stores

  /** What a turn ahead is, and how the ids of its instances end. */
  private record Case(Function<Foreseen, Turn> turn, String suffix) {
    Case(Function<Foreseen, Turn> turn) {
      this(turn, "");
    }
  }

  private static void expectEqual(
      StoreUnderTest store,
      StoreUnderTest other,
      Function<StoreUnderTest, Case> prepare,
      String... others) {
    Foreseen.requireDeclared(store);
    Case one = prepare.apply(store);
    Case two = prepare.apply(other);
    List<Foreseen> aheads = Foreseen.both(store, one.suffix());
    List<Foreseen> plains = Foreseen.both(other, two.suffix());
    for (int i = 0; i < aheads.size(); i++) {
      Foreseen ahead = aheads.get(i);
      List<ActivityItem> claimed = ahead.call(ahead.ahead(one.turn().apply(ahead))).applied();
      Foreseen plain = plains.get(i);
      List<ActivityItem> scheduled =
          oneAfterAnother(other, plain, plain.ahead(two.turn().apply(plain)));
      Expect.equal(
          "A turn ahead claimed other activities than its ack would.",
          words(scheduled),
          words(claimed));
      expectEqualStores(
          store, other, Stream.concat(Stream.of(ahead.id()), Stream.of(others)).toList());
    }
  }

  /** The call, a fetch and an ack; answers the activities that the ack claimed. */
  private static List<ActivityItem> oneAfterAnother(
      StoreUnderTest place, Foreseen one, TurnAhead turn) {
    one.callPlainly();
    OrchestrationItem item = place.first().fetchOne(one.id());
    AckResult result = place.first().provider().ackOrchestrationItem(turn.ack(item.lockToken()));
    return Claims.scheduled(result);
  }

  /** Compares all that can be read, then what comes next, and what comes behind it. */
  private static void expectEqualStores(
      StoreUnderTest store, StoreUnderTest other, List<String> ids) {
    expectEqual("", reads(other, ids), reads(store, ids));
    expectEqual(" next", delivered(other), delivered(store));
    Duration later = store.lockFor().multipliedBy(2);
    for (StoreUnderTest place : List.of(store, other)) {
      place.moveTime(later);
    }
    expectEqual(" later", delivered(other), delivered(store));
    for (StoreUnderTest place : List.of(store, other)) {
      finishAll(place);
    }
    expectEqual(" in the end", reads(other, ids), reads(store, ids));
  }

  private static void expectEqual(
      String when, Map<String, Object> expected, Map<String, Object> actual) {
    expected.forEach((question, answer) ->
        Expect.equal(
            "A turn ahead left something else than call, fetch and ack%s: %s."
                .formatted(when, question),
            answer,
            actual.get(question)));
    Expect.equal("Other things were left" + when + ".", expected.keySet(), actual.keySet());
  }

  private static Map<String, Object> reads(StoreUnderTest place, List<String> ids) {
    Handle handle = place.second();
    Map<String, Object> answers = new LinkedHashMap<>();
    for (String id : ids) {
      long latest = handle.provider().latestExecutionId(id).orElse(0);
      answers.put("the latest execution of " + id, latest);
      for (long execution = 1; execution <= latest + 1; execution++) {
        answers.put(
            "the history of " + id + ", execution " + execution, handle.history(id, execution));
      }
      answers.put("the description of " + id, handle.provider().describeInstance(id));
      answers.put(
          "the end of " + id,
          handle.provider().readEnded(new EndedRead(List.of(id), Duration.ZERO)));
      place
          .whiteBoxIfOffered()
          .ifPresent(box -> {
            for (RowKind kind :
                List.of(RowKind.INSTANCE, RowKind.EXECUTION, RowKind.MESSAGE, RowKind.ACTIVITY)) {
              answers.put("the number of rows of " + id + ", " + kind, box.rows(kind, id).size());
            }
          });
    }
    return answers;
  }

  private static Map<String, Object> delivered(StoreUnderTest place) {
    Map<String, Object> answers = new LinkedHashMap<>();
    place.second().fetch(Handle.ALL).stream()
        .sorted((a, b) -> a.instanceId().compareTo(b.instanceId()))
        .forEach(item -> answers.put("the item of " + item.instanceId(), words(item)));
    List<String> activities = words(place.second().fetchActivities(Handle.ALL));
    answers.put("the activities", activities.stream().sorted().toList());
    return answers;
  }

  private static String words(OrchestrationItem item) {
    return "name=%s version=%s execution=%d history=%s batch=%s values=%s delivery=%d"
        .formatted(
            item.name(),
            item.version(),
            item.executionId(),
            item.history(),
            Batch.withoutDue(item.messages()).stream()
                .map(message -> message.kind() + " '" + message.body().asUtf8() + "' " + message)
                .toList(),
            item.kvSnapshot(),
            item.deliveryCount());
  }

  private static List<String> words(List<ActivityItem> items) {
    return items.stream()
        .map(item -> item.task().identity() + " " + item.task() + " " + item.deliveryCount())
        .toList();
  }

  /** Waits for the end of all locks, and finishes what can be delivered. */
  private static void finishAll(StoreUnderTest place) {
    Handle handle = place.second();
    place.moveTime(place.lockFor().multipliedBy(2));
    handle.fetchActivities(Handle.ALL).forEach(handle::complete);
    for (List<OrchestrationItem> items = handle.fetch(Handle.ALL);
        !items.isEmpty();
        items = handle.fetch(Handle.ALL)) {
      items.forEach(
          item -> handle.turn(item).name(Sample.NAME).status(ExecutionStatus.RUNNING).apply());
    }
  }
}
