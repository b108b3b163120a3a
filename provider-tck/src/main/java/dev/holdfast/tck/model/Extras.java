// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.Feature;
import dev.holdfast.tck.model.Additions.Status;
import dev.holdfast.tck.model.MessageDraft.When;
import dev.holdfast.tck.model.Operation.ReadInbox;
import dev.holdfast.tck.model.Operation.ReadRows.What;
import dev.holdfast.tck.model.StateDraft.Kind;
import dev.holdfast.tck.model.TurnDraft.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Has some operations use features beyond the core, each with random numbers of its own. Not
 * thread-safe.
 */
final class Extras {

  private static final int KEYS = 3;

  /** How often owners reach for activities of sessions. */
  private static final int REACHES = 5;

  /** What turns ahead say is told from what others say; so are messages of scenes. */
  private static final int LABELS_AHEAD = 1_000_000;

  private static final List<Taken> VERSION_FILTERS =
      Stream.of(Taken.values()).filter(taken -> taken.versions() != null).toList();

  /** Kinds of changes, as often as they are made. */
  private static final List<Kind> CHANCES =
      List.of(
          Kind.CREATE,
          Kind.CREATE,
          Kind.CHANGE_RUN,
          Kind.CHANGE_RUN,
          Kind.CHANGE_RUN,
          Kind.RESTART,
          Kind.DELETE_RUN,
          Kind.ENSURE,
          Kind.ENSURE,
          Kind.CHANGE_STEP,
          Kind.CHANGE_STEP,
          Kind.CHANGE_STEP);

  private static final List<Kind> OF_INBOXES = List.of(Kind.APPEND, Kind.CONSUME);
  private static final List<Kind> OF_TRIGGERS = List.of(Kind.APPEND, Kind.CONSUME, Kind.DELIVER);

  private final Features features;
  private final Chance claiming;
  private final Chance ahead;
  private final Chance values;
  private final Chance statuses;
  private final Chance tags;
  private final Chance pins;
  private final Chance deletions;
  private final Chance sessions;
  private final Chance states;
  private final Chance inboxes;
  private final List<Kind> ofInboxes;

  Extras(long seed, boolean exact, Features features) {
    this.features = features;
    claiming = new Chance(~seed, exact);
    ahead = new Chance(~seed + 1, exact);
    ahead.labelsFrom(LABELS_AHEAD);
    values = new Chance(~seed + 2, exact);
    statuses = new Chance(~seed + 3, exact);
    tags = new Chance(~seed + 4, exact);
    pins = new Chance(~seed + 5, exact);
    deletions = new Chance(~seed + 6, exact);
    sessions = new Chance(~seed + 7, exact);
    sessions.labelsFrom(2 * LABELS_AHEAD);
    states = new Chance(~seed + 8, exact);
    states.labelsFrom(3 * LABELS_AHEAD);
    inboxes = new Chance(~seed + 9, exact);
    inboxes.labelsFrom(4 * LABELS_AHEAD);
    ofInboxes = features.use(Feature.TRIGGERS) ? OF_TRIGGERS : OF_INBOXES;
  }

  /**
   * Now and then operations that lead to turns ahead that fit: instances without messages, and
   * activities that are completed.
   */
  List<Operation> scene(int oneOf, int max, boolean quiet) {
    if (!features.use(Feature.TURNS_AHEAD) || !ahead.oneOf(oneOf)) {
      return List.of();
    }
    List<Operation> scene = new ArrayList<>();
    if (quiet) {
      scene.add(new Operation.Fetch(Queue.TURNS, Chance.INSTANCES, 1, ahead.lock(), Taken.PLAIN));
      eachInstance(i ->
              new Operation.AckTurns(
                  List.of(
                      TurnDraft.empty(new TokenRef(i, 0, false))
                          .withActivities(ahead.numbers(2), Fault.NONE)
                          .withName("flow", false)),
                  false))
          .forEach(scene::add);
    }
    scene.add(new Operation.Fetch(Queue.ACTIVITIES, max, 0, ahead.lock(), Taken.PLAIN));
    eachInstance(i ->
            new Operation.Claiming(
                new Operation.AckActivities(
                    List.of(
                        new ActivityDraft(new TokenRef(i, 0, false), ahead.label(), null, false)),
                    false),
                ahead.lock(),
                Taken.PLAIN,
                Owner.NONE,
                ahead.turnOf(i)))
        .forEach(scene::add);
    return scene;
  }

  /** Now and then activities of several sessions, which both owners reach for. */
  List<Operation> sessionScene(int oneOf) {
    if (!features.use(Feature.SESSIONS) || !sessions.oneOf(oneOf)) {
      return List.of();
    }
    List<Operation> scene = new ArrayList<>();
    eachInstance(i ->
            new Operation.Enqueue(
                List.of(new MessageDraft(i, sessions.label(), When.NOW, 0, "flow", null, false)),
                false))
        .forEach(scene::add);
    scene.add(new Operation.Fetch(Queue.TURNS, Chance.INSTANCES, 1, sessions.lock(), Taken.PLAIN));
    eachInstance(i ->
            new Operation.AckTurns(
                List.of(
                    TurnDraft.empty(new TokenRef(i, 0, false))
                        .withActivities(sessions.numbers(4), Fault.NONE)
                        .withName("flow", false)
                        .with(Additions.NONE.withSessions(1 + sessions.below(Owner.SESSIONS)))),
                false))
        .forEach(scene::add);
    for (int i = 0; i < REACHES; i++) {
      scene.add(
          new Operation.Fetch(
              Queue.ACTIVITIES,
              1 + sessions.below(2),
              0,
              sessions.lock(),
              Taken.PLAIN,
              owner(Queue.ACTIVITIES)));
      if (sessions.oneOf(2)) {
        scene.add(ofSessions());
      }
      if (sessions.isExact() && sessions.oneOf(3)) {
        scene.add(new Operation.MoveTime(1 + sessions.below(3)));
      }
    }
    return scene;
  }

  private static Stream<Operation> eachInstance(IntFunction<Operation> operation) {
    return IntStream.range(0, Chance.INSTANCES).mapToObj(operation);
  }

  Operation addTo(Operation plain) {
    Operation operation =
        switch (plain) {
          case Operation.AckTurns(List<TurnDraft> turns, boolean asList) ->
              new Operation.AckTurns(turns.stream().map(this::changing).toList(), asList);
          case Operation.AckActivities(List<ActivityDraft> acks, boolean asList) ->
              new Operation.AckActivities(acks.stream().map(this::changing).toList(), asList);
          case Operation.Fetch fetch -> fetch.of(taken(fetch.queue()), owner(fetch.queue()));
          default -> plain;
        };
    boolean claims = features.use(Feature.EAGER_DISPATCH) && claiming.oneOf(2);
    if (!claims || !Operation.Claiming.fits(operation)) {
      return operation;
    }
    OptionalInt instance = Operation.Claiming.aheadOf(operation);
    boolean goesAhead =
        features.use(Feature.TURNS_AHEAD) && instance.isPresent() && !ahead.oneOf(4);
    return new Operation.Claiming(
        operation,
        claiming.lock(),
        takenByClaim(),
        owner(Queue.ACTIVITIES),
        goesAhead ? changing(ahead.turnOf(instance.getAsInt())) : null);
  }

  private Taken taken(Queue queue) {
    return switch (queue) {
      case TURNS ->
          features.use(Feature.VERSION_FILTER) && pins.oneOf(2)
              ? VERSION_FILTERS.get(pins.below(VERSION_FILTERS.size()))
              : Taken.PLAIN;
      case ACTIVITIES ->
          features.use(Feature.TAGS) && !tags.oneOf(3) ? tags.any(Taken.values()) : Taken.PLAIN;
    };
  }

  private Owner owner(Queue queue) {
    return queue == Queue.ACTIVITIES && features.use(Feature.SESSIONS) && !sessions.oneOf(4)
        ? new Owner(1 + sessions.below(Owner.OWNERS), sessions.lock(), sessions.below(3))
        : Owner.NONE;
  }

  /** A claim may be one of both queues. */
  private Taken takenByClaim() {
    boolean both = features.use(Feature.VERSION_FILTER) && features.use(Feature.TAGS);
    return both && tags.oneOf(3) ? tags.any(Taken.values()) : Taken.PLAIN;
  }

  private TurnDraft changing(TurnDraft turn) {
    Additions additions = turn.additions();
    if (features.use(Feature.KEY_VALUES) && values.oneOf(3)) {
      additions = additions.withValues(values.numbers(1 + values.below(3), -KEYS, KEYS));
    }
    if (features.use(Feature.CUSTOM_STATUS) && statuses.oneOf(2)) {
      additions = additions.withStatus(statuses.oneOf(3) ? Status.CLEAR : Status.SET);
    }
    if (features.use(Feature.TAGS) && tags.oneOf(2)) {
      additions = additions.withTags(1 + tags.below(Taken.TAGS));
    }
    if (features.use(Feature.SESSIONS) && sessions.oneOf(2)) {
      additions = additions.withSessions(1 + sessions.below(Owner.SESSIONS));
    }
    if (features.use(Feature.VERSION_FILTER) && pins.oneOf(2)) {
      additions = additions.withPin(1 + pins.below(Taken.PINS));
    }
    if (features.use(Feature.CHANGES) && states.oneOf(3)) {
      additions = additions.withChanges(changes());
    }
    return turn.with(additions);
  }

  /** Which of two things that do not fit is told of is open, so that one has no changes. */
  private ActivityDraft changing(ActivityDraft ack) {
    boolean mayFit = !ack.astray() && ack.messageId() == null;
    return mayFit && features.use(Feature.CHANGES) && states.oneOf(2) ? ack.with(changes()) : ack;
  }

  private List<StateDraft> changes() {
    int count = states.oneOf(2) ? 1 : 2 + states.below(3);
    List<StateDraft> changes = new ArrayList<>();
    IntStream.range(0, count).forEach(n -> changes.add(change()));
    if (features.use(Feature.INBOX) && inboxes.oneOf(3)) {
      changes.add(inboxes.below(changes.size() + 1), changeOfInbox());
    }
    return changes;
  }

  private StateDraft changeOfInbox() {
    return new StateDraft(
        ofInboxes.get(inboxes.below(ofInboxes.size())),
        inboxes.instance(),
        inboxes.below(StateDraft.STEPS),
        0,
        inboxes.below(12),
        inboxes.any(StateDraft.Content.values()),
        inboxes.label());
  }

  private StateDraft change() {
    Kind kind =
        features.use(Feature.STATE_TABLES) && !states.oneOf(6)
            ? CHANCES.get(states.below(CHANCES.size()))
            : Kind.SEND;
    int away = states.oneOf(6) ? (states.oneOf(2) ? 1 : -1) : 0;
    return new StateDraft(
        kind,
        states.instance(),
        states.below(StateDraft.STEPS),
        away,
        states.below(12) - 3,
        states.any(StateDraft.Content.values()),
        states.label());
  }

  /** Now and then changes alone, or a read of runs, steps or inboxes. */
  List<Operation> states(int oneOf) {
    List<Operation> operations = new ArrayList<>();
    if (features.use(Feature.CHANGES) && states.oneOf(oneOf)) {
      boolean fenced = states.oneOf(3);
      operations.add(
          new Operation.Apply(
              changes(),
              fenced ? new TokenRef(states.instance(), states.below(2), states.oneOf(8)) : null,
              states.oneOf(2) ? Queue.TURNS : Queue.ACTIVITIES));
    }
    if (features.use(Feature.STATE_TABLES) && states.oneOf(oneOf)) {
      operations.add(new Operation.ReadRows(states.any(What.values()), states.instance()));
    }
    List<ReadInbox.What> reads = readsOfInboxes();
    if (!reads.isEmpty() && inboxes.oneOf(3 * oneOf)) {
      operations.add(
          new ReadInbox(
              reads.get(inboxes.below(reads.size())),
              inboxes.instance(),
              inboxes.below(StateDraft.STEPS)));
    }
    return operations;
  }

  private List<ReadInbox.What> readsOfInboxes() {
    return features.use(Feature.TRIGGERS)
        ? List.of(ReadInbox.What.values())
        : features.use(Feature.INBOX)
            ? List.of(ReadInbox.What.PENDING, ReadInbox.What.COUNTS)
            : List.of();
  }

  /** Now and then a look at what only some providers have, or a deletion. */
  List<Operation> others() {
    List<Operation> others = new ArrayList<>();
    if (features.use(Feature.KEY_VALUES) && values.oneOf(10)) {
      others.add(new Operation.ReadValues(values.instance()));
    }
    if (features.use(Feature.CUSTOM_STATUS) && statuses.oneOf(10)) {
      others.add(new Operation.ReadStatus(statuses.instance(), statuses.below(3)));
    }
    if (features.use(Feature.SESSIONS) && sessions.oneOf(8)) {
      others.add(ofSessions());
    }
    if (features.use(Feature.INSTANCE_DELETION) && deletions.oneOf(25)) {
      int instance = deletions.instance();
      others.add(new Operation.Delete(instance, deletions.oneOf(2)));
      others.addAll(after(instance));
    }
    return others;
  }

  private Operation ofSessions() {
    int owner = 1 + sessions.below(Owner.OWNERS);
    return switch (sessions.below(5)) {
      case 0, 1 ->
          new Operation.RenewSessions(
              sessions.oneOf(3) ? List.of(1, 2) : List.of(owner),
              sessions.lock(),
              sessions.oneOf(4) ? 0 : sessions.lock());
      case 2, 3 -> new Operation.ReleaseSession(owner, 1 + sessions.below(Owner.SESSIONS));
      default -> new Operation.CleanUpSessions();
    };
  }

  /** Some of what may be asked of an instance that is gone, or is not. */
  private List<Operation> after(int instance) {
    TokenRef token = new TokenRef(instance, deletions.below(2), false);
    List<Operation> questions =
        new ArrayList<>(
            List.of(
                new Operation.LatestExecution(instance),
                new Operation.ReadHistory(instance, 1, 0, 100),
                new Operation.AckTurns(
                    List.of(TurnDraft.empty(token).withName("flow", false)), false),
                new Operation.AckActivities(
                    List.of(new ActivityDraft(token, deletions.label(), null, false)), false),
                new Operation.Abandon(Queue.ACTIVITIES, token, 0, true),
                new Operation.Renew(Queue.TURNS, List.of(token), deletions.lock(), true)));
    deletions.shuffle(questions);
    return questions.subList(0, 3);
  }

  /** A look at what only some providers have of all instances. */
  List<Operation> lookAtEverything() {
    List<Operation> looks = new ArrayList<>();
    if (features.use(Feature.KEY_VALUES)) {
      eachInstance(Operation.ReadValues::new).forEach(looks::add);
    }
    if (features.use(Feature.CUSTOM_STATUS)) {
      for (int seen : new int[] {0, 1, 2}) {
        eachInstance(i -> new Operation.ReadStatus(i, seen)).forEach(looks::add);
      }
    }
    if (features.use(Feature.STATE_TABLES)) {
      for (What what : What.values()) {
        eachInstance(i -> new Operation.ReadRows(what, i)).forEach(looks::add);
      }
    }
    for (ReadInbox.What what : readsOfInboxes()) {
      for (int step = 0; step < StateDraft.STEPS; step++) {
        int ofStep = step;
        eachInstance(i -> new ReadInbox(what, i, ofStep)).forEach(looks::add);
      }
    }
    if (features.use(Feature.SESSIONS)) {
      for (int owner = 1; owner <= Owner.OWNERS; owner++) {
        looks.add(
            new Operation.Fetch(
                Queue.ACTIVITIES,
                50,
                50,
                sessions.lock(),
                Taken.ALL,
                new Owner(owner, sessions.lock(), 0)));
      }
    }
    return looks;
  }
}
