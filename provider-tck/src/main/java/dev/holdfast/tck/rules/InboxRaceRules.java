// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Callers that meet at an inbox. */
@RuleFamily("INBOX")
final class InboxRaceRules {

  private static final int CALLERS = 16;
  private static final int HANDLES = 8;
  private static final int ROUNDS = 4;
  private static final int EACH = 4;
  private static final int APPENDERS = 4;
  private static final int APPENDS = 60;
  private static final int FETCHERS = 8;
  private static final int CONTESTS = 40;
  private static final int CONTESTS_IN_REAL_TIME = 8;
  private static final int MESSAGES = 60;

  /** So far ahead of the consumer is who appends. */
  private static final int MOST_AHEAD = 3;

  /**
   * Of racing appends of one id one adds the message.
   *
   * <p><b>Shape:</b> two and sixteen callers on eight handles, together, on a new and on an old
   * key, many rounds: one message, one number for all, one that is not a repeat; with two contents
   * one wins and the others are mismatches.
   */
  @Rule("INBOX-05")
  void ofRacingAppendsOneAdds(StoreUnderTest store) {
    List<Inboxed> handles = Inboxed.several(store, HANDLES);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      for (int callers : List.of(2, CALLERS)) {
        for (int before : List.of(0, 2)) {
          InboxKey one = Inboxed.key("one " + store.nextNumber());
          InboxKey two = Inboxed.key("two " + store.nextNumber());
          handles.get(0).fill(one, before);
          handles.get(0).fill(two, before);
          race(handles, callers, one, before + 1L);
          raceOfTwo(handles, callers, two, before + 1L);
        }
      }
    }
  }

  private static void race(List<Inboxed> handles, int callers, InboxKey key, long sequence) {
    List<InboxAppended> answers =
        Together.times(
            callers,
            n ->
                Contention.repeated(
                    () -> handles.get(n % HANDLES).calls().append(Inboxed.append(key, "id"))));
    for (InboxAppended answer : answers) {
      Expect.equal("A caller was told another number.", sequence, answer.sequence());
    }
    expectOneNew(answers);
    expectOne(handles.get(0), key, sequence);
  }

  private static void expectOneNew(List<InboxAppended> answers) {
    Expect.equal(
        "Not exactly one caller has added the message.",
        1L,
        answers.stream().filter(answer -> !answer.repeated()).count());
  }

  private static void expectOne(Inboxed inbox, InboxKey key, long sequence) {
    Expect.equal("A race added another message.", Inboxed.upTo(sequence), inbox.pending(key));
    Expect.equal("A race used up a number.", sequence, inbox.counts(key).lastSequence());
  }

  private static void raceOfTwo(List<Inboxed> handles, int callers, InboxKey key, long sequence) {
    List<Optional<InboxAppended>> answers =
        Together.times(callers, n -> contend(handles.get(n % HANDLES), key, content(n)));
    NewInboxMessage won = handles.get(0).read(key, sequence).content();
    List<InboxAppended> winners = new ArrayList<>();
    for (int n = 0; n < callers; n++) {
      Expect.equal(
          "A content won, and its caller was told otherwise.",
          Inboxed.message("id", content(n)).equals(won),
          answers.get(n).isPresent());
      answers.get(n).ifPresent(winners::add);
    }
    winners.forEach(
        answer -> Expect.equal("A caller was told another number.", sequence, answer.sequence()));
    expectOneNew(winners);
    expectOne(handles.get(0), key, sequence);
  }

  private static String content(int n) {
    return "content " + n % 2;
  }

  private static Optional<InboxAppended> contend(Inboxed inbox, InboxKey key, String content) {
    AppendInbox append = new AppendInbox(key, Inboxed.message("id", content));
    try {
      return Optional.of(Contention.repeated(() -> inbox.calls().append(append)));
    } catch (IdempotencyMismatch other) {
      return Optional.empty();
    }
  }

  /**
   * Numbers are unique and without gap under any number of appenders.
   *
   * <p><b>Shape:</b> sixteen appenders on eight handles append alone, in lists and in acks, and
   * some lists are refused: 1 to n, each told once.
   */
  @Rule("INBOX-06")
  void numbersHaveNoGap(StoreUnderTest store) {
    Inboxed.requireDeclared(store);
    InboxKey key = Inboxed.key("order");
    List<ChangeCarrier> carriers = new ArrayList<>();
    for (ChangeWay way : ChangeWay.all(store)) {
      carriers.add(ChangeCarrier.on(store, way));
    }
    List<Inboxed> handles = Inboxed.several(store, HANDLES);
    List<Callable<List<Long>>> callers = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int number = caller;
      Inboxed inbox = handles.get(caller % HANDLES);
      callers.add(() -> {
        List<Long> told = new ArrayList<>();
        for (int n = 0; n < EACH; n++) {
          String id = number + "/" + n;
          told.addAll(n % 2 == 0 ? alone(inbox, key, id) : inList(inbox, key, id));
        }
        if (number < carriers.size()) {
          told.addAll(
              sequences(
                  Contention.repeated(() ->
                          carriers
                              .get(number)
                              .carry(inbox.handle(), pair(key, "carried " + number)))
                      .applied("An append was refused.")));
        }
        return told;
      });
    }
    List<Long> all = new ArrayList<>();
    Together.run(callers).forEach(all::addAll);
    List<Long> sorted = all.stream().sorted().toList();
    Expect.equal("Numbers are not 1 to n, each told once.", Inboxed.upTo(all.size()), sorted);
    Expect.equal("Not all numbers are there.", sorted, Inboxed.second(store).pending(key));
  }

  private static List<Change> pair(InboxKey key, String id) {
    return List.of(Inboxed.append(key, id + "a"), Inboxed.append(key, id + "b"));
  }

  private static List<Long> alone(Inboxed inbox, InboxKey key, String id) {
    return List.of(
        Contention.repeated(() -> inbox.calls().append(Inboxed.append(key, id))).sequence());
  }

  /** A list that is refused behind its appends, then one that fits. */
  private static List<Long> inList(Inboxed inbox, InboxKey key, String id) {
    List<Change> refused = new ArrayList<>(pair(key, "refused " + id));
    refused.add(ConsumeInbox.pending(key, Long.MAX_VALUE));
    try {
      Contention.repeated(() -> inbox.changes().apply(refused));
      throw Expect.violation("A message was consumed that is not there.", "NotFound", "applied");
    } catch (NotFound expected) {
      return sequences(Contention.repeated(() -> inbox.changes().apply(pair(key, id))));
    }
  }

  private static List<Long> sequences(List<ChangeResult> results) {
    return results.stream().map(result -> ((InboxAppended) result).sequence()).toList();
  }

  /**
   * Who has seen a number never finds a smaller one later.
   *
   * <p><b>Shape:</b> four appenders on four handles, thousands of appends, alone and in lists that
   * cross another key, while B reads on above the last number it has seen, and fetches from the
   * other key: both records are 1, 2, 3 and so on; and a call that begins behind the end of another
   * one has the greater number.
   */
  @Rule("INBOX-07")
  void noSmallerNumberComesLater(StoreUnderTest store) {
    List<Inboxed> handles = Inboxed.several(store, APPENDERS);
    Inboxed reader = Inboxed.first(store);
    Inboxed fetcher = Inboxed.second(store);
    InboxKey read = Inboxed.key("read");
    InboxKey fetched = Inboxed.key("fetched");
    int appends = store.rounds(APPENDS) * EACH;
    AtomicLong returned = new AtomicLong();
    AtomicLong working = new AtomicLong(APPENDERS);
    List<Callable<Long>> all = new ArrayList<>();
    for (int n = 0; n < APPENDERS; n++) {
      int number = n;
      all.add(() -> {
        try {
          return append(handles.get(number), number, read, fetched, appends, returned);
        } finally {
          working.decrementAndGet();
        }
      });
    }
    all.add(() -> {
      long last = 0;
      for (boolean more = true; more; ) {
        more = working.get() > 0;
        List<InboxMessage> page = reader.calls().pending(read, last, Inboxed.PAGE);
        last = expectNext(page, last);
        more |= !page.isEmpty();
      }
      return last;
    });
    all.add(() -> {
      long last = 0;
      for (boolean more = true; more; ) {
        more = working.get() > 0;
        List<InboxItem> items =
            Contention.repeated(
                () -> fetcher.calls().fetch(fetched, 10, fetcher.lasting().multipliedBy(100)));
        last = expectNext(items.stream().map(InboxItem::message).toList(), last);
        more |= !items.isEmpty();
      }
      return last;
    });
    List<Long> ends = Together.run(all);
    Expect.equal(
        "A reader has not seen all.", reader.counts(read).lastSequence(), ends.get(APPENDERS));
    Expect.equal(
        "A fetcher has not had all.",
        reader.counts(fetched).lastSequence(),
        ends.get(APPENDERS + 1));
  }

  private static long expectNext(List<InboxMessage> messages, long before) {
    long last = before;
    for (InboxMessage message : messages) {
      Expect.equal(
          "A number was passed over that came later, or never.", last + 1, message.sequence());
      last = message.sequence();
    }
    return last;
  }

  private static long append(
      Inboxed inbox,
      int appender,
      InboxKey read,
      InboxKey fetched,
      int appends,
      AtomicLong returned) {
    long last = 0;
    for (int n = 0; n < appends; n++) {
      String id = appender + "/" + n;
      List<Change> list =
          switch (n % 3) {
            case 0 -> List.of(Inboxed.append(read, id));
            case 1 -> List.of(Inboxed.append(read, id), Inboxed.append(fetched, id));
            default -> List.of(Inboxed.append(fetched, id), Inboxed.append(read, id));
          };
      long before = returned.get();
      List<ChangeResult> results = Contention.repeated(() -> inbox.changes().apply(list));
      last = ((InboxAppended) results.get(n % 3 == 2 ? 1 : 0)).sequence();
      Expect.above("A later call has a smaller number.", before, last);
      returned.accumulateAndGet(last, Math::max);
    }
    return last;
  }

  /**
   * A locked message is given to nobody else, and losing a race is not empty.
   *
   * <p><b>Shape:</b> many rounds: as many fetchers of one message as there are messages, together:
   * each has one; then all of them for one message: one has it; two locked ones do not hide the
   * third.
   */
  @Rule("INBOX-12")
  void fetchersShareWhatThereIs(StoreUnderTest store) {
    List<Inboxed> handles = Inboxed.several(store, FETCHERS);
    for (int round = 0; round < store.rounds(ROUNDS) * EACH; round++) {
      InboxKey many = Inboxed.key("many " + round);
      handles.get(0).fill(many, FETCHERS);
      List<Long> got = new ArrayList<>();
      for (List<InboxItem> items : fetchTogether(handles, many)) {
        Expect.equal("A fetcher had nothing although there was a message.", 1, items.size());
        got.addAll(Inboxed.numbers(items));
      }
      Expect.equal(
          "A message was given to two, or to nobody.",
          Inboxed.upTo(FETCHERS),
          got.stream().sorted().toList());
      InboxKey one = Inboxed.key("one " + round);
      handles.get(0).fill(one, 1);
      Expect.equal(
          "One message was not given to exactly one fetcher.",
          1L,
          fetchTogether(handles, one).stream().filter(items -> !items.isEmpty()).count());
    }
    InboxKey three = Inboxed.key("three");
    handles.get(0).fill(three, 3);
    handles.get(0).fetchOne(three);
    handles.get(1).fetchOne(three);
    Expect.equal(
        "Locked messages hide another one.",
        List.of(3L),
        Inboxed.numbers(handles.get(2).fetch(three, 1)));
    Expect.equal("A locked message was given away.", List.of(), handles.get(3).fetch(three, 3));
  }

  private static List<List<InboxItem>> fetchTogether(List<Inboxed> handles, InboxKey key) {
    return Together.times(FETCHERS, n -> Contention.repeated(() -> handles.get(n).fetch(key, 1)));
  }

  /**
   * At the lock end a consume and the next fetch have one winner.
   *
   * <p><b>Shape:</b> many rounds: A consumes around the end, while B fetches until A has its answer
   * and once more: consumed and never fetched, or lost and B has it.
   */
  @Rule("INBOX-18")
  void atTheEndThereIsOneWinner(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    Inboxed b = Inboxed.second(store);
    int rounds = store.pace().clock() == Pace.Clock.REAL ? CONTESTS_IN_REAL_TIME : CONTESTS;
    for (int round = 0; round < rounds; round++) {
      InboxKey key = Inboxed.key("order " + round);
      a.fill(key, 1);
      ConsumeInbox consume = ConsumeInbox.of(a.fetchOne(key));
      AtomicBoolean answered = new AtomicBoolean();
      AtomicBoolean consumed = new AtomicBoolean();
      AtomicBoolean fetched = new AtomicBoolean();
      Duration beforeCall = aroundTheEnd(store);
      Duration beforeEnd = someTime(store);
      store.moveToJustBefore(store.lockFor());
      Together.all(
          () -> {
            try {
              Waiting.realTime(beforeCall);
              consumed.set(consumes(a, consume));
            } finally {
              answered.set(true);
            }
          },
          () -> {
            boolean last = false;
            while (!fetched.get() && !last) {
              last = answered.get();
              fetched.set(!Contention.repeated(() -> b.fetch(key, 1)).isEmpty());
            }
          },
          () -> {
            Waiting.realTime(beforeEnd);
            store.moveTime(store.tick());
          });
      if (consumed.get() == fetched.get()) {
        throw Expect.violation(
            "At the end of a lock there is not one winner.",
            "either the consume or the fetch",
            consumed.get() ? "both" : "none");
      }
    }
  }

  private static boolean consumes(Inboxed inbox, ConsumeInbox consume) {
    try {
      Contention.repeated(() -> inbox.calls().consume(consume));
      return true;
    } catch (LockLost lost) {
      return false;
    }
  }

  /** How long in real time the holder waits before its call, from just before the end. */
  private static Duration aroundTheEnd(StoreUnderTest store) {
    Duration some = someTime(store);
    return store.pace().clock() == Pace.Clock.STANDING
        ? some
        : store.tick().minus(store.pace().roundTrip().multipliedBy(2)).plus(some);
  }

  private static Duration someTime(StoreUnderTest store) {
    double share = store.random().nextDouble();
    return Duration.ofNanos((long) (store.pace().roundTrip().toNanos() * share));
  }

  /**
   * A clean-up is safe beside the work.
   *
   * <p><b>Shape:</b> together: one appends and repeats what it has appended, one fetches and
   * consumes, two clean up by number and by moment, and one works on another key: repeats have the
   * first number, each message is consumed once, no number comes again, the other key is served.
   * Who appends is never far ahead, so that what is repeated is being consumed and cleaned up.
   */
  @Rule("INBOX-22")
  void aCleanUpIsSafeBesideTheWork(StoreUnderTest store) {
    Inboxed.requireDeclared(store);
    List<Inboxed> handles = Inboxed.several(store, 5);
    InboxKey key = Inboxed.key("order");
    InboxKey other = Inboxed.key("other");
    AtomicBoolean over = new AtomicBoolean();
    List<Long> consumed = new ArrayList<>();
    AtomicInteger done = new AtomicInteger();
    AtomicLong removed = new AtomicLong();
    Together.all(
        () -> appendAndRepeat(handles.get(0), key, done, over),
        () -> {
          try {
            consumeAll(handles.get(1), key, consumed, done);
          } finally {
            over.set(true);
          }
        },
        () -> cleanUp(handles.get(2), key, over, removed),
        () -> cleanUp(handles.get(3), null, over, removed),
        () -> {
          for (int n = 0; n == 0 || !over.get(); n++) {
            String id = "n" + n;
            InboxAppended appended =
                Contention.repeated(() -> handles.get(4).calls().append(Inboxed.append(other, id)));
            Expect.equal("Another key has other numbers.", n + 1L, appended.sequence());
          }
        });
    Expect.equal(
        "Not every message was consumed once.",
        Inboxed.upTo(MESSAGES),
        consumed.stream().sorted().toList());
    InboxCounts counts = handles.get(0).counts(key);
    Expect.equal("A number was left out or used twice.", (long) MESSAGES, counts.lastSequence());
    Expect.equal("A message came back.", 0L, counts.pending() + counts.locked());
    Expect.equal(
        "Clean-ups count what they did not remove.", MESSAGES - counts.consumed(), removed.get());
    Expect.equal(
        "A message of another key is missing.",
        handles.get(0).counts(other).lastSequence(),
        handles.get(0).counts(other).pending());
  }

  private static void appendAndRepeat(
      Inboxed inbox, InboxKey key, AtomicInteger done, AtomicBoolean over) {
    for (int n = 1; n <= MESSAGES; n++) {
      while (done.get() < n - MOST_AHEAD && !over.get()) {
        Thread.onSpinWait();
      }
      for (int again = Math.max(1, n - 5); again <= n; again++) {
        String id = "m" + again;
        InboxAppended appended =
            Contention.repeated(() -> inbox.calls().append(Inboxed.append(key, id)));
        Expect.equal(
            "A repeat beside a clean-up has another number.",
            new InboxAppended(key, again, again < n),
            appended);
      }
    }
  }

  private static void consumeAll(
      Inboxed inbox, InboxKey key, List<Long> consumed, AtomicInteger done) {
    Duration far = inbox.lasting().multipliedBy(100);
    while (consumed.size() < MESSAGES) {
      List<InboxItem> items = Contention.repeated(() -> inbox.calls().fetch(key, 3, far));
      List<Change> list = items.stream().<Change>map(ConsumeInbox::of).toList();
      Contention.repeated(() -> inbox.changes().apply(list));
      consumed.addAll(Inboxed.numbers(items));
      done.set(consumed.size());
    }
  }

  private static void cleanUp(
      Inboxed inbox, @Nullable InboxKey key, AtomicBoolean over, AtomicLong removed) {
    while (!over.get()) {
      int more =
          Contention.repeated(() ->
              key == null
                  ? inbox.calls().cleanUp(Inboxed.FAR, 2)
                  : inbox.calls().cleanUp(key, Long.MAX_VALUE, 2));
      removed.addAndGet(more);
    }
  }
}
