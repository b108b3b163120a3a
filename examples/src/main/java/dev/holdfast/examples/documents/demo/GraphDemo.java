// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.demo;

import dev.holdfast.examples.demo.ChildJvm;
import dev.holdfast.examples.demo.Effects;
import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Fleet;
import dev.holdfast.examples.demo.Kill;
import dev.holdfast.examples.demo.Place;
import dev.holdfast.examples.demo.Progress;
import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.demo.StoreChoice;
import dev.holdfast.examples.demo.StoreHost;
import dev.holdfast.examples.demo.Tally;
import dev.holdfast.examples.documents.demo.Audit.Found;
import dev.holdfast.examples.documents.flow.Desk;
import dev.holdfast.examples.documents.flow.DocumentGraph.Request;
import dev.holdfast.examples.documents.flow.Folder;
import dev.holdfast.examples.documents.flow.Undisturbed;
import dev.holdfast.provider.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** One run of the demo, from the folder to the audit. */
final class GraphDemo {

  /** The mailroom gets so much, beside the documents that have runs of their own. */
  private static final int RUNS_PER_LETTER = 5;

  private static final int LEAST_LETTERS = 8;

  private final Plan plan;
  private final StoreChoice choice;
  private final @Nullable Path documents;
  private final Progress progress;
  private final ChildJvm jvm = new ChildJvm(Main.class);

  GraphDemo(Plan plan, StoreChoice choice, @Nullable Path documents, Progress progress) {
    this.plan = plan;
    this.choice = choice;
    this.documents = documents;
    this.progress = progress;
  }

  /**
   * Runs it.
   *
   * @throws dev.holdfast.examples.BadInputException when the documents or the database cannot be worked with
   * @throws dev.holdfast.examples.demo.DemoFailedException when it cannot go on
   */
  Summary run() throws IOException, SQLException, InterruptedException {
    long began = System.nanoTime();
    Folder given = documents == null ? null : Folder.of(documents);
    Place place = Place.of(null, "documents.db", choice.isFile());
    Folder folder =
        given == null ? Folder.shipped(place.database().resolveSibling("documents")) : given;
    Map<String, Request> requests = requests(folder);
    Map<String, Undisturbed> expected = expected(folder, requests);
    int letters = Math.max(LEAST_LETTERS, plan.runs() / RUNS_PER_LETTER);
    Undisturbed mailroom =
        Undisturbed.ofMailroom(new Desk(folder.path()), PostmanCommand.letters(folder, letters));
    try (Effects effects = new Effects(place.ledger());
        StoreHost host = StoreHost.open(choice, place, jvm, progress);
        Provider provider = host.store().open()) {
      progress.say(
          "%,d documents, editions of %d texts, and %,d letters; %,d kills, seed %d."
              .formatted(plan.runs(), folder.files().size(), letters, plan.kills(), plan.seed()));
      Runs runs = new Runs(provider, requests);
      int reviewed = count(expected, Undisturbed::isReviewed);
      int published = count(expected, Undisturbed::isPublished);
      String example = example(expected);
      expected.put(PostmanCommand.MAILROOM, mailroom);
      int all = expected.values().stream().mapToInt(right -> right.steps().size()).sum();
      String provides = host.store().provider();
      String texts = folder.path().toString();
      Fleet workers =
          fleet(
              place,
              host.store(),
              "worker",
              "--provider",
              provides,
              "--ledger",
              place.ledger().toString(),
              "--documents",
              texts);
      Fleet approver = fleet(place, host.store(), "approver", "--provider", provides);
      Fleet postman =
          fleet(
              place,
              host.store(),
              "postman",
              "--provider",
              provides,
              "--documents",
              texts,
              "--letters",
              Integer.toString(letters));
      List<Kill> kills =
          new Supervisor(workers, List.of(approver, postman), runs, effects, progress, plan, all)
              .run();
      progress.clear();
      Map<String, Found> found = new HashMap<>();
      for (String run : expected.keySet()) {
        runs.found(run).ifPresent(rows -> found.put(run, rows));
      }
      List<Finding> findings = Audit.run(expected, found, effects.effects(), runs.stuck());
      Set<Long> killed = kills.stream().map(Kill::pid).collect(Collectors.toSet());
      double seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
      return new Summary(
          plan,
          place,
          host.store(),
          folder.files().size(),
          letters,
          reviewed,
          published,
          kills,
          workers.started(),
          Tally.of(effects.calls(), killed),
          findings,
          example,
          seconds);
    } finally {
      progress.clear();
    }
  }

  private Map<String, Request> requests(Folder folder) {
    Map<String, Request> requests = new LinkedHashMap<>();
    List<String> files = folder.files();
    for (int i = 0; i < plan.runs(); i++) {
      requests.put(
          "document-%04d".formatted(i + 1), new Request(files.get(i % files.size()), i + 1));
    }
    return requests;
  }

  private static Map<String, Undisturbed> expected(Folder folder, Map<String, Request> requests)
      throws IOException {
    Desk desk = new Desk(folder.path());
    Map<String, Undisturbed> expected = new LinkedHashMap<>();
    for (Map.Entry<String, Request> entry : requests.entrySet()) {
      expected.put(entry.getKey(), Undisturbed.of(desk, entry.getValue()));
    }
    return expected;
  }

  private static int count(Map<String, Undisturbed> expected, Predicate<Undisturbed> which) {
    return (int) expected.values().stream().filter(which).count();
  }

  /** One that a person was asked about, if there is one. */
  private static String example(Map<String, Undisturbed> expected) {
    return expected.entrySet().stream()
        .filter(entry -> entry.getValue().isReviewed())
        .findFirst()
        .map(Map.Entry::getKey)
        .orElseGet(() -> expected.keySet().iterator().next());
  }

  private Fleet fleet(Place place, Store store, String... args) {
    Path log = place.workerLog();
    return new Fleet(args[0], () -> store.told(jvm.running(log, args)), log, progress);
  }
}
