// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.feature.CustomStatus;
import dev.holdfast.provider.feature.KeyValues;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.model.Course.Basis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One of the two sides: makes operations calls of a provider, with the tokens that this provider
 * gave, and puts answers into words without tokens. Not thread-safe.
 */
abstract class Side {

  static final String NOTHING_TO_DO = "(nothing to do)";

  /** How a line about a turn ahead begins. */
  static final String AHEAD = "turn ahead ";

  private static final long FAR = 1_000_000;

  private static final int MOST_CLAIMED = 2;

  final Timing timing;
  private final Deliveries<OrchestrationItem> turns =
      new Deliveries<>(OrchestrationItem::instanceId, OrchestrationItem::lockToken);
  private final Deliveries<ActivityItem> activities =
      new Deliveries<>(item -> item.task().instanceId(), ActivityItem::lockToken);

  private final Rows rows;
  private List<?> fetched = List.of();
  private final List<Object> claimedActivities = new ArrayList<>();
  private int claimed;
  private @Nullable Basis basis;
  private @Nullable AckResult ahead;
  private final List<Line> claims = new ArrayList<>();

  Side(Timing timing) {
    this.timing = timing;
    rows = new Rows(timing);
  }

  static String id(int instance) {
    return "i" + instance;
  }

  /** The provider to call. */
  abstract Provider provider();

  /** How many items the next operation may claim. */
  abstract int mostClaimed();

  /** Whether the next operation may send a turn ahead. */
  abstract boolean mayGoAhead();

  /** What the caller of the next operation knows of an instance. */
  abstract Basis basis(String instanceId, TokenRef seen);

  /** What there is to say of a turn ahead; nothing where the answer said nothing of it. */
  abstract Optional<Line> ahead(String instanceId, TurnAhead turn, @Nullable AckResult answer);

  /** What there is to say of a turn ahead that was not sent. */
  abstract Optional<Line> passedOver();

  abstract List<Line> ackTurns(List<OrchestrationAck> acks, boolean asList);

  abstract List<Line> ackActivities(List<ActivityAck> acks, boolean asList);

  abstract void reopen();

  abstract void otherHandle();

  abstract void moveTime(int steps);

  /** Does it, and answers what came of it. */
  List<Line> perform(Operation operation) {
    fetched = List.of();
    claimedActivities.clear();
    claimed = 0;
    basis = null;
    ahead = null;
    claims.clear();
    try {
      return performed(operation);
    } catch (ProviderError error) {
      return Line.only(threw(error));
    } catch (RuntimeException error) {
      return Line.only("threw " + error);
    }
  }

  /** What the last operation decided. */
  final Course course() {
    List<Object> taken = new ArrayList<>(fetched);
    taken.addAll(claimedActivities);
    boolean refused =
        ahead instanceof AckResult.Rejected rejected
            && rejected.error() instanceof ProviderError.InvalidRequest;
    return new Course(taken, claimed, basis, ahead != null, refused, false);
  }

  private List<Line> performed(Operation operation) {
    return switch (operation) {
      case Operation.Enqueue enqueue -> enqueue(enqueue);
      case Operation.Fetch fetch ->
          fetch.queue() == Queue.TURNS ? fetchTurns(fetch) : fetchActivities(fetch);
      case Operation.AckTurns acks -> ackTurns(acks, null);
      case Operation.AckActivities acks -> ackActivities(acks, null);
      case Operation.Claiming claiming -> claiming(claiming);
      case Operation.Abandon abandon -> abandon(abandon);
      case Operation.Renew renew -> renew(renew);
      case Operation.WrongQueue wrong -> wrongQueue(wrong);
      case Operation.ReadHistory read ->
          Line.only(
              text(
                  provider()
                      .readHistory(
                          id(read.instance()), read.executionId(), read.after(), read.limit())));
      case Operation.LatestExecution latest -> {
        OptionalLong found = provider().latestExecutionId(id(latest.instance()));
        yield Line.only(found.isPresent() ? Long.toString(found.getAsLong()) : "none");
      }
      case Operation.ReadValues read ->
          Line.only(values(capability(KeyValues.class).readAll(id(read.instance()))));
      case Operation.ReadStatus read ->
          Line.only(
              status(
                  capability(CustomStatus.class)
                      .read(id(read.instance()), read.lastSeenVersion())));
      case Operation.Apply apply -> apply(apply);
      case Operation.ReadRows read -> rows.read(capability(StateTables.class), read);
      case Operation.ReadInbox read ->
          switch (read.what()) {
            case PENDING, COUNTS -> Inboxes.read(capability(DurableInbox.class), read);
            case INPUTS, CURSOR, WAITING -> Inboxes.read(capability(Triggers.class), read);
          };
      case Operation.Delete delete -> delete(delete);
      case Operation.RenewSessions renew ->
          Line.only(
              capability(Sessions.class)
                      .renewSessions(
                          renew.owners().stream().map(Owner::id).collect(Collectors.toSet()),
                          timing.steps(renew.steps()),
                          timing.steps(renew.idleSteps()))
                  + " renewed");
      case Operation.ReleaseSession(int owner, int session) ->
          Line.only(
              capability(Sessions.class)
                      .releaseSession(
                          Owner.id(owner), Objects.requireNonNull(Owner.session(session)))
                  ? "released"
                  : "not its session");
      case Operation.CleanUpSessions cleanUp ->
          Line.only(capability(Sessions.class).cleanupSessions() + " removed");
      case Operation.MoveTime move -> done(() -> moveTime(move.steps()));
      case Operation.Reopen reopen -> done(this::reopen);
      case Operation.OtherHandle other -> done(this::otherHandle);
    };
  }

  private <C extends Capability> C capability(Class<C> type) {
    return provider().capability(type).orElseThrow();
  }

  private static List<Line> done(Runnable work) {
    work.run();
    return Line.only("done");
  }

  private List<Line> delete(Operation.Delete delete) {
    String instanceId = id(delete.instance());
    InstanceDeletion.Counts counts =
        capability(InstanceDeletion.class).delete(List.of(instanceId), delete.force());
    deleted(instanceId);
    return Line.only(counts.toString());
  }

  /** An instance is gone. */
  void deleted(String instanceId) {
    // Only what is remembered of instances has to go too.
  }

  private List<Line> enqueue(Operation.Enqueue enqueue) {
    List<OrchestratorMessage> messages =
        enqueue.messages().stream().map(draft -> draft.message(timing)).toList();
    return done(() -> {
      if (enqueue.asList()) {
        provider().enqueueAll(messages);
      } else {
        messages.forEach(provider()::enqueue);
      }
    });
  }

  /**
   * An answer without claims is always right, so that the model claims where and as much as the
   * other one did: what it got must be what it could get.
   */
  private List<Line> claiming(Operation.Claiming claiming) {
    Duration lockFor = timing.steps(claiming.lockSteps());
    @Nullable EagerActivities scheduled =
        mostClaimed() == 0
            ? null
            : new EagerActivities(
                Math.min(mostClaimed(), MOST_CLAIMED),
                lockFor,
                claiming.taken().tags(),
                claiming.owner().claim(timing));
    @Nullable TurnAhead turn = ahead(claiming, scheduled);
    @Nullable EagerInstance instance =
        mostClaimed() == 0 && turn == null
            ? null
            : new EagerInstance(
                lockFor,
                OrchestrationFetch.DEFAULT_INLINE_HISTORY,
                claiming.taken().versions(),
                turn);
    List<Line> lines =
        new ArrayList<>(
            switch (claiming.call()) {
              case Operation.Enqueue enqueue when instance != null ->
                  done(() ->
                      note(
                          provider().enqueue(enqueue.messages().get(0).message(timing), instance)));
              case Operation.AckTurns acks -> ackTurns(acks, scheduled);
              case Operation.AckActivities acks -> ackActivities(acks, instance);
              default -> performed(claiming.call());
            });
    if (turn != null && !lines.equals(Line.only(NOTHING_TO_DO))) {
      ahead(id(Operation.Claiming.aheadOf(claiming.call()).orElseThrow()), turn, ahead)
          .ifPresent(lines::add);
    }
    if (claiming.ahead() != null && turn == null) {
      passedOver().ifPresent(lines::add);
    }
    lines.addAll(claims);
    return lines;
  }

  private @Nullable TurnAhead ahead(
      Operation.Claiming claiming, @Nullable EagerActivities scheduled) {
    TurnDraft draft = claiming.ahead();
    if (draft == null || !mayGoAhead()) {
      return null;
    }
    String instanceId = id(draft.token().instance());
    Basis known = basis(instanceId, draft.token());
    basis = known;
    return draft.ahead(instanceId, known, timing, scheduled);
  }

  private void note(EnqueueResult result) {
    Optional.ofNullable(result.eagerInstance()).ifPresent(this::noteClaimed);
    noteAhead(result.turnAhead());
  }

  private void noteAhead(@Nullable AckResult result) {
    ahead = result;
    if (result instanceof AckResult.Applied applied) {
      noteClaimed(applied.eagerActivities());
    }
  }

  /** Notes what an ack claimed. */
  AckResult noted(AckResult result) {
    if (result instanceof AckResult.Applied applied) {
      noteClaimed(applied.eagerActivities());
      noteAhead(applied.turnAhead());
      Optional.ofNullable(applied.eagerInstance()).ifPresent(this::noteClaimed);
    }
    return result;
  }

  private void noteClaimed(List<ActivityItem> items) {
    for (ActivityItem item : items) {
      claimed++;
      claimedActivities.add(item.task().identity());
      claims.add(Line.of("claimed " + words(item)));
    }
  }

  private void noteClaimed(OrchestrationItem item) {
    claimed++;
    claims.add(Line.of("claimed " + turns.add(item) + text(item)));
  }

  private List<Line> fetchTurns(Operation.Fetch fetch) {
    List<OrchestrationItem> items =
        provider()
            .fetchOrchestrationItems(
                OrchestrationFetch.of(fetch.max(), timing.steps(fetch.lockSteps()))
                    .withInlineHistory(fetch.inlineHistory())
                    .withVersionFilter(fetch.taken().versions()));
    fetched = items.stream().map(OrchestrationItem::instanceId).toList();
    return items.stream().map(item -> Line.of(turns.add(item) + text(item))).toList();
  }

  private List<Line> fetchActivities(Operation.Fetch fetch) {
    List<ActivityItem> items =
        provider()
            .fetchActivityItems(
                ActivityFetch.of(fetch.max(), timing.steps(fetch.lockSteps()))
                    .withTagFilter(fetch.taken().tags())
                    .withSession(fetch.owner().claim(timing)));
    fetched = items.stream().map(item -> item.task().identity()).toList();
    return items.stream().map(item -> Line.of(words(item))).toList();
  }

  private String words(ActivityItem item) {
    return activities.add(item)
        + " %s input=%s delivery=%d"
            .formatted(item.task(), item.task().input().asUtf8(), item.deliveryCount());
  }

  private List<Line> ackTurns(Operation.AckTurns operation, @Nullable EagerActivities eager) {
    List<OrchestrationAck> acks = new ArrayList<>();
    for (TurnDraft draft : operation.turns()) {
      turns
          .find(draft.token())
          .ifPresent(item ->
              acks.add(
                  draft
                      .ack(item, shown(item.lockToken(), draft.token()), timing, eager)
                      .withChanges(rows.changes(draft.additions().changes()))));
    }
    return acks.isEmpty() ? Line.only(NOTHING_TO_DO) : ackTurns(acks, operation.asList());
  }

  private List<Line> ackActivities(
      Operation.AckActivities operation, @Nullable EagerInstance eager) {
    List<ActivityAck> acks = new ArrayList<>();
    for (ActivityDraft draft : operation.acks()) {
      token(Queue.ACTIVITIES, draft.token())
          .ifPresent(token ->
              acks.add(draft.ack(token, eager).withChanges(rows.changes(draft.changes()))));
    }
    return acks.isEmpty() ? Line.only(NOTHING_TO_DO) : ackActivities(acks, operation.asList());
  }

  private List<Line> apply(Operation.Apply apply) {
    TokenRef shown = apply.fence();
    Optional<LockToken> fence = shown == null ? Optional.empty() : token(apply.queue(), shown);
    if (shown != null && fence.isEmpty()) {
      return Line.only(NOTHING_TO_DO);
    }
    List<Change> changes = rows.changes(apply.changes());
    try {
      return rows.applied(changes, capability(Changes.class).apply(changes, fence.orElse(null)));
    } catch (Permanent refused) {
      return rows.refused(changes, refused);
    }
  }

  private List<Line> abandon(Operation.Abandon abandon) {
    Optional<LockToken> token = token(abandon.queue(), abandon.token());
    if (token.isEmpty()) {
      return Line.only(NOTHING_TO_DO);
    }
    AbandonOptions how = new AbandonOptions(timing.steps(abandon.delaySteps()), abandon.counted());
    return done(() -> provider().abandon(token.get(), how));
  }

  private List<Line> renew(Operation.Renew renew) {
    Stream<Queue> queues = renew.asList() ? Stream.of(Queue.values()) : Stream.of(renew.queue());
    List<LockToken> tokens =
        queues
            .flatMap(queue -> renew.tokens().stream().flatMap(ref -> token(queue, ref).stream()))
            .distinct()
            .toList();
    if (tokens.isEmpty()) {
      return Line.only(NOTHING_TO_DO);
    }
    Duration extendFor = timing.steps(renew.steps());
    return renew.asList()
        ? renew(tokens, extendFor)
        : tokens.stream().flatMap(token -> renew(List.of(token), extendFor).stream()).toList();
  }

  private List<Line> renew(List<LockToken> tokens, Duration extendFor) {
    Set<LockToken> live = new HashSet<>(provider().renew(tokens, extendFor));
    List<Line> lines =
        new ArrayList<>(
            tokens.stream().map(token -> Line.of(live.remove(token) ? "live" : "lost")).toList());
    live.forEach(token -> lines.add(Line.of("a token that was not asked for")));
    return lines;
  }

  private List<Line> wrongQueue(Operation.WrongQueue wrong) {
    Queue other = wrong.queue() == Queue.TURNS ? Queue.ACTIVITIES : Queue.TURNS;
    return token(other, wrong.token())
        .map(token -> List.of(text(acked(wrong.queue(), token))))
        .orElse(Line.only(NOTHING_TO_DO));
  }

  private AckResult acked(Queue queue, LockToken token) {
    return queue == Queue.TURNS
        ? provider().ackOrchestrationItem(OrchestrationAck.builder(token, 1).build())
        : provider().ackActivityItem(ActivityAck.of(token, null));
  }

  private Optional<LockToken> token(Queue queue, TokenRef ref) {
    return queue == Queue.TURNS
        ? turns.find(ref).map(item -> shown(item.lockToken(), ref))
        : activities.find(ref).map(item -> shown(item.lockToken(), ref));
  }

  private static LockToken shown(LockToken token, TokenRef ref) {
    if (!ref.invented()) {
      return token;
    }
    return switch (token) {
      case LockToken.OfInstance(String instanceId, long epoch) ->
          new LockToken.OfInstance(instanceId, epoch + FAR);
      case LockToken.OfActivity(var activity, long epoch) ->
          new LockToken.OfActivity(activity, epoch + FAR);
    };
  }

  // ---- words

  /** The words for the answer to an ack that carried changes. */
  Line text(List<Change> changes, AckResult result) {
    return Line.of(rows.told(changes, result, text(result).text()));
  }

  static Line text(AckResult result) {
    return Line.of(
        switch (result) {
          case AckResult.Applied applied -> "Applied";
          case AckResult.AlreadyApplied already -> "AlreadyApplied";
          case AckResult.Rejected(var error) -> rejected(error.getClass());
        });
  }

  static String threw(ProviderError error) {
    return "threw " + error.getClass().getSimpleName();
  }

  static String rejected(Class<? extends ProviderError> error) {
    return "Rejected(" + error.getSimpleName() + ")";
  }

  private String text(OrchestrationItem item) {
    return " name=%s version=%s execution=%d delivery=%d%s history=%s batch=%s%s"
        .formatted(
            item.name(),
            item.version(),
            item.executionId(),
            item.deliveryCount(),
            timing.text(item.fetchedAt()),
            text(item.history()),
            item.messages().stream().map(this::text).toList(),
            item.kvSnapshot().isEmpty() ? "" : " values=" + values(item.kvSnapshot()));
  }

  private static String values(Map<String, KeyValue> values) {
    Map<String, String> texts = new TreeMap<>();
    values.forEach((key, value) -> texts.put(key, value.value().asUtf8()));
    return texts.toString();
  }

  private static String status(Optional<CustomStatus.Reading> reading) {
    return reading.map(Side::text).orElse("nothing newer");
  }

  private static String text(CustomStatus.Reading reading) {
    Payload value = reading.value();
    return (value == null ? "none" : "'" + value.asUtf8() + "'") + " version=" + reading.version();
  }

  private static String text(History history) {
    return "(%s last=%d%s)"
        .formatted(
            history.events().stream()
                .map(event ->
                    "%d:%s:%s%s"
                        .formatted(
                            event.eventId(),
                            event.kind(),
                            event.data().asUtf8(),
                            event.recordedAt().getNano()))
                .toList(),
            history.lastEventId(),
            history.complete() ? "" : " incomplete");
  }

  private String text(OrchestratorMessage message) {
    String due =
        message.due() instanceof Due.At(var moment) ? timing.text(moment) : " " + message.due();
    return message.kind()
        + " '"
        + message.body().asUtf8()
        + "'"
        + due
        + (message.start() == null ? "" : " start=" + message.start())
        + (message.messageId() == null ? "" : " id=" + message.messageId())
        + (message.discardIfUnknown() ? " drop" : "");
  }
}
