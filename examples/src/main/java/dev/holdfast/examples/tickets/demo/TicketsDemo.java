// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.ChildJvm;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Kill;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.demo.StoreChoice;
import dev.holdfast.examples.demo.StoreHost;
import dev.holdfast.examples.tickets.demo.Audit.Found;
import dev.holdfast.examples.tickets.demo.Audit.Letters;
import dev.holdfast.examples.tickets.demo.Finding.Kind;
import dev.holdfast.examples.tickets.demo.MigrationAudit.Story;
import dev.holdfast.examples.tickets.flow.TicketFile;
import dev.holdfast.examples.tickets.flow.TicketKey;
import dev.holdfast.examples.tickets.flow.TicketWorkflow;
import dev.holdfast.examples.tickets.flow.Undisturbed;
import dev.holdfast.examples.tickets.flow.Undisturbed.Letter;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.projection.RowDifference;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** One run of the demo, from the file to the audit. */
final class TicketsDemo {

  private static final Duration BOARDS_WITHIN = Duration.ofSeconds(30);

  private final Plan plan;
  private final StoreChoice choice;
  private final @Nullable Path given;
  private final TicketFile file;
  private final int count;
  private final Progress progress;
  private final ChildJvm jvm = new ChildJvm(Main.class);
  private final List<Finding> findings = new ArrayList<>();

  /**
   * Prepares it.
   *
   * @param given the file, null for the one that comes with the examples
   * @param count how many tickets of it
   */
  TicketsDemo(Plan plan, StoreChoice choice, @Nullable Path given, int count, Progress progress)
      throws IOException {
    this.plan = plan;
    this.choice = choice;
    this.given = given;
    this.count = count;
    this.progress = progress;
    file = Input.read(given).first(count);
  }

  /**
   * Runs it.
   *
   * @throws dev.holdfast.examples.BadInputException when the database cannot be worked with
   * @throws dev.holdfast.examples.demo.DemoFailedException when it cannot go on
   */
  Summary run() throws IOException, SQLException, InterruptedException {
    long began = System.nanoTime();
    Place place = Place.of(null, "tickets.db", choice.isFile());
    Decisions decisions = Decisions.in(place.database().resolveSibling("decisions"));
    Undisturbed right = Undisturbed.of(file);
    try (StoreHost host = StoreHost.open(choice, place, jvm, progress);
        Provider provider = host.store().open();
        EventSourcing events = WorkerCommand.library(provider)) {
      progress.say(
          "%,d tickets of %d tenants, %,d messages; %,d kills, seed %d."
              .formatted(
                  file.tickets().size(),
                  file.tenants().size(),
                  file.messages().size(),
                  plan.kills(),
                  plan.seed()));
      Tail tail = new Tail(events);
      AtomicBoolean fixed = new AtomicBoolean();
      Fleet workers = workers(place, host.store(), decisions, fixed);
      Formers formers = Formers.create(file, events, new Database(host.store()));
      int all = right.events() + 2 * right.letters().size();
      Supervisor supervisor = new Supervisor(workers, decisions, tail, progress, plan, all);
      List<Kill> kills;
      try {
        supervisor.begin();
        migrate(supervisor, place, host.store(), tail);
        stages(supervisor, right, place, host.store(), fixed);
        supervisor.watch(formers::isOver);
        catchUp(events, tail);
        kills = supervisor.finish();
      } finally {
        supervisor.discard();
      }
      progress.clear();
      tail.read();
      progress.say("Auditing.");
      Map<String, String> owners = Views.owners(events, file.tenants());
      Map<TicketKey, Found> found = audit(events, tail, right);
      List<Story> stories = formers.stories();
      for (Story story : stories) {
        Map<TicketKey, Found> of = new TreeMap<>(found);
        of.keySet().removeIf(key -> !key.tenant().equals(story.tenant()));
        findings.addAll(MigrationAudit.run(file, story, of));
      }
      Past past = new Past(events);
      TicketKey example = example(right);
      List<Past.Line> history = past(past, tail.seen(), owners, example);
      findings.addAll(past.findings());
      return new Summary(
          plan,
          place,
          host.store(),
          states(found),
          file.messages().size(),
          tail.happened() + tail.migrated(),
          tail.redriven(),
          tail.dropped(),
          decisions.count(),
          kills,
          workers.started(),
          past.figures(),
          example,
          history,
          stories,
          List.copyOf(findings),
          Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0);
    } finally {
      progress.clear();
    }
  }

  /** Lets the former application and who migrates it run beside all stages. */
  private void migrate(Supervisor supervisor, Place place, Store store, Tail tail)
      throws IOException {
    if (!file.formerTenants().isEmpty()) {
      int switches = file.formerTenants().size() * MigratorCommand.SWITCHES;
      supervisor.accompany(
          // What the import finds already stored is one event for several of the office's.
          fleet(place, store, "office"), 1, tail::migrated, (file.migrated().size() + 1) / 2);
      supervisor.accompany(fleet(place, store, "migrator"), 2, tail::phases, switches);
    }
  }

  private void stages(
      Supervisor supervisor, Undisturbed right, Place place, Store store, AtomicBoolean fixed)
      throws IOException, SQLException, InterruptedException {
    int before = right.eventsBeforeFix(file);
    int dead = right.lettersBeforeFix(file);
    int redriven = right.count(Letter.REDRIVEN);
    int dropped = right.count(Letter.DROPPED);

    Fleet desk = fleet(place, store, "desk");
    supervisor.stage(desk, before + dead, tail -> tail.happened() >= before && tail.died() >= dead);
    supervisor.end(desk);

    progress.say("The rules are fixed: workers are replaced one after the other.");
    fixed.set(true);
    supervisor.replaceWorkers();

    Fleet operator = fleet(place, store, "operator");
    supervisor.stage(
        operator,
        dead + redriven,
        tail ->
            tail.redriven() >= redriven
                && tail.redriven() + tail.dropped() >= dead
                && tail.happened() >= before + redriven);

    Fleet later = fleet(place, store, "desk", "--after-fix");
    supervisor.stage(
        later,
        right.events() - before - redriven,
        tail -> tail.happened() >= right.events() && tail.dropped() >= dropped);
  }

  private Fleet workers(Place place, Store store, Decisions decisions, AtomicBoolean fixed) {
    Path log = place.workerLog();
    return new Fleet(
        "worker",
        () -> {
          List<String> args = new ArrayList<>(List.of("worker", "--provider", store.provider()));
          args.addAll(List.of("--tenants", String.join(",", file.tenants())));
          args.addAll(List.of("--decisions", decisions.folder().toString()));
          if (fixed.get()) {
            args.add("--fixed");
          }
          return store.told(jvm.running(log, args.toArray(String[]::new)));
        },
        log,
        progress);
  }

  private Fleet fleet(Place place, Store store, String command, String... more) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(Input.args(store.provider(), given, count));
    args.addAll(List.of(more));
    Path log = place.workerLog();
    return new Fleet(
        command, () -> store.told(jvm.running(log, args.toArray(String[]::new))), log, progress);
  }

  /** Waits until the boards have everything, while the workers are still there. */
  private void catchUp(EventSourcing events, Tail tail) throws InterruptedException {
    tail.read();
    for (String tenant : file.tenants()) {
      try {
        WorkerCommand.board(events, tenant).await(tail.at(), BOARDS_WITHIN);
      } catch (TimeoutException e) {
        findings.add(new Finding(Kind.STUCK, tenant, String.valueOf(e.getMessage())));
      }
    }
  }

  private Map<TicketKey, Found> audit(EventSourcing events, Tail tail, Undisturbed right) {
    Map<TicketKey, Found> all = new TreeMap<>();
    for (String tenant : file.tenants()) {
      all.putAll(Evidence.tickets(events, tenant));
      for (RowDifference difference : WorkerCommand.board(events, tenant).verify().differences()) {
        findings.add(new Finding(Kind.BOARD, tenant, difference.toString()));
      }
    }
    Map<TicketKey, Found> born = new TreeMap<>(all);
    born.keySet().removeIf(key -> file.isMigrated(key.tenant()));
    Map<String, Letters> letters = Evidence.letters(tail.seen());
    findings.addAll(Audit.run(right, born, letters));
    findings.addAll(Views.check(events, file.tenants(), tail.seen()));
    return all;
  }

  /** Checks the past of all tickets, and returns that of one. */
  private static List<Past.Line> past(
      Past past, List<StreamEvent> log, Map<String, String> owners, TicketKey example) {
    Map<TicketKey, StreamId> streams = new TreeMap<>();
    for (StreamEvent event : log) {
      String owner = owners.get(event.content().eventId());
      if (owner != null && event.stream().category().endsWith("~" + TicketWorkflow.CATEGORY)) {
        streams.put(new TicketKey(owner, event.stream().id()), event.stream());
      }
    }
    List<Past.Line> history = new ArrayList<>();
    streams.forEach((key, stream) -> {
      List<Past.Line> lines = past.check(key, stream);
      if (key.equals(example)) {
        history.addAll(lines);
      }
    });
    return history;
  }

  /** The one with most events, of those that had a dead letter if there are any. */
  private TicketKey example(Undisturbed right) {
    Map<TicketKey, Integer> sizes = new HashMap<>();
    right.tickets().forEach((key, history) -> sizes.put(key, history.events().size()));
    file.messages().stream()
        .filter(message -> right.letters().get(message.id()) == Letter.REDRIVEN)
        .forEach(message -> sizes.merge(message.key(), 1_000, Integer::sum));
    return sizes.entrySet().stream()
        .max(
            Map.Entry.<TicketKey, Integer>comparingByValue()
                .thenComparing(Map.Entry.comparingByKey()))
        .orElseThrow()
        .getKey();
  }

  private Map<String, Map<String, Integer>> states(Map<TicketKey, Found> found) {
    Map<String, Map<String, Integer>> states = new TreeMap<>();
    file.tenants().forEach(tenant -> states.put(tenant, new TreeMap<>()));
    found.forEach((key, ticket) ->
        states
            .computeIfAbsent(key.tenant(), any -> new TreeMap<>())
            .merge(ticket.state().current(), 1, Integer::sum));
    return states;
  }
}
