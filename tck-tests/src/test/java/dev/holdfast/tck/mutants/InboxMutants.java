// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Inboxes that lose, double or reorder what is appended. */
final class InboxMutants {

  /** Long enough for other threads to come between. */
  static final Duration MOMENT = Duration.ofNanos(200_000);

  /** Long enough for a certain other call to come between, where there is one. */
  private static final Duration LONG_MOMENT = Duration.ofMillis(200);

  private InboxMutants() {}

  static List<Mutant> all() {
    Family family = new Family("INBOX");
    family.handle(
        "inboxes-are-declared-and-not-found",
        "Inboxes are declared and not found.",
        "INBOX-01: the lookup does not know them",
        inner ->
            new Forwarding(inner) {
              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == DurableInbox.class ? Optional.empty() : super.capability(type);
              }
            });
    numbers(family);
    ids(family);
    racing(family);
    InboxReadMutants.add(family);
    InboxLockMutants.add(family);
    return family.mutants();
  }

  /** The inboxes of a store whose clock is that of the store. */
  static InstantSource clock(TestStore store) {
    return () -> store.timeControl().orElseThrow().now();
  }

  /** A mutant of which one decision is broken. */
  static void box(
      Family family, String name, String what, String origin, Function<InstantSource, Box> broken) {
    fixture(
        family,
        name,
        what,
        origin,
        store -> {
          Box box = broken.apply(clock(store));
          return inner -> new Boxed(inner, box);
        });
  }

  /** A fixture with the inboxes that the mutants break, and nothing broken. */
  static TckFixture unbroken() {
    Family family = new Family("INBOX");
    call(family, "nothing-broken", "Nothing is broken.", "none", Boxed::new);
    return family.mutants().getFirst().fixture().get();
  }

  /** Makes a broken handle on right inboxes. */
  @FunctionalInterface
  interface Handles {
    Boxed of(Provider inner, Box box);
  }

  /** A mutant of which one call is broken. */
  static void call(Family family, String name, String what, String origin, Handles broken) {
    fixture(
        family,
        name,
        what,
        origin,
        store -> {
          Box box = new Box(clock(store));
          return inner -> broken.of(inner, box);
        });
  }

  /** A call that stands before its commit would hold the inboxes of all handles. */
  private static void fixture(
      Family family,
      String name,
      String what,
      String origin,
      Function<TestStore, UnaryOperator<Provider>> breaker) {
    family.fixture(
        name,
        what,
        origin,
        () ->
            new ChangedFixture(new ReferenceFixture()) {
              @Override
              public TestStore freshStore(String purpose) {
                TestStore store = super.freshStore(purpose);
                UnaryOperator<Provider> broken = breaker.apply(store);
                return new ChangedStore(store) {
                  @Override
                  protected Provider handle(Provider right) {
                    return broken.apply(right);
                  }

                  @Override
                  public Optional<CommitHold> commitHold() {
                    return Optional.empty();
                  }
                };
              }
            });
  }

  private static void numbers(Family family) {
    box(
        family,
        "numbers-begin-at-two",
        "The first message has number 2.",
        "INBOX-01: a sequence that was asked once before",
        clock ->
            new Box(clock) {
              @Override
              long next(Messages inbox) {
                return inbox.last == 0 ? 2 : inbox.last + 1;
              }
            });
    box(
        family,
        "appended-in-whole-seconds",
        "The time of an append is cut off to seconds.",
        "INBOX-01: a column of seconds",
        clock ->
            new Box(clock) {
              @Override
              Instant appendedAt() {
                return now().truncatedTo(ChronoUnit.SECONDS);
              }
            });
    box(
        family,
        "one-sequence-for-a-step",
        "The ports of a step share their numbers.",
        "INBOX-02: the sequence has the key run and step",
        clock ->
            new Box(clock) {
              private final Map<List<String>, Long> last = new HashMap<>();

              @Override
              long next(Messages inbox) {
                return last.merge(List.of(inbox.key.runId(), inbox.key.stepId()), 1L, Long::sum);
              }
            });
    box(
        family,
        "numbers-from-what-is-left",
        "The next number is one above the greatest that is left.",
        "INBOX-08: SELECT max(sequence) + 1",
        clock ->
            new Box(clock) {
              @Override
              long next(Messages inbox) {
                return inbox.rows.isEmpty() ? 1 : inbox.rows.lastKey() + 1;
              }
            });
    box(
        family,
        "refused-numbers-are-used-up",
        "A refused append has used up its number.",
        "INBOX-06: a sequence object does not roll back",
        clock ->
            new Box(clock) {
              private final Map<InboxKey, Long> last = new HashMap<>();

              @Override
              long next(Messages inbox) {
                return last.merge(inbox.key, 1L, Long::sum);
              }
            });
    call(
        family,
        "numbers-before-their-messages",
        "A number is drawn, and its message comes a moment later.",
        "INBOX-07: the lock on the key ends before the commit",
        (inner, box) ->
            new Boxed(inner, box) {
              private final Changes right = super.capability(Changes.class).orElseThrow();

              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == Changes.class
                    ? Optional.of(type.cast(Late.of(right, box)))
                    : super.capability(type);
              }
            });
  }

  /** Appends alone whose numbers are visible as those of others before their messages are. */
  private static final class Late {

    static Changes of(Changes right, Box box) {
      return new Changes() {
        @Override
        public int maxChanges() {
          return right.maxChanges();
        }

        @Override
        public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
          if (changes.size() != 1 || !(changes.getFirst() instanceof AppendInbox append)) {
            return right.apply(changes, fence);
          }
          long sequence;
          synchronized (box) {
            if (box.known(append.key(), append.message()) != null) {
              return right.apply(changes, fence);
            }
            sequence = ++box.write(append.key()).last;
          }
          LockSupport.parkNanos(MOMENT.toNanos());
          synchronized (box) {
            box.put(append.key(), sequence, append.message());
          }
          return List.of(new InboxAppended(append.key(), sequence, false));
        }
      };
    }

    private Late() {}
  }

  private static void ids(Family family) {
    box(
        family,
        "ids-of-the-whole-store",
        "A message id counts in the whole store.",
        "INBOX-02: UNIQUE (message_id)",
        clock ->
            new Box(clock) {
              @Override
              Object scope(InboxKey key) {
                return "everywhere";
              }

              @Override
              boolean isSame(NewInboxMessage known, NewInboxMessage message) {
                return true;
              }
            });
    box(
        family,
        "parts-of-inboxes-are-joined",
        "Keys are joined to one text.",
        "INBOX-02: f\"{run_id}:{node_id}:{handle}\"",
        clock ->
            new Box(clock) {
              private final Map<String, InboxKey> first = new HashMap<>();

              @Override
              InboxKey place(InboxKey key) {
                return first.computeIfAbsent(
                    key.runId() + ":" + key.stepId() + ":" + key.port(), text -> key);
              }
            });
    box(
        family,
        "keys-without-case",
        "Keys that differ in case are one.",
        "INBOX-02: a collation that folds case",
        clock ->
            new Box(clock) {
              private final Map<String, InboxKey> first = new HashMap<>();

              @Override
              InboxKey place(InboxKey key) {
                return first.computeIfAbsent(
                    key.toString().toLowerCase(Locale.ROOT) + key.toString().length(), text -> key);
              }
            });
    box(
        family,
        "ids-from-the-receivers-number",
        "A repeat is taken for another message.",
        "INBOX-03: generate_message_id(run, node, handle, next_seq)",
        clock ->
            new Box(clock) {
              @Override
              boolean isRecognised(Known known) {
                return false;
              }
            });
    box(
        family,
        "consumed-messages-are-not-recognised",
        "A repeat is recognised as long as its message is pending.",
        "INBOX-03: WHERE message_id = ? AND status = 'pending'",
        clock ->
            new Box(clock) {
              @Override
              boolean isRecognised(Known known) {
                Row row = read(known.key()).rows.get(known.sequence());
                return row == null || row.consumedAt() == null;
              }
            });
    box(
        family,
        "a-known-id-is-enough",
        "Another content under a known id is thrown away.",
        "INBOX-04: ON CONFLICT DO NOTHING",
        clock ->
            new Box(clock) {
              @Override
              boolean isSame(NewInboxMessage known, NewInboxMessage message) {
                return true;
              }
            });
    box(
        family,
        "references-are-not-compared",
        "Of a message only the payload is compared.",
        "INBOX-04: a digest of the payload",
        clock ->
            new Box(clock) {
              @Override
              boolean isSame(NewInboxMessage known, NewInboxMessage message) {
                return bytes(known).equals(bytes(message));
              }

              private static Payload bytes(NewInboxMessage message) {
                return message.payload() == null ? Payload.empty() : message.payload();
              }
            });
    box(
        family,
        "ids-go-with-their-messages",
        "A clean-up forgets the ids of what it removes.",
        "INBOX-09: DELETE, and the id was a column of the row",
        clock ->
            new Box(clock) {
              @Override
              boolean isRemembered() {
                return false;
              }
            });
    box(
        family,
        "the-content-of-ids-is-forgotten",
        "Of a message that was cleaned up only the id is known.",
        "INBOX-09: no digest is kept",
        clock ->
            new Box(clock) {
              @Override
              boolean isSame(NewInboxMessage known, NewInboxMessage message) {
                return known.equals(message)
                    || all().stream().noneMatch(one -> one.row().content().equals(known));
              }
            });
    call(
        family,
        "ids-are-remembered-for-a-day",
        "Ids are remembered for a day.",
        "INBOX-09: a memory of 24 hours",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              Duration idMemory() {
                return Duration.ofDays(1);
              }
            });
  }

  private static void racing(Family family) {
    call(
        family,
        "inbox-looks-then-inserts",
        "An append that has found its id unused adds the message.",
        "INBOX-05: SELECT, then INSERT",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              InboxAppended append(AppendInbox append) {
                boolean free;
                synchronized (box) {
                  free = box.known(append.key(), append.message()) == null;
                }
                if (!free) {
                  return super.append(append);
                }
                LockSupport.parkNanos(MOMENT.toNanos());
                synchronized (box) {
                  return box.insert(append);
                }
              }
            });
    call(
        family,
        "a-race-is-an-error-of-the-database",
        "Who loses the race for an id meets an error of the database.",
        "INBOX-05: duplicate key value violates unique constraint",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              InboxAppended append(AppendInbox append) {
                boolean free;
                synchronized (box) {
                  free = box.known(append.key(), append.message()) == null;
                }
                LockSupport.parkNanos(MOMENT.toNanos());
                InboxAppended appended = super.append(append);
                if (free && appended.repeated()) {
                  throw new StoreFailure("append", "duplicate key", null);
                }
                return appended;
              }
            });
    call(
        family,
        "messages-are-consumed-beside-the-ack",
        "What an ack consumes is consumed, also when the ack is refused.",
        "INBOX-17: state, queue and inbox in separate commits",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              void undo(Runnable back) {
                // It was committed before.
              }
            });
    call(
        family,
        "a-repeat-meets-the-clean-up",
        "A clean-up removes messages, and keeps their ids a moment later.",
        "INBOX-22: two transactions",
        (inner, box) ->
            new Boxed(inner, box) {
              @Override
              InboxAppended append(AppendInbox append) {
                synchronized (box) {
                  InboxAppended appended = super.append(append);
                  box.notifyAll();
                  return appended;
                }
              }

              @Override
              int cleanUp(InboxKey key, long belowSequence, int limit) {
                synchronized (box) {
                  List<Box.Placed> before = new ArrayList<>(box.all());
                  int removed = super.cleanUp(key, belowSequence, limit);
                  before.removeAll(box.all());
                  before.forEach(box::forget);
                  awaitRepeat(before);
                  before.stream()
                      .filter(one -> !isKnown(one))
                      .forEach(one -> box.remember(one.key(), one.sequence(), one.row().content()));
                  return removed;
                }
              }

              /** Until a repeat has come between, or none seems to come. */
              private void awaitRepeat(List<Box.Placed> forgotten) {
                long until = System.nanoTime() + LONG_MOMENT.toNanos();
                while (!forgotten.isEmpty() && forgotten.stream().noneMatch(this::isKnown)) {
                  long left = until - System.nanoTime();
                  if (left <= 0) {
                    return;
                  }
                  try {
                    NANOSECONDS.timedWait(box, left);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                  }
                }
              }

              private boolean isKnown(Box.Placed one) {
                return box.known(one.key(), one.row().content()) != null;
              }
            });
  }
}
