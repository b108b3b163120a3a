// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;

/** Reads of inputs and cursors that show others, or not all. */
final class TriggerReadMutants {

  private static final int ALL = 1_000;

  private TriggerReadMutants() {}

  /** Triggers of one handle, as a mutant offers them. */
  static void reading(
      Family family,
      String name,
      String what,
      String origin,
      Function<Retriggered, Triggers> reads) {
    family.handle(
        name,
        what,
        origin,
        inner ->
            new Retriggered(inner) {
              @Override
              Triggers reads() {
                return reads.apply(this);
              }
            });
  }

  static List<Mutant> all() {
    Family family = new Family("TRIGGER");
    inputs(family);
    marks(family);
    cursors(family);
    return family.mutants();
  }

  // ---- inputs

  private static void showing(
      Family family,
      String name,
      String what,
      String origin,
      Function<Retriggered, UnaryOperator<List<TriggerInput>>> shown) {
    reading(
        family,
        name,
        what,
        origin,
        handle ->
            handle.new Reads() {
              @Override
              public List<TriggerInput> pendingInputs(
                  String runId, String stepId, long afterSequence, int limit) {
                return shown
                    .apply(handle)
                    .apply(super.pendingInputs(runId, stepId, afterSequence, limit));
              }
            });
  }

  private static void inputs(Family family) {
    showing(
        family,
        "locked-inputs-are-hidden",
        "An input that somebody has locked is not listed.",
        "TRIGGER-10: pendingInputs by the pending messages",
        handle ->
            inputs ->
                inputs.stream()
                    .filter(input -> input.message().status() == InboxStatus.PENDING)
                    .toList());
    reading(
        family,
        "consumed-inputs-are-listed",
        "An input that was consumed is listed until it is cleaned up.",
        "TRIGGER-10: the state is not in the condition",
        handle ->
            handle.new Reads() {
              @Override
              public List<TriggerInput> pendingInputs(
                  String runId, String stepId, long afterSequence, int limit) {
                List<TriggerInput> right = super.pendingInputs(runId, stepId, afterSequence, limit);
                InboxKey key = new InboxKey(runId, stepId, Triggers.PORT);
                List<TriggerInput> all = new ArrayList<>(right);
                LongStream.rangeClosed(1, 10)
                    .filter(n -> n > afterSequence)
                    .mapToObj(n -> handle.inbox.message(key, n))
                    .flatMap(Optional::stream)
                    .filter(message -> message.status() == InboxStatus.CONSUMED)
                    .forEach(message -> all.add(new TriggerInput(message, null)));
                return all.stream()
                    .sorted(Comparator.comparing(input -> input.message().sequence()))
                    .limit(limit)
                    .toList();
              }
            });
    reading(
        family,
        "inputs-from-a-number-on",
        "The input at the number itself is listed again.",
        "TRIGGER-10: sequence >= ?",
        handle ->
            handle.new Reads() {
              @Override
              public List<TriggerInput> pendingInputs(
                  String runId, String stepId, long afterSequence, int limit) {
                return super.pendingInputs(
                    runId, stepId, afterSequence > 0 ? afterSequence - 1 : afterSequence, limit);
              }
            });
    reading(
        family,
        "inputs-of-every-port",
        "Messages on other ports of a step are listed as its inputs.",
        "TRIGGER-10: the port is not in the condition",
        handle ->
            handle.new Reads() {
              @Override
              public List<TriggerInput> pendingInputs(
                  String runId, String stepId, long afterSequence, int limit) {
                List<TriggerInput> all =
                    new ArrayList<>(super.pendingInputs(runId, stepId, afterSequence, limit));
                for (InboxCounts counts : handle.inbox.counts(runId)) {
                  if (counts.key().stepId().equals(stepId)
                      && !counts.key().port().equals(Triggers.PORT)) {
                    for (InboxMessage message :
                        handle.inbox.pending(counts.key(), afterSequence, limit)) {
                      all.add(new TriggerInput(message, null));
                    }
                  }
                }
                return all;
              }
            });
    showing(
        family,
        "one-cursor-for-all-inputs",
        "Each input shows the cursor of its step.",
        "TRIGGER-10: the cursor is not kept with the input",
        handle ->
            inputs ->
                inputs.stream()
                    .map(input ->
                        new TriggerInput(
                            input.message(),
                            handle
                                .triggers
                                .cursor(
                                    input.message().key().runId(), input.message().key().stepId())
                                .orElse(null)))
                    .toList());
    family.store(
        "plain-messages-are-hidden",
        "A message that was appended to the port is no input.",
        "TRIGGER-10: a table of inputs beside the inbox",
        store -> {
          Set<List<Object>> delivered = ConcurrentHashMap.newKeySet();
          return inner ->
              new Retriggered(inner) {
                @Override
                TriggerDelivered told(DeliverTrigger trigger, List<ChangeResult> results) {
                  TriggerDelivered answer = super.told(trigger, results);
                  delivered.add(List.of(trigger.key(), answer.sequence()));
                  return answer;
                }

                @Override
                Triggers reads() {
                  return new Reads() {
                    @Override
                    public List<TriggerInput> pendingInputs(
                        String runId, String stepId, long afterSequence, int limit) {
                      return super.pendingInputs(runId, stepId, afterSequence, limit).stream()
                          .filter(input ->
                              delivered.contains(
                                  List.of(input.message().key(), input.message().sequence())))
                          .toList();
                    }
                  };
                }
              };
        });
  }

  // ---- processed

  private static void marks(Family family) {
    family.store(
        "a-mark-of-its-own",
        "An input is marked as processed before the turn that used it is acked.",
        "TRIGGER-11: the origin's mark_processed",
        store -> {
          Set<List<Object>> processed = ConcurrentHashMap.newKeySet();
          return inner ->
              new Retriggered(inner) {
                @Override
                AckResult acked(OrchestrationAck ack) {
                  ack.changes().stream()
                      .filter(ConsumeInbox.class::isInstance)
                      .map(ConsumeInbox.class::cast)
                      .forEach(
                          consume -> processed.add(List.of(consume.key(), consume.sequence())));
                  return inner.ackOrchestrationItem(ack);
                }

                @Override
                Triggers reads() {
                  return new Reads() {
                    @Override
                    public List<TriggerInput> pendingInputs(
                        String runId, String stepId, long afterSequence, int limit) {
                      return super.pendingInputs(runId, stepId, afterSequence, limit).stream()
                          .filter(input ->
                              !processed.contains(
                                  List.of(input.message().key(), input.message().sequence())))
                          .toList();
                    }
                  };
                }
              };
        });
    family.handle(
        "processed-inputs-are-kept",
        "A clean-up leaves the inputs that were consumed.",
        "TRIGGER-11: inputs have a clean-up of their own",
        inner ->
            new Retriggered(inner) {
              @Override
              DurableInbox inboxes() {
                return sparing(inbox);
              }
            });
  }

  /** Inboxes whose clean-up of one inbox spares inputs. */
  private static DurableInbox sparing(DurableInbox right) {
    return DurableInbox.class.cast(
        Proxy.newProxyInstance(
            DurableInbox.class.getClassLoader(),
            new Class<?>[] {DurableInbox.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("cleanUp")
                  && arguments[0] instanceof InboxKey key
                  && key.port().equals(Triggers.PORT)) {
                return 0;
              }
              try {
                return method.invoke(right, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  // ---- cursors

  /** The cursors of a store, as a mutant keeps them: whether the second one replaces the first. */
  private static void cursor(
      Family family,
      String name,
      String what,
      String origin,
      BiPredicate<Cursor, Cursor> replaces,
      Set<Outcome> by) {
    family.store(
        name,
        what,
        origin,
        store -> {
          Map<InboxKey, Cursor> cursors = new ConcurrentHashMap<>();
          return inner -> new WithCursors(inner, cursors, replaces, by);
        });
  }

  private static final class WithCursors extends Retriggered {
    private final Map<InboxKey, Cursor> cursors;
    private final BiPredicate<Cursor, Cursor> replaces;
    private final Set<Outcome> by;

    WithCursors(
        Provider inner,
        Map<InboxKey, Cursor> cursors,
        BiPredicate<Cursor, Cursor> replaces,
        Set<Outcome> by) {
      super(inner);
      this.cursors = cursors;
      this.replaces = replaces;
      this.by = by;
    }

    @Override
    TriggerDelivered told(DeliverTrigger trigger, List<ChangeResult> results) {
      TriggerDelivered answer = super.told(trigger, results);
      Cursor cursor = trigger.cursor();
      if (cursor != null && by.contains(answer.outcome())) {
        cursors.merge(
            trigger.key(), cursor, (old, given) -> replaces.test(old, given) ? given : old);
      }
      return answer;
    }

    @Override
    Triggers reads() {
      return new Reads() {
        @Override
        public Optional<Cursor> cursor(String runId, String stepId) {
          return Optional.ofNullable(cursors.get(new InboxKey(runId, stepId, Triggers.PORT)));
        }
      };
    }
  }

  private static void cursors(Family family) {
    BiPredicate<Cursor, Cursor> right = (old, given) -> given.order() > old.order();
    Set<Outcome> whenNew = Set.of(Outcome.NEW);
    cursor(
        family,
        "the-cursor-goes-back",
        "The cursor is that of the last input, whatever its order.",
        "TRIGGER-12: the origin's UPDATE … SET cursor = ?",
        (old, given) -> true,
        whenNew);
    cursor(
        family,
        "cursors-are-compared-as-text",
        "A cursor of 10 is before one of 9.",
        "TRIGGER-12: the order is a text in the store",
        (old, given) -> ("" + given.order()).compareTo("" + old.order()) > 0,
        whenNew);
    cursor(
        family,
        "the-same-order-is-further",
        "Of two cursors of one order the later one stays.",
        "TRIGGER-12: order >= ?",
        (old, given) -> given.order() >= old.order(),
        whenNew);
    cursor(
        family,
        "a-repeat-moves-the-cursor",
        "A duplicate moves the cursor.",
        "TRIGGER-02: the cursor is not behind the condition",
        right,
        Set.of(Outcome.NEW, Outcome.DUPLICATE));
    cursor(
        family,
        "an-end-moves-the-cursor",
        "A delivery to a final run moves the cursor.",
        "TRIGGER-12: the cursor comes before the end",
        right,
        Set.of(Outcome.NEW, Outcome.ENDED));
    family.handle(
        "cursors-are-in-memory",
        "A cursor is known to the process that has delivered.",
        "TRIGGER-09: a field of the source",
        inner -> new WithCursors(inner, new ConcurrentHashMap<>(), right, whenNew));
    reading(
        family,
        "the-cursor-is-cut",
        "The text of a cursor is cut.",
        "TRIGGER-12: a column of 255 characters",
        handle ->
            handle.new Reads() {
              @Override
              public Optional<Cursor> cursor(String runId, String stepId) {
                return super.cursor(runId, stepId)
                    .map(cursor ->
                        cursor.token() == null || cursor.token().length() < 256
                            ? cursor
                            : new Cursor(cursor.order(), cursor.token().substring(0, 255)));
              }
            });
    reading(
        family,
        "the-cursor-of-what-is-open",
        "The cursor is the greatest of the inputs that are open.",
        "TRIGGER-12: SELECT max(cursor) FROM inputs",
        handle ->
            handle.new Reads() {
              @Override
              public Optional<Cursor> cursor(String runId, String stepId) {
                return super.pendingInputs(runId, stepId, 0, ALL).stream()
                    .map(TriggerInput::cursor)
                    .filter(cursor -> cursor != null)
                    .max(Comparator.comparing(Cursor::order));
              }
            });
  }
}
