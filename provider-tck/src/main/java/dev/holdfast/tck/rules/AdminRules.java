// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.acked;
import static dev.holdfast.tck.rules.Admins.born;

import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceDetails;
import dev.holdfast.provider.admin.InstanceStats;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.admin.TreeMember;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Questions about one instance: what is stored, its executions, its tree, its sizes. */
@RuleFamily("ADMIN")
final class AdminRules {

  private static final List<ExecutionStatus> ENDS =
      List.of(ExecutionStatus.CONTINUED_AS_NEW, ExecutionStatus.FAILED, ExecutionStatus.COMPLETED);

  /**
   * Declared equals found, and what changes instances comes with what shows them.
   *
   * <p><b>Shape:</b> both handles, before and after work; deletion and pruning without these
   * questions are a wrong declaration.
   */
  @Rule("ADMIN-01")
  void questionsAreFoundWhereTheyAreDeclared(StoreUnderTest store) {
    expectDeclared(store);
    store.first().create("order");
    expectDeclared(store);
    Set<Feature> features = store.first().provider().info().features();
    for (Feature feature : List.of(Feature.INSTANCE_DELETION, Feature.EXECUTION_PRUNING)) {
      Expect.that(
          feature + " is declared without INSTANCE_ADMIN.",
          !features.contains(feature) || features.contains(Feature.INSTANCE_ADMIN));
    }
  }

  private static void expectDeclared(StoreUnderTest store) {
    for (Handle handle : List.of(store.first(), store.second())) {
      Provider provider = handle.provider();
      Expect.equal(
          "Declared and found differ.",
          provider.info().declares(Feature.INSTANCE_ADMIN),
          provider.capability(InstanceAdmin.class).isPresent());
    }
  }

  /**
   * The details show what metadata said, and invent nothing.
   *
   * <p><b>Shape:</b> an instance with name, version, parent and output, one with a name alone, one
   * with an empty output.
   */
  @Rule("ADMIN-12")
  void detailsShowWhatMetadataSaid(StoreUnderTest store) {
    Handle first = store.first();
    first.start("full");
    first
        .turn(first.fetchOne("full"))
        .name("named")
        .version("2.0.0")
        .parent("mother")
        .output("result")
        .apply();
    first.enqueue(Sample.start("bare", "started", "7"));
    first.turn(first.fetchOne("bare")).name("bare name").apply();
    born(first, "empty", turn -> turn.output(""));
    for (InstanceAdmin admin : Admins.both(store)) {
      InstanceDetails full = admin.instance("full");
      expectSaid(full.summary(), "named", "2.0.0", "mother");
      Expect.equal("The output is wrong.", Payload.utf8("result"), full.output());
      InstanceDetails bare = admin.instance("bare");
      expectSaid(bare.summary(), "bare name", null, null);
      Expect.equal("An output was invented.", null, bare.output());
      Expect.equal("A completion time was invented.", null, bare.summary().completedAt());
      Expect.equal(
          "An empty output is not told.", Payload.empty(), admin.instance("empty").output());
    }
  }

  private static void expectSaid(
      InstanceSummary summary, String name, @Nullable String version, @Nullable String parent) {
    Expect.equal("The name is wrong.", name, summary.name());
    Expect.equal("The version is wrong.", version, summary.version());
    Expect.equal("The parent is wrong.", parent, summary.parentInstanceId());
    Expect.equal("The execution is wrong.", 1L, summary.executionId());
    Expect.equal("The status is wrong.", ExecutionStatus.RUNNING, summary.status());
  }

  /**
   * The creation time stays, and the update time is that of the last applied ack.
   *
   * <p><b>Shape:</b> acks at three moments; a rejected one, a repeated one, fetches and messages in
   * between move nothing.
   */
  @Rule("ADMIN-13")
  void timesAreThoseOfAppliedAcks(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    born(first, "order", turn -> turn.event(1));
    InstanceSummary before = admin.instance("order").summary();
    Expect.equal(
        "A new instance was updated at another moment than created.",
        before.createdAt(),
        before.updatedAt());
    for (long number = 2; number <= 4; number++) {
      store.moveTime(store.tick().multipliedBy(3));
      first.poke("order");
      OrchestrationItem item = first.fetchOne("order");
      first.turn(item).event(1).reject("An event was stored twice.", DuplicateEvent.class);
      Expect.equal(
          "Something other than an applied ack moved a time.",
          before,
          admin.instance("order").summary());
      Turn turn = first.turn(item).event(number);
      turn.apply();
      InstanceSummary after = admin.instance("order").summary();
      Expect.equal("An ack moved the creation time.", before.createdAt(), after.createdAt());
      Expect.notBefore(
          "An applied ack did not move the update time.",
          before.updatedAt().plus(store.tick()),
          after.updatedAt());
      store.moveTime(store.tick().multipliedBy(3));
      Expect.alreadyApplied("An ack was repeated.", turn.ack());
      Expect.equal("A repeated ack moved a time.", after, admin.instance("order").summary());
      before = after;
    }
  }

  /**
   * What is not stored is not found.
   *
   * <p><b>Shape:</b> each question with an unused id, with a queued start, with an orphan and after
   * an ack without a name.
   */
  @Rule("ADMIN-14")
  void whatIsNotStoredIsNotFound(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    first.create("similar");
    first.enqueue(Sample.start("rowless", "started", null));
    first.turn(first.fetchOne("rowless")).event(1).apply();
    first.start("queued");
    first.timer("orphan", store.lockFor());
    for (InstanceAdmin admin : Admins.both(store)) {
      for (String id : List.of("unused", "SIMILAR", "simila", "similar ")) {
        expectNoRow(admin, id);
        Admins.notFound("Executions of nothing were found.", id, () -> admin.executions(id));
        Admins.notFound("Facts of nothing were found.", id, () -> admin.facts(id));
        Admins.notFound("Sizes of nothing were found.", id, () -> admin.stats(id));
        Admins.notFound("An execution of nothing was found.", id, () -> admin.execution(id, 1));
      }
      for (String id : List.of("queued", "orphan")) {
        expectNoRow(admin, id);
        Expect.equal("There are executions before the first ack.", List.of(), admin.executions(id));
        Expect.equal("A queued message is not seen.", 1L, admin.facts(id).waitingMessages());
        Expect.equal("A queued message is not counted.", 1L, admin.stats(id).queuedMessages());
        Admins.notFound("An execution without ack was found.", id, () -> admin.execution(id, 1));
      }
      expectNoRow(admin, "rowless");
      Expect.equal("An execution is missing.", 1, admin.executions("rowless").size());
      Expect.equal("An event is missing.", 1L, admin.execution("rowless", 1).eventCount());
      Expect.equal("The execution is wrong.", 1L, admin.facts("rowless").executionId());
      Admins.notFound("It was found.", "similar", () -> admin.execution("similar", 2));
      for (String bad : List.of("", "x".repeat(257), "a\u0000")) {
        Expect.invalid("A wrong id was accepted.", () -> admin.instance(bad));
        Expect.invalid("A wrong id was accepted.", () -> admin.facts(bad));
      }
      Expect.invalid("Execution 0 was accepted.", () -> admin.execution("similar", 0));
    }
  }

  private static void expectNoRow(InstanceAdmin admin, String id) {
    Admins.notFound("An instance was found that has no row.", id, () -> admin.instance(id));
    Admins.notFound("The tree of nothing was found.", id, () -> admin.tree(id));
    Admins.notFound("Children of nothing were found.", id, () -> admin.children(id));
    Admins.notFound("The parent of nothing was found.", id, () -> admin.parent(id));
  }

  /**
   * Executions are told one by one and all together.
   *
   * <p><b>Shape:</b> three executions with different lengths, ends and outputs; both forms agree
   * and ascend.
   */
  @Rule("ADMIN-15")
  void executionsAreTold(StoreUnderTest store) {
    Handle first = store.first();
    threeExecutions(store);
    for (InstanceAdmin admin : Admins.both(store)) {
      List<ExecutionDetails> all = admin.executions("order");
      Expect.equal(
          "The executions are wrong or not in their order.",
          List.of(1L, 2L, 3L),
          all.stream().map(ExecutionDetails::executionId).toList());
      for (int i = 0; i < 3; i++) {
        ExecutionDetails one = all.get(i);
        Expect.equal("The status is wrong.", ENDS.get(i), one.status());
        Expect.equal("The number of events is wrong.", 2L + i, one.eventCount());
        Expect.equal("The output is wrong.", Payload.utf8("output " + (i + 1)), one.output());
        Expect.equal("A pin was invented.", null, one.pinnedVersion());
        Expect.equal("Both forms differ.", one, admin.execution("order", i + 1L));
      }
      Admins.notFound("It does not exist.", "order", () -> admin.execution("order", 4));
    }
    first.fetchNone();
  }

  /** Each execution has one event more than the one before, and ends after a while. */
  private static void threeExecutions(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    first.start("order");
    for (int i = 0; i < 3; i++) {
      long execution = i + 1L;
      first
          .turn(first.fetchOne("order"))
          .execution(execution)
          .name(Sample.NAME)
          .events(1, execution)
          .apply();
      store.moveTime(store.tick().multipliedBy(2));
      first.poke("order");
      Turn end =
          first
              .turn(first.fetchOne("order"))
              .execution(execution)
              .event(execution + 1)
              .status(ENDS.get(i))
              .output("output " + execution);
      if (i < 2) {
        end.send(Sample.start("order", Sample.NAME, null));
      }
      end.apply();
      store.moveTime(store.tick().multipliedBy(2));
    }
  }

  /**
   * Every end sets the completion time, at its ack.
   *
   * <p><b>Shape:</b> the three ends of executions at known moments; later acks and messages do not
   * move it, and a running execution has none.
   */
  @Rule("ADMIN-16")
  void everyEndSetsTheCompletionTime(StoreUnderTest store) {
    Handle first = store.first();
    threeExecutions(store);
    List<ExecutionDetails> all = store.admin().executions("order");
    for (int i = 0; i < 3; i++) {
      ExecutionDetails one = all.get(i);
      Instant end = Objects.requireNonNull(one.completedAt(), "an end without completion time");
      Expect.notBefore(
          "An execution ended before its last ack.", one.startedAt().plus(store.tick()), end);
      if (i < 2) {
        Expect.notBefore(
            "An execution began before the one before it ended.",
            end.plus(store.tick()),
            all.get(i + 1).startedAt());
      }
    }
    InstanceSummary summary = store.admin().instance("order").summary();
    Expect.equal(
        "The instance ended at another moment than its execution.",
        all.get(2).completedAt(),
        summary.completedAt());
    Expect.equal("The end was not the last ack.", summary.updatedAt(), summary.completedAt());

    store.moveTime(store.tick().multipliedBy(2));
    acked(first, "order", turn -> turn.event(5));
    Expect.equal(
        "An ack without status moved the completion time.",
        all.get(2).completedAt(),
        store.admin().execution("order", 3).completedAt());
    born(first, "running", turn -> turn.event(1));
    Expect.equal(
        "A running execution has a completion time.",
        null,
        store.admin().execution("running", 1).completedAt());
  }

  /**
   * Trees are told from every place in them.
   *
   * <p><b>Shape:</b> three levels, asked at the root, in the middle and at a leaf; ids that
   * resemble those of the tree are no part of it.
   */
  @Rule("ADMIN-17")
  void treesAreTold(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    for (String id : List.of("root", "root/b", "root/a", "root/a/1", "root/a/2", "ROOT", "roo%")) {
      int slash = id.lastIndexOf('/');
      born(first, id, turn -> slash < 0 ? turn : turn.parent(id.substring(0, slash)));
    }
    for (InstanceAdmin admin : Admins.both(store)) {
      expectTree(admin, "root", "root", "root/a", "root/b", "root/a/1", "root/a/2");
      expectTree(admin, "root/a", "root/a", "root/a/1", "root/a/2");
      expectTree(admin, "root/a/1", "root/a/1");
      expectTree(admin, "ROOT", "ROOT");
      for (TreeMember member : admin.tree("root")) {
        Expect.equal(
            "A tree shows another parent.",
            admin.parent(member.instanceId()),
            Optional.ofNullable(member.parentInstanceId()));
      }
      Expect.equal("Children are wrong.", List.of("root/a", "root/b"), admin.children("root"));
      Expect.equal("A leaf has children.", List.of(), admin.children("root/a/1"));
      Expect.equal("A root has a parent.", Optional.empty(), admin.parent("root"));
      Expect.equal("The parent is wrong.", Optional.of("root/a"), admin.parent("root/a/2"));
    }
  }

  private static void expectTree(InstanceAdmin admin, String id, String... members) {
    List<TreeMember> tree = admin.tree(id);
    List<String> ids = tree.stream().map(TreeMember::instanceId).toList();
    Expect.equal("The members of a tree are wrong: " + id + ".", List.of(members), ids);
    Set<@Nullable String> before = new HashSet<>();
    for (TreeMember member : tree) {
      Expect.that(
          "A member comes before its parent.",
          member.instanceId().equals(id) || before.contains(member.parentInstanceId()));
      before.add(member.instanceId());
    }
  }

  /**
   * A parent stays, and links that lead to nothing or in a circle end a walk.
   *
   * <p><b>Shape:</b> a later ack names another parent; a child of an id that is not stored; two
   * instances that name each other, and one that names itself.
   */
  @Rule("ADMIN-18")
  void brokenLinksEndAWalk(StoreUnderTest store) {
    Handle first = store.first();
    InstanceAdmin admin = store.admin();
    born(first, "mother", turn -> turn);
    born(first, "child", turn -> turn.parent("mother"));
    acked(first, "child", turn -> turn.name(Sample.NAME).parent("stranger"));
    Expect.equal("A parent has changed.", Optional.of("mother"), admin.parent("child"));
    Expect.equal("A child was lost.", List.of("child"), admin.children("mother"));

    born(first, "left", turn -> turn.parent("nowhere"));
    expectTree(admin, "left", "left");
    Expect.equal("A link was dropped.", Optional.of("nowhere"), admin.parent("left"));
    Admins.notFound("A link made an instance.", "nowhere", () -> admin.tree("nowhere"));

    born(first, "one", turn -> turn.parent("two"));
    born(first, "two", turn -> turn.parent("one"));
    expectTree(admin, "one", "one", "two");
    expectTree(admin, "two", "two", "one");
    born(first, "self", turn -> turn.parent("self"));
    expectTree(admin, "self", "self");
    Expect.equal("An instance is its own child.", List.of("self"), admin.children("self"));
  }

  /**
   * Sizes are those of what is stored.
   *
   * <p><b>Shape:</b> events of known sizes in two executions, messages and activities, and where
   * they are declared key-values that were merged, overwritten and cleared; a named instance with
   * nothing has zeros.
   */
  @Rule("ADMIN-23")
  void sizesAreThoseOfWhatIsStored(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    first.start("order");
    first
        .turn(first.fetchOne("order"))
        .name(Sample.NAME)
        .events(List.of(event(1, 10), event(2, 0), event(3, 1_000)))
        .status(ExecutionStatus.CONTINUED_AS_NEW)
        .metadata(values(store, value("a", 10), value("b", 1_000), value("c", 9)))
        .send(Sample.start("order", Sample.NAME, null))
        .apply();
    first
        .turn(first.fetchOne("order"))
        .execution(2)
        .metadata(values(store, value("a", 500), Values.clear("b"), value("d", 0)))
        .events(List.of(event(1, 7), event(2, 70_000)))
        .activity(Sample.activity("order", 2, 1))
        .activity(Sample.activity("order", 2, 2))
        .apply();
    born(first, "idle", turn -> turn);
    first.poke("order");
    first.timer("order", store.lockFor());
    first.timer("order", store.lockFor());
    boolean keys = store.declares(Feature.KEY_VALUES);
    InstanceStats expected =
        new InstanceStats(2, 70_007, 5, 71_017, 3, 2, keys ? 3 : 0, keys ? 509 : 0);
    for (InstanceAdmin admin : Admins.both(store)) {
      Expect.equal("The sizes are wrong.", expected, admin.stats("order"));
      Expect.equal(
          "An instance with nothing has sizes.",
          new InstanceStats(0, 0, 0, 0, 0, 0, 0, 0),
          admin.stats("idle"));
    }
    first.fetchOne("order");
    first.fetchActivity(1);
    Expect.equal("A lock changed the sizes.", expected, store.admin().stats("order"));
  }

  private static KeyValueMutation value(String key, int bytes) {
    return Values.set(key, Payload.of(new byte[bytes]));
  }

  /** Changes where key-values are declared, and nothing elsewhere. */
  private static Consumer<ExecutionMetadata.Builder> values(
      StoreUnderTest store, KeyValueMutation... mutations) {
    return store.declares(Feature.KEY_VALUES) ? Values.changes(mutations) : metadata -> {};
  }

  private static HistoryEvent event(long id, int bytes) {
    return new HistoryEvent(id, "happened", Payload.of(new byte[bytes]), Sample.RECORDED_AT);
  }
}
