// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.ChildJvm;
import dev.holdfast.examples.demo.DemoFailedException;
import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Kill;
import dev.holdfast.examples.demo.Killer;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.demo.StoreChoice;
import dev.holdfast.examples.demo.StoreHost;
import dev.holdfast.examples.demo.Tally;
import dev.holdfast.examples.postings.flow.Actor;
import dev.holdfast.examples.postings.flow.Circuits;
import dev.holdfast.examples.postings.flow.Measures;
import dev.holdfast.examples.postings.flow.Posting;
import dev.holdfast.examples.postings.flow.PostingEvent;
import dev.holdfast.examples.postings.flow.PostingRow;
import dev.holdfast.examples.postings.flow.Postings;
import dev.holdfast.examples.postings.flow.PostingsFile;
import dev.holdfast.examples.postings.flow.Stages;
import dev.holdfast.examples.postings.flow.Undisturbed;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.queue.DeadLetter;
import dev.holdfast.streams.queue.EventQueue;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** One run of the demo, from the file to the audit. */
final class EventsDemo {

  private static final Duration ROWS_STAND_STILL = Duration.ofSeconds(60);

  private final Plan plan;
  private final StoreChoice choice;
  private final Progress progress;
  private final ChildJvm jvm = new ChildJvm(Main.class);

  /** The rows that a new worker keeps. */
  private final AtomicInteger build = new AtomicInteger(PostingRow.MISTAKEN);

  EventsDemo(Plan plan, StoreChoice choice, Progress progress) {
    this.plan = plan;
    this.choice = choice;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @throws dev.holdfast.examples.BadInputException when the database cannot be worked with
   * @throws DemoFailedException when it cannot go on
   */
  Summary run() throws IOException, SQLException, InterruptedException {
    long began = System.nanoTime();
    List<Posting> postings = PostingsFile.shipped().subList(0, plan.postings());
    Map<String, Undisturbed> expected = new LinkedHashMap<>();
    postings.forEach(posting -> expected.put(posting.id(), Undisturbed.of(posting)));
    Place place = Place.of(null, "postings.db", choice.isFile());
    try (Effects effects = new Effects(place.ledger());
        StoreHost host = StoreHost.open(choice, place, jvm, progress);
        Provider provider = host.store().open();
        EventSourcing events =
            EventSourcing.builder(provider).snapshotEvery(WorkerCommand.SNAPSHOT_EVERY).build()) {
      progress.say(
          "%,d postings; %,d kills, seed %d."
              .formatted(plan.postings(), plan.kills(), plan.seed()));
      Store store = host.store();
      Fleet workers = new Fleet("worker", () -> worker(store, place), place.workerLog(), progress);
      int calls = expected.values().stream().mapToInt(right -> right.calls().size()).sum();
      Killer killer =
          new Killer(workers, plan.kills(), List.of(), effects, calls, plan.seed(), progress);
      Board board = new Board(events, postings);
      Supervisor supervisor = new Supervisor(workers, board, effects, killer, progress, plan);
      Disturbed disturbed;
      try {
        disturbed = disturb(events, workers, supervisor, board, postings, expected);
      } catch (IOException | InterruptedException | SQLException | RuntimeException e) {
        workers.discard();
        throw e;
      }
      progress.clear();
      progress.say("Auditing.");
      List<StreamEvent> log = events.log().all(LogFilter.all());
      if (log.isEmpty()) {
        throw new DemoFailedException("no worker has done anything\n" + workers.logEnd());
      }
      Evidence evidence = evidence(events, effects, postings, board, log);
      TimeTravel travel = TimeTravel.of(events, log, expected);
      Set<String> feeds = postings.stream().map(Posting::feed).collect(Collectors.toSet());
      Replays replays = Replays.of(events, feeds);
      List<Finding> findings = new ArrayList<>(Audit.run(postings, expected, evidence));
      findings.addAll(disturbed.repair().findings());
      findings.addAll(disturbed.rebuild().findings());
      findings.addAll(travel.findings());
      findings.addAll(replays.findings());
      List<Kill> kills = killer.kills();
      return new Summary(
          plan,
          place,
          store,
          (int) postings.stream().filter(Posting::isRefused).count(),
          evidence.stages(),
          log.size(),
          (int) log.stream().map(StreamEvent::stream).distinct().count(),
          evidence.metrics(),
          circuits(events),
          kills,
          workers.started(),
          Tally.of(effects.calls(), kills.stream().map(Kill::pid).collect(Collectors.toSet())),
          replays,
          disturbed.repair(),
          disturbed.rebuild(),
          shortlisted(rows(expected, plan.postings(), PostingRow.MISTAKEN)),
          shortlisted(evidence.rows()),
          travel,
          findings,
          Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0);
    } finally {
      progress.clear();
    }
  }

  /** What was done to the projection of states. */
  private record Disturbed(Repair repair, Rebuild.Outcome rebuild) {}

  private Disturbed disturb(
      EventSourcing events,
      Fleet workers,
      Supervisor supervisor,
      Board board,
      List<Posting> postings,
      Map<String, Undisturbed> expected)
      throws IOException, InterruptedException, SQLException {
    for (int i = 0; i < plan.workers(); i++) {
      workers.start();
    }
    if (!supervisor.watch(plan.first(), () -> true)) {
      workers.stop();
      return new Disturbed(Repair.none(), Rebuild.Outcome.none());
    }
    Projector<PostingEvent, PostingRow> rows =
        Projector.on(events, PostingRow.projection(PostingRow.MISTAKEN));
    await(events, rows);
    progress.clear();
    progress.say("Breaking two rows behind the projection's back, and repairing them.");
    List<String> good =
        postings.subList(0, plan.first()).stream()
            .filter(posting -> !posting.isRefused())
            .map(Posting::id)
            .toList();
    Repair repair =
        Repair.of(events.provider(), rows, good.get(good.size() / 3), good.get(good.size() / 2));
    progress.say("Rebuilding the rows with corrected code, while postings come in.");
    build.set(PostingRow.CORRECTED);
    // Many are under way already when it begins.
    board.letIn(plan.postings(), good.size());
    try (Rebuild rebuild =
        new Rebuild(
            events,
            workers,
            rows(expected, plan.first(), PostingRow.MISTAKEN),
            rows(expected, plan.first(), PostingRow.CORRECTED))) {
      if (!supervisor.watch(plan.postings(), rebuild)) {
        workers.stop();
        return new Disturbed(repair, Rebuild.Outcome.none());
      }
      Rebuild.Outcome outcome = rebuild.outcome();
      await(events, Projector.on(events, PostingRow.projection(PostingRow.CORRECTED)));
      await(events, Projector.on(events, Measures.METRICS));
      await(events, Projector.on(events, Stages.STAGES));
      workers.stop();
      return new Disturbed(repair, outcome);
    }
  }

  private ProcessBuilder worker(Store store, Place place) {
    return store.told(
        jvm.running(
            place.workerLog(),
            "worker",
            "--provider",
            store.provider(),
            "--ledger",
            place.ledger().toString(),
            "--build",
            build.toString()));
  }

  /** Waits as long as the rows come nearer, however slow the machine is. */
  private static void await(EventSourcing events, Projector<?, ?> rows)
      throws InterruptedException {
    EventStreams streams = events.provider().capability(EventStreams.class).orElseThrow();
    LogPosition head = streams.head().position();
    LogPosition before = null;
    while (true) {
      LogPosition at = rows.lag().checkpoint();
      try {
        rows.await(head, ROWS_STAND_STILL);
        return;
      } catch (TimeoutException e) {
        if (at.equals(before)) {
          throw new DemoFailedException("rows do not follow the log: " + e.getMessage());
        }
        before = at;
      }
    }
  }

  /** The rows of the first postings, as a build makes them. */
  private static Map<String, PostingRow> rows(
      Map<String, Undisturbed> expected, int first, int build) {
    Map<String, PostingRow> rows = new TreeMap<>();
    expected.entrySet().stream()
        .limit(first)
        .filter(entry -> !entry.getValue().events().isEmpty())
        .forEach(entry ->
            rows.put(
                entry.getKey(),
                Objects.requireNonNull(PostingRow.of(entry.getValue().events(), build))));
    return rows;
  }

  private static long shortlisted(Map<String, PostingRow> rows) {
    return rows.values().stream().filter(PostingRow::shortlisted).count();
  }

  private static Map<String, Integer> circuits(EventSourcing events) {
    Map<String, Integer> opened = new LinkedHashMap<>();
    for (Actor actor : Actor.values()) {
      if (actor.isModel()) {
        opened.put(
            actor.label(),
            events.repository(Circuits.CIRCUIT).load(actor.label()).state().openings());
      }
    }
    return opened;
  }

  private static Evidence evidence(
      EventSourcing events,
      Effects effects,
      List<Posting> postings,
      Board board,
      List<StreamEvent> log)
      throws SQLException {
    EventQueue<?, ?, ?> queue = EventQueue.on(events, Postings.POSTINGS);
    Map<String, List<DeadLetter>> dead = new TreeMap<>();
    postings.stream()
        .filter(Posting::isRefused)
        .forEach(posting -> dead.put(posting.id(), queue.deadLetters(posting.id())));
    return new Evidence(
        log,
        effects.effects(),
        dead,
        Projector.on(events, PostingRow.projection(PostingRow.CORRECTED)).rows(),
        Projector.on(events, Measures.METRICS).rows(),
        board.stages(),
        events
            .provider()
            .capability(InstanceAdmin.class)
            .orElseThrow()
            .queueDepths()
            .messages()
            .total());
  }
}
