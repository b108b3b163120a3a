// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.History;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.fixture.WhiteBox.StoredRow;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * How instances come to be: an instance row is born at the first ack that names it, never earlier.
 */
@RuleFamily("CREATE")
final class CreateRules {

  /** As a value: the name of a column may contain the word. */
  private static final Pattern PLACEHOLDER = Pattern.compile("\\bunknown\\b");

  /**
   * A queued start message alone makes an instance deliverable.
   *
   * <p><b>Shape:</b> A starts an instance; B fetches it; every field of the item is compared.
   */
  @Rule("CREATE-01")
  void aStartMessageAloneMakesAnInstanceDeliverable(StoreUnderTest store) {
    OrchestratorMessage start = store.first().start("order");

    OrchestrationItem item = store.second().fetchOne("order");

    Expect.equal("The name is not that of the start.", Sample.NAME, item.name());
    Expect.equal("The version is not that of the start.", Sample.VERSION, item.version());
    Expect.equal("A new instance is not at execution 1.", 1L, item.executionId());
    Expect.equal("A new instance has a history.", History.empty(), item.history());
    Expect.equal("The first delivery does not count 1.", 1, item.deliveryCount());
    Expect.that(
        "A new instance has key-values.", "none", item.kvSnapshot(), item.kvSnapshot().isEmpty());
    Expect.equal("The token is not the instance's.", "order", item.lockToken().instanceId());
    Batch.expect("The batch is not the start message.", item, start);
  }

  /**
   * The ack whose metadata has a name creates the instance, and metadata wins over the start
   * message.
   *
   * <p><b>Shape:</b> start with version 1; ack with version 2 and two events; poke; fetch.
   */
  @Rule("CREATE-02")
  void anAckWithANameCreatesTheInstance(StoreUnderTest store) {
    Handle first = store.first();
    first.enqueue(Sample.start("order", "first-name", "1"));
    first.turn(first.fetchOne("order")).name("second-name").version("2").events(1, 2).apply();
    first.poke("order");

    OrchestrationItem item = first.fetchOne("order");

    Expect.equal("The start's name won over that of the ack.", "second-name", item.name());
    Expect.equal("The start's version won over that of the ack.", "2", item.version());
    Expect.equal("The execution that was acked is not the current one.", 1L, item.executionId());
    Expect.equal(
        "The history is not the one that was appended.",
        new History(2, Sample.events(1, 2), true),
        item.history());
    store.adminIfDeclared().ifPresent(admin -> expectRunning(admin, "order", "second-name", "2"));
  }

  /**
   * Enqueue never creates an instance, whatever it carries.
   *
   * <p><b>Shape:</b> enqueue a start and a plain message; fetch and abandon; nothing of the
   * instance can be read.
   */
  @Rule("CREATE-03")
  void enqueueNeverCreatesAnInstance(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    first.poke("order");
    expectNothingStored(store, "order");

    first.abandon(first.fetchOne("order"));

    expectNothingStored(store, "order");
  }

  /**
   * The version is nullable all the way, and a later ack that states one sets it.
   *
   * <p><b>Shape:</b> start without a version; fetch; ack with a name only; fetch; ack with a
   * version; fetch.
   */
  @Rule("CREATE-04")
  void theVersionMayBeAbsentAllTheWay(StoreUnderTest store) {
    Handle first = store.first();
    first.enqueue(Sample.start("order", Sample.NAME, null));

    OrchestrationItem started = first.fetchOne("order");
    expectUnversioned("A start without a version was delivered with one.", started);
    first.turn(started).name(Sample.NAME).apply();
    first.poke("order");
    OrchestrationItem created = first.fetchOne("order");
    expectUnversioned("An ack without a version stored one.", created);
    store
        .whiteBoxIfOffered()
        .ifPresent(box ->
            Expect.none(
                "The placeholder for an absent version is stored.",
                box.rows().stream()
                    .filter(row -> PLACEHOLDER.matcher(row.text()).find())
                    .toList()));

    store
        .adminIfDeclared()
        .ifPresent(admin -> Expect.equal("A version can be read.", null, order(admin).version()));

    first.turn(created).name(Sample.NAME).version("2").apply();
    first.poke("order");
    Expect.equal("A later version was not stored.", "2", first.fetchOne("order").version());
    store
        .adminIfDeclared()
        .ifPresent(admin ->
            Expect.equal(
                "The version that can be read is not the one that was acked.",
                "2",
                admin.instance("order").summary().version()));
  }

  /**
   * The placeholder "unknown" is refused as a version.
   *
   * <p><b>Shape:</b> build a start and metadata with the version "unknown".
   */
  @Rule("CREATE-04")
  void theWordUnknownIsNoVersion(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    OrchestrationItem item = first.fetchOne("order");

    Expect.invalid(
        "A start with the version \"unknown\" was accepted.",
        () -> first.enqueue(Sample.start("other", Sample.NAME, "unknown")));
    Expect.invalidAck(
        "An ack with the version \"unknown\" was accepted.",
        () -> first.turn(item).name(Sample.NAME).version("unknown").ack());
    expectNothingStored(store, "order");
  }

  /**
   * Metadata without a name creates no instance row; the rest of the ack is stored.
   *
   * <p><b>Shape:</b> ack a started instance with empty metadata, an event and an activity.
   */
  @Rule("CREATE-05")
  void metadataWithoutANameCreatesNoRow(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");

    first.turn(first.fetchOne("order")).event(1).activities(1).apply();

    store.expectNoInstanceRow("An ack without a name created an instance row.", "order");
    Expect.equal("The event was not stored.", Sample.events(1, 1), first.history("order", 1));
    Expect.equal(
        "The activity was not stored.", Sample.activity("order", 1), first.fetchActivity().task());
  }

  /**
   * Metadata without a name leaves name and version of an existing instance alone.
   *
   * <p><b>Shape:</b> create; poke; ack with empty metadata; poke; fetch.
   */
  @Rule("CREATE-05")
  void metadataWithoutANameChangesNeitherNameNorVersion(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    first.finish(first.fetchOne("order"));
    first.poke("order");

    OrchestrationItem item = first.fetchOne("order");

    Expect.equal("Empty metadata changed the name.", Sample.NAME, item.name());
    Expect.equal("Empty metadata changed the version.", Sample.VERSION, item.version());
  }

  /**
   * A version without a name is refused.
   *
   * <p><b>Shape:</b> build metadata with a version only; ack an existing instance with it.
   */
  @Rule("CREATE-05")
  void aVersionWithoutANameIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");

    Expect.invalidAck(
        "An ack with a version and no name was accepted.",
        () -> first.turn(item).version("2").ack());

    first.finish(item);
    first.poke("order");
    Expect.equal(
        "The refused version was stored.", Sample.VERSION, first.fetchOne("order").version());
  }

  /**
   * History, executions and queues work without an instance row.
   *
   * <p><b>Shape:</b> ack a started instance with empty metadata, events, an activity and a message
   * to itself; poke; fetch.
   */
  @Rule("CREATE-06")
  void everythingWorksWithoutAnInstanceRow(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    OrchestratorMessage toItself = Sample.message("order", "to itself");
    first.turn(first.fetchOne("order")).events(1, 3).activities(1).send(toItself).apply();
    OrchestratorMessage poke = first.poke("order");

    OrchestrationItem item = first.fetchOne("order");

    Expect.equal("There is a name, but no row and no start in the batch.", null, item.name());
    Expect.equal("There is a version, but no row and no start in the batch.", null, item.version());
    Expect.equal("The acked execution is not the current one.", 1L, item.executionId());
    Expect.equal(
        "The history is not whole.", new History(3, Sample.events(1, 3), true), item.history());
    Batch.expect("The batch is not whole.", item, toItself, poke);
    Expect.equal(
        "The acked execution is not the latest.",
        OptionalLong.of(1),
        first.provider().latestExecutionId("order"));
    first.finish(item);
    ActivityItem activity = first.fetchActivity(1);
    Batch.expect(
        "The completion did not arrive.", completed(first, activity), Sample.completion(activity));
  }

  /**
   * The start is used wherever it stands in the batch, and of several the first gives name and
   * version.
   *
   * <p><b>Shape:</b> two plain messages, then two starts with different names; one fetch.
   */
  @Rule("CREATE-07")
  void theFirstStartOfTheBatchIsUsedWhereverItStands(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage one = first.poke("order");
    OrchestratorMessage two = first.poke("order");
    OrchestratorMessage earlier = first.enqueue(Sample.start("order", "first", "1"));
    OrchestratorMessage later = first.enqueue(Sample.start("order", "second", "2"));

    OrchestrationItem item = first.fetchOne("order");

    Expect.equal("The name is not that of the first start.", "first", item.name());
    Expect.equal("The version is not that of the first start.", "1", item.version());
    Batch.expect("The batch is not all four messages in order.", item, one, two, earlier, later);
  }

  /**
   * A start for an instance that exists is delivered like any message and changes nothing by
   * itself.
   *
   * <p><b>Shape:</b> create; start again under another name and version; fetch.
   */
  @Rule("CREATE-08")
  void aStartForAnExistingInstanceIsDeliveredAndChangesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage again = first.enqueue(Sample.start("order", "another", "2"));

    OrchestrationItem item = first.fetchOne("order");

    Expect.equal("The start changed the name.", Sample.NAME, item.name());
    Expect.equal("The start changed the version.", Sample.VERSION, item.version());
    Expect.equal("The start changed the execution.", 1L, item.executionId());
    Batch.expect("The start is not in the batch.", item, again);
  }

  /**
   * A child's start in the parent's ack becomes deliverable with that ack; its row appears with its
   * own.
   *
   * <p><b>Shape:</b> ack a parent that sends a start; the child has no row but is fetched; ack it
   * with another version.
   */
  @Rule("CREATE-09")
  void aChildIsBornWithItsOwnAck(StoreUnderTest store) {
    Handle first = store.first();
    first.start("parent");
    first
        .turn(first.fetchOne("parent"))
        .name(Sample.NAME)
        .version(Sample.VERSION)
        .send(startOfChild("child", "parent"))
        .apply();
    expectNothingStored(store, "child");

    OrchestrationItem child = first.fetchOne("child");
    Expect.equal("The child's name is not that of its start.", "child-name", child.name());
    Expect.equal("The child's version is not that of its start.", "1", child.version());
    first.turn(child).name("child-name").version("2").parent("parent").apply();

    first.poke("child");
    OrchestrationItem born = first.fetchOne("child");
    Expect.equal("The child's version is not that of its ack.", "2", born.version());
    store.adminIfDeclared().ifPresent(admin -> expectRunning(admin, "child", "child-name", "2"));
  }

  /**
   * The parent link is stored with the row at the first ack and never changes.
   *
   * <p><b>Shape:</b> create a child with a parent; ack it without one and with another one; read
   * the parent each time.
   */
  @Rule("CREATE-10")
  void theParentNeverChanges(StoreUnderTest store) {
    Handle first = store.first();
    first.enqueue(startOfChild("child", "mother"));
    first.turn(first.fetchOne("child")).name("child-name").parent("mother").apply();
    expectParent(store, "The parent was not stored with the row.");

    first.poke("child");
    first.turn(first.fetchOne("child")).name("child-name").apply();
    expectParent(store, "An ack without a parent changed it.");

    first.poke("child");
    first.turn(first.fetchOne("child")).name("child-name").parent("stranger").apply();
    expectParent(store, "An ack with another parent changed it.");
  }

  /**
   * A later ack with a name replaces the name; with a version also the version; without one the
   * version stays.
   *
   * <p><b>Shape:</b> create; ack execution 2 with another name and version; ack with a third name
   * alone; fetch each time.
   */
  @Rule("CREATE-11")
  void aLaterAckReplacesTheNameAndAStatedVersion(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    Optional<InstanceSummary> before = store.adminIfDeclared().map(CreateRules::order);
    store.moveTime(store.lockFor());
    first.poke("order");
    first.turn(first.fetchOne("order")).execution(2).name("second").version("2").apply();
    first.poke("order");

    OrchestrationItem later = first.fetchOne("order");
    Expect.equal("The name was not replaced.", "second", later.name());
    Expect.equal("The version was not replaced.", "2", later.version());
    Expect.equal("The execution is not the acked one.", 2L, later.executionId());
    first.turn(later).name("third").apply();
    first.poke("order");

    OrchestrationItem third = first.fetchOne("order");
    Expect.equal("The name was not replaced.", "third", third.name());
    Expect.equal("An ack with a name alone changed the version.", "2", third.version());
    before.ifPresent(summary ->
        Expect.equal(
            "A later ack changed the creation time.",
            summary.createdAt(),
            order(store.admin()).createdAt()));
  }

  private static InstanceSummary order(InstanceAdmin admin) {
    return admin.instance("order").summary();
  }

  private static OrchestratorMessage startOfChild(String child, String parent) {
    return OrchestratorMessage.builder(child, "start", Payload.utf8("input"))
        .start(new ExecutionStart("child-name", "1", parent))
        .build();
  }

  private static OrchestrationItem completed(Handle first, ActivityItem activity) {
    first.complete(activity);
    return first.fetchOne(activity.task().instanceId());
  }

  private static void expectUnversioned(String what, OrchestrationItem item) {
    Expect.equal(what, null, item.version());
    Expect.equal("An absent version has no word for people.", "unknown", item.versionOrUnknown());
  }

  private static void expectNothingStored(StoreUnderTest store, String instanceId) {
    Handle first = store.first();
    Expect.equal(
        "An instance that was never acked has an execution.",
        OptionalLong.empty(),
        first.provider().latestExecutionId(instanceId));
    Expect.none("An instance that was never acked has a history.", first.history(instanceId, 1));
    store.expectNoInstanceRow("An instance that was never acked has a row.", instanceId);
    store
        .adminIfDeclared()
        .ifPresent(admin ->
            Expect.none(
                "An instance that was never acked is listed.",
                admin.list(InstanceQuery.firstPage(InstanceFilter.all(), 100)).rows().stream()
                    .filter(summary -> summary.instanceId().equals(instanceId))
                    .toList()));
  }

  private static void expectRunning(InstanceAdmin admin, String id, String name, String version) {
    InstanceSummary summary = admin.instance(id).summary();
    Expect.equal("The stored name is wrong.", name, summary.name());
    Expect.equal("The stored version is wrong.", version, summary.version());
    Expect.equal("A new instance is not Running.", ExecutionStatus.RUNNING, summary.status());
  }

  private static void expectParent(StoreUnderTest store, String what) {
    if (store.adminIfDeclared().isPresent()) {
      Expect.equal(what, Optional.of("mother"), store.admin().parent("child"));
    } else if (store.whiteBoxIfOffered().isPresent()) {
      List<StoredRow> rows = store.whiteBox().rows(RowKind.INSTANCE, "child");
      Expect.that(
          what,
          "\"mother\" and not \"stranger\" in the row",
          rows,
          rows.stream()
              .allMatch(row -> row.text().contains("mother") && !row.text().contains("stranger")));
    } else {
      throw new NotMeasured(FixturePart.FEATURE, "INSTANCE_ADMIN, or a white box");
    }
  }
}
