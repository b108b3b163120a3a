// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Queued;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** Identifiers: accepted and compared exactly, or refused before anything is written. */
@RuleFamily("DATA")
final class IdentifierRules {

  private static final int LONGEST = 256;

  private static final Comparator<ActivityIdentity> BY_ID =
      Comparator.comparing(ActivityIdentity::instanceId);

  /** All different, though many collations, normal forms and paddings take some for equal. */
  private static final List<String> GOOD =
      List.of(
          "a",
          "A",
          "a ",
          " a",
          "a\u00a0",
          " ",
          "  ",
          "\u00e9",
          "e\u0301",
          "e",
          "E",
          "\u00df",
          "ss",
          "i",
          "I",
          "\u0131",
          "\u0130",
          "\u00c5",
          "\u212b",
          "\ufb01",
          "fi",
          "\uff41",
          "\u4e2d",
          "\ufeff",
          "\ufeffa",
          "\u200ba",
          "\u202ea",
          "\uffff",
          "\ud83d\udc69\u200d\ud83d\ude80",
          "\ud83d\udc69",
          "\udbff\udfff",
          "o'clock",
          "\"quoted\"",
          "`",
          "a/b\\c",
          "..",
          "../a",
          "%",
          "a%",
          "_",
          "a_",
          "?",
          "$1",
          ":a",
          "@a",
          "#",
          "a,b",
          "{a}",
          "[a]",
          "(a)",
          "null",
          "NULL",
          "true",
          "0",
          "00",
          "0.0",
          "1e3",
          "1000",
          "'; DROP TABLE instance; --",
          "a' OR '1'='1",
          "\\0",
          "\\u0061",
          "&amp;",
          "x".repeat(LONGEST),
          "X".repeat(LONGEST),
          "x".repeat(LONGEST - 1),
          "x".repeat(LONGEST - 1) + " ",
          "\u4e2d".repeat(LONGEST),
          "\ud83d\ude80".repeat(LONGEST / 2));

  private static final Map<String, String> BAD =
      Map.of(
          "an empty one", "",
          "one of 257 units", "x".repeat(LONGEST + 1),
          "one of 129 pairs", "\ud83d\ude80".repeat(LONGEST / 2) + "xx",
          "one with NUL", "a\0b",
          "one with a line feed", "a\nb",
          "one with DEL", "a\u007f",
          "one with NEL", "\u0085a",
          "one with a lone high surrogate", "a\ud83db",
          "one that ends in a high surrogate", "a\ud83d",
          "one with a lone low surrogate", "\ude80a");

  /**
   * Instance ids are accepted and compared exactly; ids that look alike are different instances.
   *
   * <p><b>Shape:</b> dozens of ids, which differ by case, blanks, normal form or escapes, are
   * started each with its own number: one fetch delivers each with its own; each is acked and read
   * under its id.
   */
  @Rule("DATA-04")
  void instanceIdsAreComparedExactly(StoreUnderTest store) {
    Handle first = store.first();
    for (String id : GOOD) {
      first.enqueue(
          OrchestratorMessage.builder(id, "start", Payload.utf8("of " + id))
              .start(new ExecutionStart(Sample.NAME, null, null))
              .build());
    }
    List<OrchestrationItem> items = first.fetch(Handle.ALL);
    Expect.equal(
        "Not each id is an instance of its own.",
        new TreeSet<>(GOOD),
        Delivered.byInstance(items).keySet());
    for (String id : GOOD) {
      OrchestrationItem item = Delivered.of(items, id);
      Expect.equal(
          "An id has the message of another one.",
          List.of(Payload.utf8("of " + id)),
          item.messages().stream().map(OrchestratorMessage::body).toList());
      first.turn(item).name(Sample.NAME).events(List.of(event(id, 1))).activities(1).apply();
    }
    for (String id : GOOD) {
      Expect.equal(
          "An id has the history of another one.", List.of(event(id, 1)), first.history(id, 1));
      Expect.equal(
          "An id has no execution.", OptionalLong.of(1), first.provider().latestExecutionId(id));
    }
    Expect.equal(
        "Activities are not those of their instances.",
        GOOD.stream().map(id -> new ActivityIdentity(id, 1, 1)).sorted(BY_ID).toList(),
        first.fetchActivities(Handle.ALL).stream()
            .map(item -> item.task().identity())
            .sorted(BY_ID)
            .toList());
  }

  /**
   * All other identifiers are accepted and return exactly.
   *
   * <p><b>Shape:</b> each of the same identifiers as kind, message id, name, version and parent of
   * a start, kind of an event, and names in a task and in metadata.
   */
  @Rule("DATA-04")
  void otherIdentifiersReturnExactly(StoreUnderTest store) {
    Handle first = store.first();
    for (String id : GOOD) {
      String instance = "order-" + store.nextNumber();
      OrchestratorMessage start =
          OrchestratorMessage.builder(instance, id, Payload.empty())
              .start(new ExecutionStart(id, id, id))
              .messageId(id)
              .build();
      first.enqueue(start);
      OrchestrationItem item = first.fetchOne(instance);
      Batch.expect("An identifier of a message did not return exactly.", item, start);
      Expect.equal("A name did not return exactly.", id, item.name());
      Expect.equal("A version did not return exactly.", id, item.version());
      ActivityTask task =
          ActivityTask.builder(new ActivityIdentity(instance, 1, 1), id, Payload.empty(), id)
              .orchestrationVersion(id)
              .build();
      first
          .turn(item)
          .name(id)
          .version(id)
          .parent(id)
          .events(List.of(event(id, 1)))
          .activity(task)
          .apply();

      first.poke(instance);
      OrchestrationItem born = first.fetchOne(instance);
      Expect.equal("A stored name did not return exactly.", id, born.name());
      Expect.equal("A stored version did not return exactly.", id, born.version());
      Expect.equal(
          "A kind of an event did not return exactly.",
          List.of(event(id, 1)),
          born.history().events());
      ActivityItem activity = first.fetchActivity(1);
      Expect.equal("An identifier of a task did not return exactly.", task, activity.task());
      store
          .adminIfDeclared()
          .ifPresent(admin ->
              Expect.equal(
                  "A parent did not return exactly.",
                  id,
                  admin.instance(instance).summary().parentInstanceId()));
      first.complete(activity);
      first.finish(born);
      first.finish(first.fetchOne(instance));
    }
  }

  /**
   * Message ids are compared exactly.
   *
   * <p><b>Shape:</b> each of the same identifiers as message id to one instance, all with the same
   * content: each is delivered; all again: nothing.
   */
  @Rule("DATA-04")
  void messageIdsAreComparedExactly(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<OrchestratorMessage> messages = new ArrayList<>();
    for (String id : GOOD) {
      messages.add(
          OrchestratorMessage.builder("order", "poke", Payload.empty()).messageId(id).build());
    }
    messages.forEach(first::enqueue);
    first.provider().enqueueAll(messages);

    OrchestrationItem item = first.fetchOne("order");

    Batch.expect("Different message ids were taken for one.", item, messages);
    first.finish(item);
    messages.forEach(first::enqueue);
    first.fetchNone("A message id was not recognised.");
  }

  /**
   * Other identifiers are refused in every identifier of every call.
   *
   * <p><b>Shape:</b> an empty one, 257 units, control characters and unpaired surrogates, in each
   * identifier of messages, starts, tasks, events, metadata, tokens, filters and reads: refused by
   * the value or the call, and nothing is written.
   */
  @Rule("DATA-05")
  void badIdentifiersAreRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    Snapshot before = store.snapshot("order");

    BAD.forEach((kind, bad) -> {
      calls(store)
          .forEach((where, call) ->
              Expect.invalid(
                  "As " + where + ", " + kind + " was accepted.", () -> call.accept(bad)));
      acks()
          .forEach((where, with) ->
              Expect.invalidAck(
                  "As " + where + ", " + kind + " was accepted.",
                  () -> ack(first.turn(turn), with, bad)));
    });

    store.expectUnchanged("A bad identifier changed the store.", before);
    first.finish(turn);
    first.fetchNone("A message with a bad identifier was stored.");
    first.fetchNoActivity("An activity with a bad identifier was stored.");
    Queued.expectMessages("A message with a bad identifier was stored.", store, 0);
  }

  private static AckResult ack(Turn turn, BiFunction<Turn, String, Turn> with, String bad) {
    return with.apply(turn.event(1), bad).ack();
  }

  private static Map<String, Consumer<String>> calls(StoreUnderTest store) {
    Handle first = store.first();
    Map<String, Consumer<String>> calls = new LinkedHashMap<>();
    calls.put("instance of a message", bad -> first.enqueue(Sample.message(bad, "body")));
    calls.put("kind of a message", bad -> first.enqueue(kind(bad)));
    calls.put(
        "kind in a list", bad -> first.provider().enqueueAll(List.of(kind("good"), kind(bad))));
    calls.put(
        "message id",
        bad ->
            first.enqueue(
                OrchestratorMessage.builder("order", "poke", Payload.empty())
                    .messageId(bad)
                    .build()));
    calls.put("name of a start", bad -> first.enqueue(Sample.start("other", bad, null)));
    calls.put("version of a start", bad -> first.enqueue(Sample.start("other", "name", bad)));
    calls.put(
        "parent of a start",
        bad ->
            first.enqueue(
                OrchestratorMessage.builder("other", "start", Payload.empty())
                    .start(new ExecutionStart("name", null, bad))
                    .build()));
    calls.put("instance of readHistory", bad -> first.provider().readHistory(bad, 1, 0, 1));
    calls.put("instance of latestExecutionId", bad -> first.provider().latestExecutionId(bad));
    calls.put(
        "instance of a token",
        bad -> first.provider().renew(List.of(new LockToken.OfInstance(bad, 1)), store.lockFor()));
    calls.put(
        "instance of an activity's token",
        bad ->
            first
                .provider()
                .renew(
                    List.of(new LockToken.OfActivity(new ActivityIdentity(bad, 1, 1), 1)),
                    store.lockFor()));
    calls.put("tag of a filter", TagFilter::tags);
    calls.put("key to set", bad -> new KeyValueMutation.Set(bad, Payload.empty()));
    calls.put("key to clear", KeyValueMutation.Clear::new);
    store
        .adminIfDeclared()
        .ifPresent(admin -> calls.put("instance of InstanceAdmin.instance", admin::instance));
    return calls;
  }

  private static Map<String, BiFunction<Turn, String, Turn>> acks() {
    Map<String, BiFunction<Turn, String, Turn>> acks = new LinkedHashMap<>();
    acks.put("kind of an event", (turn, bad) -> turn.events(List.of(event(bad, 2))));
    acks.put("name in metadata", Turn::name);
    acks.put("version in metadata", (turn, bad) -> turn.name("name").version(bad));
    acks.put("parent in metadata", (turn, bad) -> turn.name("name").parent(bad));
    acks.put("instance of an activity", (turn, bad) -> turn.activity(Sample.activity(bad, 1)));
    acks.put(
        "instance of a cancelled activity",
        (turn, bad) -> turn.cancel(new ActivityIdentity(bad, 1, 1)));
    acks.put("kind of a message in an ack", (turn, bad) -> turn.send(kind(bad)));
    acks.put("name of an activity", (turn, bad) -> turn.activity(task(bad, "name").build()));
    acks.put(
        "name of an activity's orchestration",
        (turn, bad) -> turn.activity(task("name", bad).build()));
    acks.put(
        "version of an activity's orchestration",
        (turn, bad) -> turn.activity(task("name", "name").orchestrationVersion(bad).build()));
    acks.put(
        "tag of an activity", (turn, bad) -> turn.activity(task("name", "name").tag(bad).build()));
    acks.put(
        "session of an activity",
        (turn, bad) -> turn.activity(task("name", "name").sessionId(bad).build()));
    return acks;
  }

  private static ActivityTask.Builder task(String name, String orchestrationName) {
    return ActivityTask.builder(
        new ActivityIdentity("order", 1, 1), name, Payload.empty(), orchestrationName);
  }

  private static OrchestratorMessage kind(String kind) {
    return OrchestratorMessage.of("order", kind, Payload.empty());
  }

  private static HistoryEvent event(String kind, long eventId) {
    return new HistoryEvent(eventId, kind, Payload.empty(), Sample.RECORDED_AT);
  }
}
