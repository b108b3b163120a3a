// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRun;
import dev.holdfast.provider.state.WaitingRunPage;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** The list of suspended runs for which inputs wait. */
@RuleFamily("TRIGGER")
final class TriggerListRules {

  private static final int MANY = 2_500;
  private static final int PAGE = 100;
  private static final int CHUNK = 500;

  /** The runs and inputs that the tests of one store have. */
  private static final List<String> IDS =
      List.of("b", "a", "B", "a b", "a/b", "á", "a\u0301", "\uFF5E", "\uD83D\uDE00", "\"q\\%");

  /**
   * The list has exactly the suspended runs with an input that is not consumed.
   *
   * <p><b>Shape:</b> runs in every status, with an input and without; inputs that are pending,
   * locked, partly and wholly consumed; at two steps; plain on the port; on other ports only; to a
   * run that is not there; a run comes in and goes out with its status and its inputs. Numbers and
   * the oldest input are those that are there.
   */
  @Rule("TRIGGER-13")
  void theListHasSuspendedRunsWithInputs(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    for (RunStatus status : RunStatus.values()) {
      a.stated().run("with " + status, status.isFinal() ? RunStatus.RUNNING : status);
      a.delivers(1, Triggered.input("with " + status, "one"));
      if (status.isFinal()) {
        moveTo(a, "with " + status, status);
      }
      a.stated().run("without " + status, status);
    }
    for (String id : List.of("steps", "locked", "partly", "wholly", "plain", "elsewhere")) {
      a.stated().run(id, RunStatus.SUSPENDED);
    }
    a.delivers(1, Triggered.input("steps", "one"));
    store.moveTime(store.tick());
    a.delivers(1, Triggered.input("steps", "another", "one", null));
    a.delivers(2, Triggered.input("steps", "another", "two", Triggered.cursor(1)));
    a.delivers(1, Triggered.input("locked", "one"));
    InboxItem locked = a.inbox().fetch(Triggered.key("locked"), 1, store.lockFor()).get(0);
    for (String id : List.of("partly", "wholly")) {
      a.delivers(1, Triggered.input(id, "one"));
      store.moveTime(store.tick());
      a.delivers(2, Triggered.input(id, "two"));
      a.consume(id, 1);
    }
    a.consume("wholly", 2);
    a.inbox().append(new AppendInbox(Triggered.key("plain"), Triggered.content("plain")));
    for (String port : List.of("input", "Trigger", Triggers.PORT + "s")) {
      a.inbox()
          .append(
              new AppendInbox(
                  new InboxKey("elsewhere", Triggered.STEP, port), Triggered.content("other")));
    }
    a.delivers(1, Triggered.input("nobody", "one"));

    List<String> expected = List.of("locked", "partly", "plain", "steps", "with SUSPENDED");
    for (Triggered each : List.of(a, Triggered.second(store))) {
      Expect.equal(
          "The list does not have the suspended runs with inputs.", expected, each.waitingIds());
      each.waiting(PAGE, () -> {}).forEach(row -> expectTrue(a, row));
    }
    a.consume("partly", 2);
    Expect.equal(
        "A run is listed whose inputs were consumed.",
        List.of("locked", "plain", "steps", "with SUSPENDED"),
        a.waitingIds());
    moveTo(a, "plain", RunStatus.RUNNING);
    moveTo(a, "with RUNNING", RunStatus.SUSPENDED);
    moveTo(a, "locked", RunStatus.CANCELLED);
    a.delivers(1, Triggered.input("without SUSPENDED", "one"));
    Expect.equal(
        "Runs did not come and go with their status and inputs.",
        List.of("steps", "with RUNNING", "with SUSPENDED", "without SUSPENDED"),
        a.waitingIds());
    a.inbox().consume(ConsumeInbox.of(locked));
  }

  private static void moveTo(Triggered through, String runId, RunStatus status) {
    through.stated().move(through.stated().read(runId).summary(), status);
  }

  /** Expects a row to say what the inputs of its run are. */
  private static void expectTrue(Triggered through, WaitingRun row) {
    List<TriggerInput> inputs = new ArrayList<>(through.pending(row.runId()));
    inputs.addAll(through.calls().pendingInputs(row.runId(), "another", 0, PAGE));
    Expect.equal("A row counts other inputs.", (long) inputs.size(), row.inputs());
    Expect.equal(
        "A row has another time of its oldest input.",
        inputs.stream().map(input -> input.message().appendedAt()).sorted().findFirst(),
        Optional.of(row.oldestSince()));
  }

  /**
   * The list is sorted by run id in code points, and its tokens are good everywhere.
   *
   * <p><b>Shape:</b> ids with capitals, accents and characters beyond 16 bits, each with inputs at
   * two steps; pages of every size on both handles; a token on another handle and after reopening;
   * damaged or of another list it is refused, and so is a limit out of range.
   */
  @Rule("TRIGGER-13")
  void theListIsSortedById(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    for (String id : IDS) {
      a.stated().run(id, RunStatus.SUSPENDED);
      a.delivers(1, Triggered.input(id, "one"));
      a.delivers(1, Triggered.input(id, "another", "one", null));
      a.delivers(2, Triggered.input(id, "two"));
    }
    List<String> sorted = IDS.stream().sorted(IdOrder.BY_CODE_POINT).toList();
    List<WaitingRun> rows = a.waiting(PAGE, () -> {});
    Expect.equal(
        "The list is not sorted by code point, or has a run more or less than once.",
        sorted,
        rows.stream().map(WaitingRun::runId).toList());
    for (Triggered each : List.of(a, Triggered.second(store))) {
      for (int limit = 1; limit <= IDS.size() + 1; limit++) {
        Expect.equal("Pages differ from the whole.", rows, each.waiting(limit, () -> {}));
      }
    }
    expectTokens(store, rows);
  }

  private static void expectTokens(StoreUnderTest store, List<WaitingRun> rows) {
    Triggered a = Triggered.first(store);
    int most = a.handle().provider().info().limits().maxPageSize();
    WaitingRunPage whole = a.calls().suspendedRunsWithPendingInputs(most, null);
    Expect.equal("The largest page is refused.", rows, whole.rows());
    Expect.equal("A page that has everything has a token.", null, whole.nextPageToken());
    for (int bad : List.of(0, -1, most + 1)) {
      Expect.invalid(
          "A page of %d rows was accepted.".formatted(bad),
          () -> a.calls().suspendedRunsWithPendingInputs(bad, null));
    }
    String token =
        Objects.requireNonNull(a.calls().suspendedRunsWithPendingInputs(3, null).nextPageToken());
    String ofRuns =
        Objects.requireNonNull(a.stated().reads().runs(RunQuery.firstPage(3)).nextPageToken());
    for (String damaged :
        List.of("", "x", "äöü", token + token, token + "A", token.substring(1), ofRuns)) {
      Expect.invalid(
          "A token was accepted that is damaged, or of another list.",
          () -> a.calls().suspendedRunsWithPendingInputs(3, damaged));
    }
    Expect.equal(
        "A token is not good on another handle.",
        rows.subList(3, 6),
        Triggered.second(store).calls().suspendedRunsWithPendingInputs(3, token).rows());
    store.reopen();
    Expect.equal(
        "A token does not outlive its handle.",
        rows.subList(3, 6),
        Triggered.first(store).calls().suspendedRunsWithPendingInputs(3, token).rows());
  }

  /**
   * The list pages through any number of runs, each that stays suspended with its input once.
   *
   * <p><b>Shape:</b> 2,500 runs in pages of 100; between the pages a listed one goes on, another
   * one's input is consumed, one ahead is resumed, and runs come before and behind the page.
   */
  @Rule("TRIGGER-13")
  void everyWaitingRunIsListedOnce(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    List<String> ids = new ArrayList<>();
    for (int n = 0; n < MANY; n++) {
      ids.add("run %04d".formatted(n));
    }
    for (int from = 0; from < MANY; from += CHUNK) {
      sleepWithInput(a, ids.subList(from, from + CHUNK));
    }
    Set<String> went = new HashSet<>();
    Set<String> resumed = new HashSet<>();
    int[] pages = {0};
    List<String> seen =
        a
            .waiting(
                PAGE,
                () -> {
                  int page = pages[0]++;
                  int behind = page * PAGE;
                  if (behind >= MANY) {
                    return;
                  }
                  goOn(a, ids.get(behind + 7));
                  a.consume(ids.get(behind + 8), 1);
                  went.addAll(ids.subList(behind + 7, behind + 9));
                  int ahead = behind + 2 * PAGE + PAGE / 2;
                  if (ahead < MANY) {
                    goOn(a, ids.get(ahead));
                    resumed.add(ids.get(ahead));
                  }
                  sleepWithInput(
                      a,
                      List.of(
                          "run %04d, new".formatted(behind), "run %04d, too".formatted(ahead - 1)));
                })
            .stream()
            .map(WaitingRun::runId)
            .toList();
    Expect.equal("Pages repeat a run.", Set.copyOf(seen).size(), seen.size());
    Expect.equal(
        "Pages are not sorted.", seen.stream().sorted(IdOrder.BY_CODE_POINT).toList(), seen);
    List<String> missing = new ArrayList<>(ids);
    missing.removeAll(went);
    missing.removeAll(resumed);
    missing.removeAll(new HashSet<>(seen));
    Expect.none("Pages skipped a run.", missing);
    resumed.retainAll(new HashSet<>(seen));
    Expect.none("Pages have runs that were resumed before.", resumed);
  }

  /** Runs that are suspended and have an input each; instances they have none. */
  private static void sleepWithInput(Triggered through, List<String> ids) {
    List<Change> create = new ArrayList<>();
    ids.forEach(id -> create.add(CreateRun.running(id, Stated.KIND)));
    List<Change> suspend = new ArrayList<>();
    for (ChangeResult result : through.stated().changes().apply(create)) {
      if (result instanceof RunWritten(var run)) {
        suspend.add(RunChange.to(run, RunStatus.SUSPENDED));
      }
    }
    ids.forEach(id -> suspend.add(Triggered.input(id, "one")));
    through.stated().changes().apply(suspend);
  }

  private static void goOn(Triggered through, String runId) {
    moveTo(through, runId, RunStatus.RUNNING);
  }

  /**
   * A list that is read while runs come and go has what stays.
   *
   * <p><b>Shape:</b> runs that stay, and one that is suspended and resumed, gets inputs and loses
   * them, all the time: each reading has those that stay, in order, each once.
   */
  @Rule("TRIGGER-13")
  void whatStaysIsListedMeanwhile(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    List<String> stay = List.of("a", "c", "e", "g", "i");
    sleepWithInput(a, stay);
    sleepWithInput(a, List.of("d"));
    Meanwhile.all(
        store.rounds(40),
        round -> {
          goOn(a, "d");
          a.consume("d", round + 1L);
          a.delivers(round + 2L, Triggered.input("d", "input " + round));
          moveTo(a, "d", RunStatus.SUSPENDED);
        },
        () -> {
          for (int limit : List.of(1, 2, Handle.ALL)) {
            List<String> seen =
                new ArrayList<>(
                    b.waiting(Math.min(limit, PAGE), () -> {}).stream()
                        .map(WaitingRun::runId)
                        .toList());
            seen.remove("d");
            Expect.equal("A run that stays is missing, or came twice.", stay, seen);
          }
        });
  }
}
