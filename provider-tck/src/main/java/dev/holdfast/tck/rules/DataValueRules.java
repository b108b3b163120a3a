// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Delivered;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Fields, numbers, kinds and instants: what goes in comes out. */
@RuleFamily("DATA")
final class DataValueRules {

  private static final List<Long> IDS =
      List.of(
          1L,
          2L,
          9L,
          10L,
          1L << 31,
          (1L << 53) + 1,
          (1L << 53) + 2,
          Long.MAX_VALUE - 1,
          Long.MAX_VALUE);

  // ---- fields

  /**
   * Every field of a message returns equal, absent and empty stay different, through enqueue, list
   * enqueue, ack and completion.
   *
   * <p><b>Shape:</b> all combinations of start, version, parent, message id, discardIfUnknown and
   * an empty or present body, on each path to an instance of its own; compare the batches.
   */
  @Rule("DATA-03")
  void everyFieldOfAMessageReturnsEqual(StoreUnderTest store) {
    Handle first = store.first();
    List<String> instances = List.of("enqueued", "listed", "sent", "completed");
    instances.forEach(first::create);
    int count = combinations("completed").size();
    first.poke("completed");
    Turn scheduling = first.turn(first.fetchOne("completed"));
    for (int i = 1; i <= count; i++) {
      scheduling.activities(i);
    }
    scheduling.apply();

    combinations("enqueued").forEach(first::enqueue);
    first.provider().enqueueAll(combinations("listed"));
    first.start("sender");
    first
        .turn(Delivered.of(first.fetch(Handle.ALL), "sender"))
        .send(combinations("sent").toArray(OrchestratorMessage[]::new))
        .apply();
    List<ActivityAck> acks = new ArrayList<>();
    List<ActivityItem> activities = first.fetchActivities(Handle.ALL);
    for (int i = 0; i < count; i++) {
      acks.add(ActivityAck.of(activities.get(i).lockToken(), combinations("completed").get(i)));
    }
    first.provider().ackActivityItems(acks).forEach(Expect::applied);
    store.moveTime(store.lockFor());

    List<OrchestrationItem> items = store.second().fetch(Handle.ALL);
    for (String instance : instances) {
      Batch.expect(
          "A field of a message did not return equal.",
          Delivered.of(items, instance),
          combinations(instance));
    }
  }

  private static List<OrchestratorMessage> combinations(String instanceId) {
    List<OrchestratorMessage> messages = new ArrayList<>();
    for (@Nullable ExecutionStart start :
        new @Nullable ExecutionStart[] {
          null,
          new ExecutionStart("name", null, null),
          new ExecutionStart("name", "version", null),
          new ExecutionStart("name", null, "parent"),
          new ExecutionStart("name", "version", "parent")
        }) {
      for (Payload body : List.of(Payload.empty(), Payload.utf8("body"))) {
        for (boolean drop : List.of(true, false)) {
          for (boolean identified : List.of(true, false)) {
            messages.add(
                OrchestratorMessage.builder(instanceId, "kind-" + messages.size(), body)
                    .start(start)
                    .messageId(identified ? "m-" + messages.size() : null)
                    .discardIfUnknown(drop)
                    .build());
          }
        }
      }
    }
    return messages;
  }

  /**
   * Every field of a task returns equal, absent and empty stay different.
   *
   * <p><b>Shape:</b> all combinations of orchestration version, empty or present input, and of tag
   * and session where declared; compare what is fetched.
   */
  @Rule("DATA-03")
  void everyFieldOfATaskReturnsEqual(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    Turn turn = first.turn(first.fetchOne("order"));
    List<ActivityTask> tasks = tasks(store);
    tasks.forEach(turn::activity);
    turn.apply();

    ActivityFetch all =
        ActivityFetch.of(Handle.ALL, store.lockFor()).withTagFilter(TagFilter.any());
    if (store.declares(Feature.SESSIONS)) {
      all = all.withSession(SessionClaim.of("worker", store.lockFor()));
    }

    Expect.equal(
        "A field of a task did not return equal.",
        tasks,
        store.second().provider().fetchActivityItems(all).stream()
            .map(ActivityItem::task)
            .toList());
  }

  private static List<ActivityTask> tasks(StoreUnderTest store) {
    List<@Nullable String> tags = orAbsent(store.declares(Feature.TAGS), "tag");
    List<@Nullable String> sessions = orAbsent(store.declares(Feature.SESSIONS), "session");
    List<ActivityTask> tasks = new ArrayList<>();
    for (@Nullable String tag : tags) {
      for (@Nullable String session : sessions) {
        for (@Nullable String version : orAbsent(true, "version")) {
          for (Payload input : List.of(Payload.empty(), Payload.utf8("input"))) {
            long id = tasks.size() + 1L;
            tasks.add(
                ActivityTask.builder(
                        new ActivityIdentity("order", 1, id), "name-" + id, input, "orch-" + id)
                    .tag(tag)
                    .sessionId(session)
                    .orchestrationVersion(version)
                    .build());
          }
        }
      }
    }
    return tasks;
  }

  private static List<@Nullable String> orAbsent(boolean both, String value) {
    List<@Nullable String> values = new ArrayList<>();
    values.add(null);
    if (both) {
      values.add(value);
    }
    return values;
  }

  /**
   * Every field of an event returns equal, inline and read.
   *
   * <p><b>Shape:</b> events with empty and present data, several kinds and times; compare.
   */
  @Rule("DATA-03")
  void everyFieldOfAnEventReturnsEqual(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<HistoryEvent> events = new ArrayList<>();
    for (Payload data : List.of(Payload.empty(), Payload.utf8("data"))) {
      for (String kind : List.of("a", "b c")) {
        for (Instant time : List.of(Instant.EPOCH, Sample.RECORDED_AT)) {
          events.add(new HistoryEvent(events.size() + 1L, kind, data, time));
        }
      }
    }
    first.poke("order");
    first.turn(first.fetchOne("order")).events(events).apply();
    first.poke("order");

    History expected = new History(events.size(), events, true);
    Expect.equal(
        "A field of an event did not return equal.",
        expected,
        store.second().fetchOne("order").history());
    Expect.equal(
        "A field of an event cannot be read equal.",
        expected,
        store.second().provider().readHistory("order", 1, 0, Integer.MAX_VALUE));
  }

  /**
   * Every field of metadata returns equal, absent and empty stay different.
   *
   * <p><b>Shape:</b> instances with and without version, parent, status and output, which may be
   * empty; read the next item, and the instance with InstanceAdmin where declared.
   */
  @Rule("DATA-03")
  void everyFieldOfMetadataReturnsEqual(StoreUnderTest store) {
    List<@Nullable Payload> outputs = new ArrayList<>(List.of(Payload.empty(), Payload.utf8("o")));
    outputs.add(null);
    for (@Nullable String version : orAbsent(true, "version")) {
      for (@Nullable String parent : orAbsent(true, "parent")) {
        for (@Nullable Payload output : outputs) {
          for (@Nullable ExecutionStatus status : statuses()) {
            expectMetadata(store, version, parent, output, status);
          }
        }
      }
    }
  }

  private static List<@Nullable ExecutionStatus> statuses() {
    List<@Nullable ExecutionStatus> statuses = new ArrayList<>(List.of(ExecutionStatus.values()));
    statuses.add(null);
    return statuses;
  }

  private static void expectMetadata(
      StoreUnderTest store,
      @Nullable String version,
      @Nullable String parent,
      @Nullable Payload output,
      @Nullable ExecutionStatus status) {
    Handle first = store.first();
    String instance = "order-" + store.nextNumber();
    first.enqueue(Sample.start(instance, "start-name", "start-version"));
    OrchestrationItem started = first.fetchOne(instance);
    first.poke(instance);
    first
        .turn(started)
        .name("name of " + instance)
        .metadata(with -> with.version(version).parentInstanceId(parent))
        .metadata(with -> with.output(output).status(status))
        .apply();

    OrchestrationItem item = first.fetchOne(instance);
    Expect.equal("A name did not return equal.", "name of " + instance, item.name());
    Expect.equal("A version did not return equal.", version, item.version());
    store
        .adminIfDeclared()
        .ifPresent(admin -> {
          var details = admin.instance(instance);
          Expect.equal("A version cannot be read.", version, details.summary().version());
          Expect.equal("A parent cannot be read.", parent, details.summary().parentInstanceId());
          Expect.equal("An output cannot be read.", output, details.output());
          Expect.equal(
              "A status cannot be read.",
              Objects.requireNonNullElse(status, ExecutionStatus.RUNNING),
              details.summary().status());
        });
    first.finish(item);
  }

  // ---- numbers

  /**
   * Event ids reach to the largest long; order and paging are numeric.
   *
   * <p><b>Shape:</b> events 1, 2, 9, 10, 2^31, 2^53 + 1 and so on to the largest; inline, whole and
   * in pages of one they come in this order.
   */
  @Rule("DATA-06")
  void eventIdsReachToTheLargestLong(StoreUnderTest store) {
    Handle first = store.first();
    List<HistoryEvent> events = IDS.stream().map(Sample::event).toList();
    first.start("order");
    for (HistoryEvent event : events) {
      OrchestrationItem item = first.fetchOne("order");
      first.poke("order");
      first.turn(item).name(Sample.NAME).events(List.of(event)).apply();
    }

    Expect.equal(
        "Events did not come in numeric order.",
        new History(Long.MAX_VALUE, events, true),
        first.fetchOne("order").history());
    Expect.equal("Events cannot be read in numeric order.", events, first.history("order", 1));
    long after = 0;
    for (HistoryEvent event : events) {
      Expect.equal(
          "A page does not begin after the id that was given.",
          new History(Long.MAX_VALUE, List.of(event), event.eventId() == Long.MAX_VALUE),
          first.provider().readHistory("order", 1, after, 1));
      after = event.eventId();
    }
    Expect.equal(
        "There is an event after the largest id.",
        new History(Long.MAX_VALUE, List.of(), true),
        first.provider().readHistory("order", 1, Long.MAX_VALUE, 1));
  }

  /**
   * Execution ids reach to the largest long.
   *
   * <p><b>Shape:</b> the executions 1, 2, 9 and so on to the largest are acked, each with an event
   * of its own; latest, item and histories agree.
   */
  @Rule("DATA-06")
  void executionIdsReachToTheLargestLong(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    for (long execution : IDS) {
      OrchestrationItem item = first.fetchOne("order");
      first.poke("order");
      first.turn(item).execution(execution).name(Sample.NAME).event(execution).apply();
      Expect.equal(
          "The latest execution is not the one acked.",
          OptionalLong.of(execution),
          first.provider().latestExecutionId("order"));
    }

    OrchestrationItem item = first.fetchOne("order");
    Expect.equal("The item is not at the largest id.", Long.MAX_VALUE, item.executionId());
    for (long execution : IDS) {
      Expect.equal(
          "An execution does not have its own history.",
          List.of(Sample.event(execution)),
          first.history("order", execution));
    }
  }

  /**
   * Activity ids reach to the largest long.
   *
   * <p><b>Shape:</b> activities with such ids, in an execution with the largest id; each is fetched
   * as itself, and half of them cancelled exactly.
   */
  @Rule("DATA-06")
  void activityIdsReachToTheLargestLong(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    long largest = Long.MAX_VALUE;
    OrchestrationItem earlier = first.fetchOne("order");
    first.poke("order");
    first
        .turn(earlier)
        .execution(largest)
        .name(Sample.NAME)
        .activities(IDS.stream().mapToLong(id -> id).toArray())
        .apply();
    List<Long> cancelled = List.of(2L, 1L << 31, (1L << 53) + 1, largest);
    first
        .turn(first.fetchOne("order"))
        .cancel(
            cancelled.stream()
                .map(id -> new ActivityIdentity("order", largest, id))
                .toArray(ActivityIdentity[]::new))
        .apply();

    Expect.equal(
        "Not exactly the activities that were not cancelled are there.",
        IDS.stream()
            .filter(id -> !cancelled.contains(id))
            .map(id -> Sample.activity("order", largest, id))
            .toList(),
        first.fetchActivities(Handle.ALL).stream().map(ActivityItem::task).toList());
  }

  /**
   * Ids below 1 are refused everywhere.
   *
   * <p><b>Shape:</b> 0, -1 and the smallest long as event, execution, activity and token id; and
   * what readHistory takes.
   */
  @Rule("DATA-06")
  void idsBelowOneAreRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    for (long bad : List.of(0L, -1L, Long.MIN_VALUE)) {
      String what = "The id " + bad + " was accepted for ";
      Expect.invalidAck(what + "an event.", () -> first.turn(turn).event(bad).ack());
      Expect.invalidAck(what + "an execution.", () -> first.turn(turn).execution(bad).ack());
      Expect.invalidAck(what + "an activity.", () -> first.turn(turn).activities(bad).ack());
      Expect.invalidAck(
          what + "a cancelled activity.",
          () -> first.turn(turn).cancel(new ActivityIdentity("order", 1, bad)).ack());
      Expect.invalid(what + "an activity's execution.", () -> Sample.activity("order", bad, 1));
      Expect.invalid(what + "a token.", () -> new LockToken.OfInstance("order", bad));
      Expect.invalid(
          what + "an execution to read.", () -> first.provider().readHistory("order", bad, 0, 1));
    }
    Expect.invalid(
        "A negative event id was accepted to read after.",
        () -> first.provider().readHistory("order", 1, -1, 1));
    for (int bad : List.of(0, -1)) {
      Expect.invalid(
          "The limit " + bad + " was accepted to read.",
          () -> first.provider().readHistory("order", 1, 0, bad));
    }
    Expect.none("A refused ack stored an event.", first.history("order", 1));
    first.finish(turn);
    first.fetchNoActivity("A refused ack stored an activity.");
  }

  // ---- kinds

  /**
   * Kinds are never interpreted.
   *
   * <p><b>Shape:</b> events and messages of unknown kinds, and of kinds that sound like a
   * runtime's, with payloads that do not fit: stored and returned; name, version, execution and
   * status are as before, nothing was scheduled or sent.
   */
  @Rule("DATA-07")
  void kindsAreNeverInterpreted(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<HistoryEvent> events = new ArrayList<>();
    List<OrchestratorMessage> messages = new ArrayList<>();
    for (String kind : kinds()) {
      Payload misfit = Payload.utf8("{\"name\":\"other\",\"executionId\":9,\"kind\":" + kind);
      events.add(new HistoryEvent(events.size() + 1L, kind, misfit, Sample.RECORDED_AT));
      messages.add(OrchestratorMessage.of("order", kind, misfit));
    }
    first.provider().enqueueAll(messages);
    OrchestrationItem turn = first.fetchOne("order");
    Batch.expect("A message of some kind did not return equal.", turn, messages);
    first.turn(turn).events(events).apply();

    first.fetchNone("An event of some kind had an effect.");
    first.fetchNoActivity("An event of some kind scheduled an activity.");
    Expect.equal(
        "An event of some kind began an execution.",
        OptionalLong.of(1),
        first.provider().latestExecutionId("order"));
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    Expect.equal("An event of some kind did not return.", events, item.history().events());
    Expect.equal("An event of some kind changed the name.", Sample.NAME, item.name());
    Expect.equal("An event of some kind changed the version.", Sample.VERSION, item.version());
    Expect.equal("An event of some kind changed the execution.", 1L, item.executionId());
    store
        .adminIfDeclared()
        .ifPresent(admin ->
            Expect.equal(
                "An event of some kind changed the status.",
                ExecutionStatus.RUNNING,
                admin.instance("order").summary().status()));
  }

  private static List<String> kinds() {
    List<String> words =
        List.of(
            "OrchestrationStarted",
            "OrchestrationCompleted",
            "OrchestrationFailed",
            "OrchestrationContinuedAsNew",
            "OrchestrationCancelRequested",
            "ActivityScheduled",
            "ActivityCompleted",
            "ActivityCancelled",
            "TimerCreated",
            "TimerFired",
            "SubOrchestrationScheduled",
            "ExternalEvent",
            "Terminated");
    return words.stream()
        .flatMap(word ->
            Stream.of(
                word,
                word.replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(Locale.ROOT),
                word.replaceAll("(?<=.)([A-Z])", "_$1").toUpperCase(Locale.ROOT)))
        .toList();
  }

  // ---- instants

  /**
   * Instants of events return exactly to the microsecond; finer digits are cut off.
   *
   * <p><b>Shape:</b> recorded times with nanoseconds, before 1970, in the year 1 and in 9999; each
   * comes back as written here.
   */
  @Rule("DATA-08")
  void instantsOfEventsReturnToTheMicrosecond(StoreUnderTest store) {
    Map<String, String> times = new LinkedHashMap<>();
    times.put("2024-02-29T23:59:59.123456789Z", "2024-02-29T23:59:59.123456Z");
    times.put("2024-02-29T23:59:59.999999999Z", "2024-02-29T23:59:59.999999Z");
    times.put("1970-01-01T00:00:00.000000999Z", "1970-01-01T00:00:00Z");
    times.put("1969-12-31T23:59:59.999999999Z", "1969-12-31T23:59:59.999999Z");
    times.put("1969-12-31T23:59:59.000000001Z", "1969-12-31T23:59:59Z");
    times.put("1899-12-31T00:00:00.000001Z", "1899-12-31T00:00:00.000001Z");
    times.put("1582-10-10T12:00:00Z", "1582-10-10T12:00:00Z");
    times.put("0001-01-01T00:00:00.000001Z", "0001-01-01T00:00:00.000001Z");
    times.put("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z");
    times.put("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z");
    times.put("2038-01-19T03:14:08Z", "2038-01-19T03:14:08Z");
    Handle first = store.first();
    first.start("order");
    List<HistoryEvent> events = new ArrayList<>();
    for (String given : times.keySet()) {
      Instant time = Instant.parse(given);
      events.add(new HistoryEvent(events.size() + 1L, "happened", Payload.empty(), time));
    }
    first.turn(first.fetchOne("order")).name(Sample.NAME).events(events).apply();
    first.poke("order");

    List<String> expected = List.copyOf(times.values());
    Expect.equal(
        "A recorded time did not return to the microsecond.",
        expected,
        times(store.second().fetchOne("order").history().events()));
    Expect.equal(
        "A recorded time cannot be read to the microsecond.",
        expected,
        times(store.second().history("order", 1)));
  }

  private static List<String> times(List<HistoryEvent> events) {
    return events.stream().map(event -> event.recordedAt().toString()).toList();
  }

  /**
   * Due moments return exactly to the microsecond; finer digits are cut off.
   *
   * <p><b>Shape:</b> messages due after L, with other digits behind the microseconds, through
   * enqueue and an ack; each says it was visible at the whole microsecond.
   */
  @Rule("DATA-08")
  void dueMomentsReturnToTheMicrosecond(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    Instant later =
        turn.fetchedAt().plus(store.lockFor()).plusSeconds(1).truncatedTo(ChronoUnit.SECONDS);
    List<OrchestratorMessage> messages = new ArrayList<>();
    for (int nanos : List.of(123_456_789, 123_456_000, 999_999_999, 999, 1_000)) {
      messages.add(
          OrchestratorMessage.builder("order", "timer", Payload.empty())
              .due(Due.at(later.plusNanos(nanos)))
              .build());
    }
    messages.forEach(first::enqueue);
    first.turn(turn).send(messages.toArray(OrchestratorMessage[]::new)).apply();
    store.moveTime(store.lockFor().plusSeconds(2));

    OrchestrationItem item = first.fetchOne("order");

    List<Instant> once =
        Stream.of(123_456, 123_456, 999_999, 0, 1)
            .map(micros -> later.plusNanos(micros * 1_000L))
            .toList();
    Expect.equal(
        "A due moment did not return to the microsecond.",
        Stream.concat(once.stream(), once.stream()).toList(),
        item.messages().stream().map(Delivered::visibleAt).toList());
  }
}
