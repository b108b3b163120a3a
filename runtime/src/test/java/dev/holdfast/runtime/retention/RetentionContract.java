// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.Snapshot;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.OrchestrationFailedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes by a policy, and what stays. */
abstract class RetentionContract {

  private static final Duration LONG = Duration.ofSeconds(120);
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Payload EMPTY = Payload.utf8("{}");

  private static final Orchestration<String, String> SHIP =
      Orchestration.named("ship", String.class, String.class, (ctx, input) -> input);

  private static final Orchestration<String, String> ORDER =
      Orchestration.named(
          "order",
          String.class,
          String.class,
          (ctx, input) -> ctx.child(SHIP, ctx.instanceId() + "-ship", input).await());

  private static final Orchestration<String, String> KEPT =
      Orchestration.named("kept", String.class, String.class, (ctx, input) -> input);

  private static final Orchestration<String, String> FAILING =
      Orchestration.named(
          "failing",
          String.class,
          String.class,
          (ctx, input) -> {
            throw new IllegalStateException("always");
          });

  private static final Orchestration<Integer, String> ROUNDS =
      Orchestration.named(
          "rounds",
          Integer.class,
          String.class,
          (ctx, round) -> {
            if (round > 1) {
              ctx.continueAsNew(round - 1);
            }
            return ctx.event("end", String.class).await();
          });

  Provider provider;
  private Holdfast worker;

  /** Removes the store. */
  abstract void removeStore() throws Exception;

  @AfterEach
  final void close() throws Exception {
    if (worker != null) {
      worker.close();
    }
    provider.close();
    removeStore();
  }

  private InstanceAdmin admin() {
    return provider.capability(InstanceAdmin.class).orElseThrow();
  }

  private List<String> instances() {
    return admin().list(InstanceQuery.firstPage(InstanceFilter.all(), 100)).rows().stream()
        .map(InstanceSummary::instanceId)
        .sorted()
        .toList();
  }

  private void work() {
    worker =
        Holdfast.builder(provider)
            .orchestration(ORDER)
            .orchestration(SHIP)
            .orchestration(KEPT)
            .orchestration(FAILING)
            .orchestration(ROUNDS)
            .start();
  }

  private void order(String id) throws Exception {
    worker.client().start(ORDER, id, "x");
    worker.client().await(ORDER, id, LONG);
  }

  private RetentionReport same(RetentionPolicy policy) {
    Retention retention = Retention.on(provider).batches(2);
    RetentionReport dry = retention.dryRun(policy);
    assertThat(retention.dryRun(policy)).as("a dry run changes nothing").isEqualTo(dry);
    RetentionReport real = retention.run(policy);
    assertThat(dry).usingRecursiveComparison().ignoringFields("inboxMessages").isEqualTo(real);
    assertThat(retention.run(policy).isNothing()).as("all of it went").isTrue();
    return real;
  }

  private static RetentionPolicy instances(InstanceRule... rules) {
    RetentionPolicy.Builder policy = RetentionPolicy.builder();
    List.of(rules).forEach(policy::instances);
    return policy.build();
  }

  private static InstanceRule rule(String name, Duration after, ExecutionStatus... statuses) {
    return new InstanceRule(name, Set.of(statuses), after);
  }

  @Test
  void theFirstRuleThatFitsDecides() throws Exception {
    work();
    for (int i = 1; i <= 5; i++) {
      order("order-" + i);
    }
    worker.client().start(KEPT, "kept-1", "x");
    worker.client().await(KEPT, "kept-1", LONG);
    worker.client().start(FAILING, "failing-1", "x");
    assertThatThrownBy(() -> worker.client().await(FAILING, "failing-1", LONG))
        .isInstanceOf(OrchestrationFailedException.class);
    worker.client().start(ROUNDS, "running-1", 1);

    RetentionReport report =
        same(
            instances(
                rule("kept", null),
                rule(null, Duration.ofDays(1), ExecutionStatus.FAILED),
                rule(null, AT_ONCE)));

    assertThat(report.instances().instances()).as("orders with their children").isEqualTo(10);
    assertThat(report.instances().executions()).isEqualTo(10);
    assertThat(report.instances().events()).isPositive();
    assertThat(instances()).containsExactly("failing-1", "kept-1", "running-1");
  }

  @Test
  void whatIsHeldStaysWithItsTree() throws Exception {
    work();
    for (int i = 1; i <= 3; i++) {
      order("order-" + i);
    }
    RetentionPolicy policy =
        RetentionPolicy.builder()
            .instances(rule(null, AT_ONCE))
            .hold("order-2-ship")
            .hold("nobody")
            .build();

    assertThat(same(policy).instances().instances()).isEqualTo(4);
    assertThat(instances()).containsExactly("order-2", "order-2-ship");
  }

  @Test
  void formerExecutionsGoAndTheNewestStay() throws Exception {
    work();
    for (String id : List.of("r1", "r2", "r3")) {
      worker.client().start(ROUNDS, id, 5);
    }
    InstanceAdmin admin = admin();
    await(() ->
        instances().size() == 3
            && instances().stream()
                .allMatch(id ->
                    admin.executions(id).size() == 5 && admin.facts(id).waitingMessages() == 0));
    RetentionPolicy policy =
        RetentionPolicy.builder()
            .executions(new ExecutionRule("rounds", 2, AT_ONCE))
            .executions(new ExecutionRule(null, 1, AT_ONCE))
            .hold("r2")
            .build();

    RetentionReport report = same(policy);

    assertThat(report.executions().instances()).isEqualTo(2);
    assertThat(report.executions().executions()).isEqualTo(6);
    assertThat(admin.executions("r1")).hasSize(2);
    assertThat(admin.executions("r2")).hasSize(5);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    Semaphore never = new Semaphore(0);
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      assertThat(never.tryAcquire(2, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  private void run(String id, String kind, RunStatus... path) {
    Changes changes = provider.capability(Changes.class).orElseThrow();
    RunWritten run = (RunWritten) changes.apply(List.of(CreateRun.running(id, kind))).getFirst();
    for (RunStatus status : path) {
      run =
          (RunWritten)
              changes.apply(List.of(RunChange.of(run.run()).status(status).build())).getFirst();
    }
  }

  @Test
  void runsThatHaveEndedGo() {
    for (int i = 1; i <= 5; i++) {
      run("done-" + i, "document", RunStatus.COMPLETED);
    }
    run("other", "report", RunStatus.COMPLETED);
    run("failed", "document", RunStatus.FAILED);
    run("going", "document");
    run("held", "document", RunStatus.COMPLETED);
    RetentionPolicy policy =
        RetentionPolicy.builder()
            .runs(new RunRule("report", Set.of(), null))
            .runs(new RunRule(null, Set.of(RunStatus.COMPLETED), AT_ONCE))
            .hold("held")
            .build();

    assertThat(same(policy).runs()).isEqualTo(5);
    StateTables tables = provider.capability(StateTables.class).orElseThrow();
    for (String id : List.of("other", "failed", "going", "held")) {
      assertThat(tables.run(id)).as(id).isPresent();
    }
    assertThat(tables.run("done-3")).isEmpty();
  }

  @Test
  void consumedMessagesGoUnlessSomeAreHeld() {
    DurableInbox inbox = provider.capability(DurableInbox.class).orElseThrow();
    for (String id : List.of("a", "b")) {
      InboxKey key = new InboxKey(id, "step", "port");
      for (int i = 1; i <= 3; i++) {
        inbox.append(new AppendInbox(key, NewInboxMessage.of(id + i, EMPTY)));
      }
      inbox.consume(new ConsumeInbox(key, 1, null));
      inbox.consume(new ConsumeInbox(key, 2, null));
    }
    Retention retention = Retention.on(provider).batches(3);
    RetentionPolicy all = RetentionPolicy.builder().inbox(AT_ONCE).build();
    RetentionPolicy held = RetentionPolicy.builder().inbox(AT_ONCE).hold("a").build();

    RetentionReport nothing = retention.run(held);
    assertThat(nothing.inboxMessages()).isZero();
    assertThat(nothing.notes()).singleElement().asString().contains("\"a\" is held");
    assertThat(retention.dryRun(all).inboxMessages()).as("nobody can count them").isNull();
    assertThat(retention.run(all).inboxMessages()).isEqualTo(4);
    assertThat(inbox.counts("b"))
        .singleElement()
        .extracting(InboxCounts::pending, InboxCounts::consumed)
        .containsExactly(1L, 0L);
  }

  private AuditLog audit(String... runs) {
    AuditLog audit = provider.capability(AuditLog.class).orElseThrow();
    for (String run : runs) {
      assertThat(audit.offer(new AuditEntry(run, "seen", null, Instant.EPOCH, EMPTY))).isTrue();
      assertThat(audit.flush(LONG)).isTrue();
    }
    return audit;
  }

  private static List<String> runsIn(AuditLog audit) {
    return audit.query(AuditQuery.oldest(AuditFilter.all(), 100)).rows().stream()
        .map(row -> row.entry().runId())
        .toList();
  }

  @Test
  void auditRecordsGoUpToTheFirstThatIsHeld() {
    AuditLog audit = audit("a", "b", "c", "held", "d", "held");
    RetentionPolicy policy = RetentionPolicy.builder().audit(AT_ONCE).hold("held").build();

    RetentionReport report = same(policy);

    assertThat(runsIn(audit)).endsWith("held", "d", "held");
    assertThat(report.auditRecords()).isEqualTo(6 - runsIn(audit).size()).isPositive();
    assertThat(report.notes()).singleElement().asString().contains("\"held\" is held");
  }

  @Test
  void theNewestSnapshotsStay() {
    StreamId stream = new StreamId("account", "1");
    EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
    Snapshots snapshots = provider.capability(Snapshots.class).orElseThrow();
    for (int i = 1; i <= 5; i++) {
      streams.append(AppendEvents.of(stream, Expected.any(), NewEvent.of("paid", EMPTY)));
      snapshots.put(new Snapshot(stream, i, "balance", EMPTY));
    }
    snapshots.put(new Snapshot(stream, 5, "limits", EMPTY));

    RetentionReport report =
        same(RetentionPolicy.builder().snapshots(new SnapshotRule("account", 2)).build());

    assertThat(report.snapshots()).isEqualTo(3);
    assertThat(snapshots.list(stream, 10))
        .extracting(SnapshotInfo::version, SnapshotInfo::schema)
        .containsExactly(tuple(5L, "balance"), tuple(5L, "limits"), tuple(4L, "balance"));
  }

  @Test
  void oneProcessAtATime() throws Exception {
    work();
    order("order-1");
    Leases leases = provider.capability(Leases.class).orElseThrow();
    LeaseAnswer.Acquired other =
        (LeaseAnswer.Acquired) leases.acquire(Retention.LEASE, "another", LONG);
    Retention retention = Retention.on(provider);
    RetentionPolicy policy = instances(rule(null, AT_ONCE));

    RetentionReport refused = retention.run(policy);

    assertThat(refused.heldBy()).isEqualTo("another");
    assertThat(refused.isNothing()).isTrue();
    assertThat(instances()).hasSize(2);
    leases.release(other.token());
    assertThat(retention.run(policy).instances().instances()).isEqualTo(2);
    assertThat(leases.lease(Retention.LEASE)).as("it is given back").isEmpty();
  }

  @Test
  void whoIsInterruptedStops() throws Exception {
    work();
    for (int i = 1; i <= 4; i++) {
      order("order-" + i);
    }
    RetentionPolicy policy = instances(rule(null, AT_ONCE));
    Thread.currentThread().interrupt();
    RetentionReport stopped = Retention.on(provider).run(policy);
    assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();

    assertThat(stopped.isNothing()).isTrue();
    assertThat(instances()).hasSize(8);
  }

  @Test
  void aServiceDoesItByItself() throws Exception {
    work();
    order("order-1");

    try (RetentionService service =
        Retention.on(provider).every(Duration.ofHours(1), instances(rule(null, AT_ONCE)))) {
      await(() -> service.last().isPresent());
      assertThat(service.last().orElseThrow().instances().instances()).isEqualTo(2);
    }
    assertThat(instances()).isEmpty();
  }
}
