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
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How instances come to be: an instance row is born at the first ack that names it, never earlier.
 */
@RuleFamily("CREATE")
final class CreateRules {

  /**
   * A queued start message alone makes an instance deliverable.
   *
   * <p><b>Shape:</b> A starts an instance; B fetches it; every field of the item is compared.
   *
   * <p><b>If this fails, check:</b> does fetch look for instances among the messages, or among the
   * instance rows, which do not exist yet? is the execution 1, the history empty and complete, the
   * name that of the start?
   */
  @Rule("CREATE-01")
  void aStartMessageAloneMakesAnInstanceDeliverable(StoreUnderTest s) {
    OrchestratorMessage start = s.a().start("order");

    OrchestrationItem item = s.b().fetchOne("order");

    Expect.equal("The name is not that of the start.", Sample.NAME, item.name());
    Expect.equal("The version is not that of the start.", Sample.VERSION, item.version());
    Expect.equal("A new instance is not at execution 1.", 1L, item.executionId());
    Expect.equal("A new instance has a history.", History.empty(), item.history());
    Expect.equal("The first delivery does not count 1.", 1, item.attemptCount());
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
   *
   * <p><b>If this fails, check:</b> are name and version taken from the metadata of the ack? is the
   * execution row written with the first ack, with status Running when none is stated?
   */
  @Rule("CREATE-02")
  void anAckWithANameCreatesTheInstance(StoreUnderTest s) {
    Handle a = s.a();
    a.enqueue(Sample.start("order", "first-name", "1"));
    a.turn(a.fetchOne("order")).name("second-name").version("2").events(1, 2).apply();
    a.poke("order");

    OrchestrationItem item = a.fetchOne("order");

    Expect.equal("The start's name won over that of the ack.", "second-name", item.name());
    Expect.equal("The start's version won over that of the ack.", "2", item.version());
    Expect.equal("The execution that was acked is not the current one.", 1L, item.executionId());
    Expect.equal(
        "The history is not the one that was appended.",
        new History(2, Sample.events(1, 2), true),
        item.history());
    s.adminIfDeclared().ifPresent(admin -> expectRunning(admin, "order", "second-name", "2"));
  }

  /**
   * Enqueue never creates an instance, whatever it carries.
   *
   * <p><b>Shape:</b> enqueue a start and a plain message; fetch and abandon; nothing of the
   * instance can be read.
   *
   * <p><b>If this fails, check:</b> does enqueue, or the lock that fetch takes, insert an instance
   * or execution row?
   */
  @Rule("CREATE-03")
  void enqueueNeverCreatesAnInstance(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    a.poke("order");
    expectNothingStored(s, "order");

    a.abandon(a.fetchOne("order"));

    expectNothingStored(s, "order");
  }

  /**
   * The version is nullable all the way, and a later ack that states one sets it.
   *
   * <p><b>Shape:</b> start without a version; fetch; ack with a name only; fetch; ack with a
   * version; fetch.
   *
   * <p><b>If this fails, check:</b> is the version column nullable? is an absent version stored as
   * a word or as an empty text? does a later ack with name and version update the row?
   */
  @Rule("CREATE-04")
  void theVersionMayBeAbsentAllTheWay(StoreUnderTest s) {
    Handle a = s.a();
    a.enqueue(Sample.start("order", Sample.NAME, null));

    OrchestrationItem started = a.fetchOne("order");
    expectUnversioned("A start without a version was delivered with one.", started);
    a.turn(started).name(Sample.NAME).apply();
    a.poke("order");
    OrchestrationItem created = a.fetchOne("order");
    expectUnversioned("An ack without a version stored one.", created);
    s.whiteBoxIfOffered()
        .ifPresent(box ->
            Expect.none(
                "The placeholder for an absent version is stored.",
                box.rows().stream().filter(row -> row.text().contains("unknown")).toList()));

    s.adminIfDeclared()
        .ifPresent(admin -> Expect.equal("A version can be read.", null, order(admin).version()));

    a.turn(created).name(Sample.NAME).version("2").apply();
    a.poke("order");
    Expect.equal("A later version was not stored.", "2", a.fetchOne("order").version());
    s.adminIfDeclared()
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
   *
   * <p><b>If this fails, check:</b> does the provider use the value types of the SPI, which refuse
   * it?
   */
  @Rule("CREATE-04")
  void theWordUnknownIsNoVersion(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    OrchestrationItem item = a.fetchOne("order");

    Expect.invalid(
        "A start with the version \"unknown\" was accepted.",
        () -> a.enqueue(Sample.start("other", Sample.NAME, "unknown")));
    Expect.invalidAck(
        "An ack with the version \"unknown\" was accepted.",
        () -> a.turn(item).name(Sample.NAME).version("unknown").ack());
    expectNothingStored(s, "order");
  }

  /**
   * Metadata without a name creates no instance row; the rest of the ack is stored.
   *
   * <p><b>Shape:</b> ack a started instance with empty metadata, an event and an activity.
   *
   * <p><b>If this fails, check:</b> is the row inserted only when the metadata has a name? are
   * history and activities written without looking for the row?
   */
  @Rule("CREATE-05")
  void metadataWithoutANameCreatesNoRow(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");

    a.turn(a.fetchOne("order")).event(1).activities(1).apply();

    s.expectNoInstanceRow("An ack without a name created an instance row.", "order");
    Expect.equal("The event was not stored.", Sample.events(1, 1), a.history("order", 1));
    Expect.equal(
        "The activity was not stored.", Sample.activity("order", 1), a.fetchActivity().task());
  }

  /**
   * Metadata without a name leaves name and version of an existing instance alone.
   *
   * <p><b>Shape:</b> create; poke; ack with empty metadata; poke; fetch.
   *
   * <p><b>If this fails, check:</b> does the update of the row write absent values over stored
   * ones?
   */
  @Rule("CREATE-05")
  void metadataWithoutANameChangesNeitherNameNorVersion(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    a.finish(a.fetchOne("order"));
    a.poke("order");

    OrchestrationItem item = a.fetchOne("order");

    Expect.equal("Empty metadata changed the name.", Sample.NAME, item.name());
    Expect.equal("Empty metadata changed the version.", Sample.VERSION, item.version());
  }

  /**
   * A version without a name is refused.
   *
   * <p><b>Shape:</b> build metadata with a version only; ack an existing instance with it.
   *
   * <p><b>If this fails, check:</b> does the provider use the value types of the SPI, which refuse
   * it?
   */
  @Rule("CREATE-05")
  void aVersionWithoutANameIsRefused(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");

    Expect.invalidAck(
        "An ack with a version and no name was accepted.", () -> a.turn(item).version("2").ack());

    a.finish(item);
    a.poke("order");
    Expect.equal("The refused version was stored.", Sample.VERSION, a.fetchOne("order").version());
  }

  /**
   * History, executions and queues work without an instance row.
   *
   * <p><b>Shape:</b> ack a started instance with empty metadata, events, an activity and a message
   * to itself; poke; fetch.
   *
   * <p><b>If this fails, check:</b> does fetch join with the instance rows? is the current
   * execution read from the row of the instance instead of the executions?
   */
  @Rule("CREATE-06")
  void everythingWorksWithoutAnInstanceRow(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    OrchestratorMessage toItself = Sample.message("order", "to itself");
    a.turn(a.fetchOne("order")).events(1, 3).activities(1).send(toItself).apply();
    OrchestratorMessage poke = a.poke("order");

    OrchestrationItem item = a.fetchOne("order");

    Expect.equal("There is a name, but no row and no start in the batch.", null, item.name());
    Expect.equal("There is a version, but no row and no start in the batch.", null, item.version());
    Expect.equal("The acked execution is not the current one.", 1L, item.executionId());
    Expect.equal(
        "The history is not whole.", new History(3, Sample.events(1, 3), true), item.history());
    Batch.expect("The batch is not whole.", item, toItself, poke);
    Expect.equal(
        "The acked execution is not the latest.",
        OptionalLong.of(1),
        a.provider().latestExecutionId("order"));
    a.finish(item);
    ActivityItem activity = a.fetchActivity(1);
    Batch.expect(
        "The completion did not arrive.", completed(a, activity), Sample.completion(activity));
  }

  /**
   * The start is used wherever it stands in the batch, and of several the first gives name and
   * version.
   *
   * <p><b>Shape:</b> two plain messages, then two starts with different names; one fetch.
   *
   * <p><b>If this fails, check:</b> is only the first message of the batch looked at? are starts
   * merged, or ordered before others? does the last start win?
   */
  @Rule("CREATE-07")
  void theFirstStartOfTheBatchIsUsedWhereverItStands(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage one = a.poke("order");
    OrchestratorMessage two = a.poke("order");
    OrchestratorMessage first = a.enqueue(Sample.start("order", "first", "1"));
    OrchestratorMessage second = a.enqueue(Sample.start("order", "second", "2"));

    OrchestrationItem item = a.fetchOne("order");

    Expect.equal("The name is not that of the first start.", "first", item.name());
    Expect.equal("The version is not that of the first start.", "1", item.version());
    Batch.expect("The batch is not all four messages in order.", item, one, two, first, second);
  }

  /**
   * A start for an instance that exists is delivered like any message and changes nothing by
   * itself.
   *
   * <p><b>Shape:</b> create; start again under another name and version; fetch.
   *
   * <p><b>If this fails, check:</b> does the start in the batch win over the row? is it discarded
   * as a duplicate? does it begin another execution?
   */
  @Rule("CREATE-08")
  void aStartForAnExistingInstanceIsDeliveredAndChangesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage again = a.enqueue(Sample.start("order", "another", "2"));

    OrchestrationItem item = a.fetchOne("order");

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
   *
   * <p><b>If this fails, check:</b> does the parent's ack insert rows for the children it starts?
   */
  @Rule("CREATE-09")
  void aChildIsBornWithItsOwnAck(StoreUnderTest s) {
    Handle a = s.a();
    a.start("parent");
    a.turn(a.fetchOne("parent"))
        .name(Sample.NAME)
        .version(Sample.VERSION)
        .send(startOfChild("child", "parent"))
        .apply();
    expectNothingStored(s, "child");

    OrchestrationItem child = a.fetchOne("child");
    Expect.equal("The child's name is not that of its start.", "child-name", child.name());
    Expect.equal("The child's version is not that of its start.", "1", child.version());
    a.turn(child).name("child-name").version("2").parent("parent").apply();

    a.poke("child");
    OrchestrationItem born = a.fetchOne("child");
    Expect.equal("The child's version is not that of its ack.", "2", born.version());
    s.adminIfDeclared().ifPresent(admin -> expectRunning(admin, "child", "child-name", "2"));
  }

  /**
   * The parent link is stored with the row at the first ack and never changes.
   *
   * <p><b>Shape:</b> create a child with a parent; ack it without one and with another one; read
   * the parent each time.
   *
   * <p><b>If this fails, check:</b> does the update of the row write the parent again?
   */
  @Rule("CREATE-10")
  void theParentNeverChanges(StoreUnderTest s) {
    Handle a = s.a();
    a.enqueue(startOfChild("child", "mother"));
    a.turn(a.fetchOne("child")).name("child-name").parent("mother").apply();
    expectParent(s, "The parent was not stored with the row.");

    a.poke("child");
    a.turn(a.fetchOne("child")).name("child-name").apply();
    expectParent(s, "An ack without a parent changed it.");

    a.poke("child");
    a.turn(a.fetchOne("child")).name("child-name").parent("stranger").apply();
    expectParent(s, "An ack with another parent changed it.");
  }

  /**
   * A later ack with a name replaces the name; with a version also the version; without one the
   * version stays.
   *
   * <p><b>Shape:</b> create; ack execution 2 with another name and version; ack with a third name
   * alone; fetch each time.
   *
   * <p><b>If this fails, check:</b> is the row updated by later acks? does an absent version
   * overwrite the stored one? is the creation time set again?
   */
  @Rule("CREATE-11")
  void aLaterAckReplacesTheNameAndAStatedVersion(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    Optional<InstanceSummary> before = s.adminIfDeclared().map(CreateRules::order);
    s.moveTime(s.lockFor());
    a.poke("order");
    a.turn(a.fetchOne("order")).execution(2).name("second").version("2").apply();
    a.poke("order");

    OrchestrationItem second = a.fetchOne("order");
    Expect.equal("The name was not replaced.", "second", second.name());
    Expect.equal("The version was not replaced.", "2", second.version());
    Expect.equal("The execution is not the acked one.", 2L, second.executionId());
    a.turn(second).name("third").apply();
    a.poke("order");

    OrchestrationItem third = a.fetchOne("order");
    Expect.equal("The name was not replaced.", "third", third.name());
    Expect.equal("An ack with a name alone changed the version.", "2", third.version());
    before.ifPresent(summary ->
        Expect.equal(
            "A later ack changed the creation time.",
            summary.createdAt(),
            order(s.admin()).createdAt()));
  }

  private static InstanceSummary order(InstanceAdmin admin) {
    return admin.instance("order").summary();
  }

  private static OrchestratorMessage startOfChild(String child, String parent) {
    return OrchestratorMessage.builder(child, "start", Payload.utf8("input"))
        .start(new ExecutionStart("child-name", "1", parent))
        .build();
  }

  private static OrchestrationItem completed(Handle a, ActivityItem activity) {
    a.complete(activity);
    return a.fetchOne(activity.task().instanceId());
  }

  private static void expectUnversioned(String what, OrchestrationItem item) {
    Expect.equal(what, null, item.version());
    Expect.equal("An absent version has no word for people.", "unknown", item.versionOrUnknown());
  }

  private static void expectNothingStored(StoreUnderTest s, String instanceId) {
    Handle a = s.a();
    Expect.equal(
        "An instance that was never acked has an execution.",
        OptionalLong.empty(),
        a.provider().latestExecutionId(instanceId));
    Expect.none("An instance that was never acked has a history.", a.history(instanceId, 1));
    s.expectNoInstanceRow("An instance that was never acked has a row.", instanceId);
    s.adminIfDeclared()
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

  private static void expectParent(StoreUnderTest s, String what) {
    if (s.adminIfDeclared().isPresent()) {
      Expect.equal(what, Optional.of("mother"), s.admin().parent("child"));
    } else if (s.whiteBoxIfOffered().isPresent()) {
      List<StoredRow> rows = s.whiteBox().rows(RowKind.INSTANCE, "child");
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
