// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.internal.Checks;
import dev.holdfast.provider.state.AuditEntry;
import dev.holdfast.provider.state.AuditQuery;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.stream.StreamLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Refuses, before anything is written, what can be refused without reading the store: features that
 * are not declared (SPI-08), payloads over the limit (DATA-02), activities and completions that do
 * not belong to the lock (ATOM-17, QUEUE-20), tokens of the wrong kind (LOCK-04).
 *
 * <p>A provider makes one for its {@link ProviderInfo} and calls it first thing in each call,
 * before it takes a connection or begins a transaction, so that a refusal costs nothing and leaves
 * lock, batch and counts alone (ERR-07). In list forms of {@code enqueue} all elements are checked
 * before the first is written (QUEUE-16); in list forms of acks each ack is checked for itself, and
 * what is thrown becomes the {@link dev.holdfast.provider.AckResult.Rejected} of that ack
 * (ATOM-11). In an ack the check may also follow the recognition of a repeat (ATOM-08).
 *
 * <p>What the values refuse when they are built is not checked again: identifiers, ids below 1,
 * durations and due times out of range. What depends on the store stays with the provider: whether
 * the handle is open, whether the lock is live, event ids against the stored history and each
 * other, activity identities that are queued, message ids that were used. Immutable and
 * thread-safe.
 */
public final class RequestChecks {

  /** The least that every provider with changes takes in one call (CHANGE-20). */
  public static final int FEWEST_MAX_CHANGES = 1_000;

  private final ProviderInfo info;
  private final ChangeChecks changes;
  private final StreamChecks streams;
  private final TurnChecks turns = new TurnChecks(this);

  /**
   * Creates the checks of one provider, which takes {@value #FEWEST_MAX_CHANGES} changes in a call
   * if it takes changes.
   *
   * @param info what it declares
   */
  public RequestChecks(ProviderInfo info) {
    this.info = info;
    streams = new StreamChecks(this, StreamLimits.floor(info.limits()));
    changes = new ChangeChecks(this, FEWEST_MAX_CHANGES, streams);
  }

  /** {@return the checks of calls of streams, snapshots and projections, with the least limits} */
  public StreamChecks streams() {
    return streams;
  }

  /**
   * Checks a fetch of orchestration items.
   *
   * @param operation the SPI call, for the error
   * @param request the request
   * @throws NotSupported when it has a version filter and that is not declared (VERSION-01)
   */
  public void check(String operation, OrchestrationFetch request) {
    checkVersions(operation, request.versionFilter());
  }

  /**
   * Checks a claim of an instance like a fetch, whether claims are honoured or not.
   *
   * @param operation the SPI call, for the error
   * @param eager the claim
   * @throws NotSupported when it has a version filter and that is not declared (VERSION-01)
   */
  public void check(String operation, EagerInstance eager) {
    checkVersions(operation, eager.versionFilter());
  }

  /**
   * Checks a claim of activities like a fetch, whether claims are honoured or not.
   *
   * @param operation the SPI call, for the error
   * @param eager the claim
   * @throws NotSupported when it names a tag or claims sessions and that is not declared (TAG-01,
   *     SESSION-01)
   * @throws InvalidRequest when it names too many tags (TAG-06)
   */
  public void check(String operation, EagerActivities eager) {
    checkServed(operation, eager.tagFilter(), eager.session());
  }

  /**
   * Checks a fetch of activity items.
   *
   * @param operation the SPI call, for the error
   * @param request the request
   * @throws NotSupported when it names a tag or claims sessions and that is not declared (TAG-01,
   *     SESSION-01)
   * @throws InvalidRequest when it names too many tags (TAG-06)
   */
  public void check(String operation, ActivityFetch request) {
    checkServed(operation, request.tagFilter(), request.session());
  }

  /**
   * Checks an orchestration ack with its claim.
   *
   * @param operation the SPI call, for the error
   * @param ack the ack
   * @throws LockLost when the token is one for an activity (LOCK-04)
   * @throws NotSupported when it uses a feature that is not declared (SPI-08)
   * @throws InvalidRequest when a payload is over the limit, or an activity or cancellation does
   *     not belong to the locked instance, or an activity not to the acked execution (ATOM-17), or
   *     there are too many changes (CHANGE-20)
   */
  public void check(String operation, OrchestrationAck ack) {
    turns.check(operation, instanceToken(operation, ack.lockToken()).instanceId(), ack.content());
    changes.check(operation, ack.changes());
  }

  /**
   * Checks changes that come alone, and their fence.
   *
   * @param operation the SPI call, for the error
   * @param changes the changes
   * @param fence the fence, null for none
   * @throws NotSupported when a kind of change or the kind of fence belongs to a feature that is
   *     not declared (CHANGE-01)
   * @throws InvalidRequest when there are too many (CHANGE-20), or a payload is over the limit
   */
  public void check(String operation, List<Change> changes, @Nullable Fence fence) {
    switch (fence) {
      case null -> {}
      case LockToken lock -> {}
      case LeaseToken lease -> require(operation, Feature.LEASES);
      case InboxToken message -> require(operation, Feature.INBOX);
    }
    this.changes.check(operation, changes);
  }

  /**
   * Checks the content of a turn ahead as that of an ack. It is no reason to refuse the call that
   * carries it.
   *
   * @param operation the SPI call, for the error
   * @param instanceId the instance that the call addresses
   * @param turn the turn
   * @return why it cannot be applied (AHEAD-05), null when it can
   */
  public ProviderError.@Nullable Permanent refusal(
      String operation, String instanceId, TurnAhead turn) {
    try {
      turns.check(operation, instanceId, turn.content());
      return null;
    } catch (ProviderError.Permanent e) {
      return e;
    }
  }

  /**
   * Checks an activity ack with its claim.
   *
   * @param operation the SPI call, for the error
   * @param ack the ack
   * @throws LockLost when the token is one for an instance (LOCK-04)
   * @throws NotSupported when the claim or a change needs a feature that is not declared (SPI-08)
   * @throws InvalidRequest when the completion is over the limit or addressed to another instance
   *     (QUEUE-20), or there are too many changes (CHANGE-20)
   */
  public void check(String operation, ActivityAck ack) {
    LockToken.OfActivity token = activityToken(operation, ack.lockToken());
    if (ack.eager() != null) {
      check(operation, ack.eager());
    }
    if (ack.completion() != null) {
      checkCompletion(operation, token, ack.completion());
    }
    changes.check(operation, ack.changes());
  }

  private void checkCompletion(
      String operation, LockToken.OfActivity token, OrchestratorMessage completion) {
    check(operation, completion);
    if (!completion.instanceId().equals(token.instanceId())) {
      throw new InvalidRequest(
          operation,
          token.instanceId(),
          "the completion is addressed to instance %s; it goes to the activity's own instance"
              .formatted(completion.instanceId()));
    }
  }

  /**
   * Checks a message.
   *
   * @param operation the SPI call, for the error
   * @param message the message
   * @throws InvalidRequest when its body is over the limit (DATA-02)
   */
  public void check(String operation, OrchestratorMessage message) {
    checkSize(
        operation, message.instanceId(), "the body of message " + message.kind(), message.body());
  }

  /**
   * Computes when a message becomes visible: its due time by the store's clock, and now for one in
   * the past (QUEUE-03, CLOCK-08).
   *
   * @param operation the SPI call, for the error
   * @param message the message
   * @param nowMicros the store's time of the call, in microseconds since 1970
   * @return {@code visibleAt}, in microseconds since 1970
   * @throws InvalidRequest when that is beyond the year 9999 (QUEUE-05)
   */
  public static long visibleAt(String operation, OrchestratorMessage message, long nowMicros) {
    return switch (message.due()) {
      case Due.Now now -> nowMicros;
      case Due.At(Instant instant) -> Math.max(nowMicros, StoreTime.toMicros(instant));
      case Due.In(Duration delay) -> {
        if (delay.compareTo(StoreTime.between(nowMicros, StoreTime.MAX)) > 0) {
          throw new InvalidRequest(
              operation,
              message.instanceId(),
              "the message is due in %s, which is beyond the year 9999".formatted(delay));
        }
        yield StoreTime.plus(nowMicros, delay);
      }
    };
  }

  /**
   * Checks the messages of a list form, all of them (QUEUE-16).
   *
   * @param operation the SPI call, for the error
   * @param messages the messages
   * @throws InvalidRequest when a body is over the limit (DATA-02)
   */
  public void check(String operation, List<OrchestratorMessage> messages) {
    messages.forEach(message -> check(operation, message));
  }

  /**
   * Checks the arguments of {@link dev.holdfast.provider.Provider#readHistory}.
   *
   * @param operation the SPI call, for the error
   * @param instanceId the instance
   * @param executionId the execution
   * @param afterEventId the last event id already known
   * @param limit the most events to return
   * @throws InvalidRequest when one is out of range (DATA-05, DATA-06)
   */
  public void checkRead(
      String operation, String instanceId, long executionId, long afterEventId, int limit) {
    checkInstanceId(operation, instanceId);
    Checks.atLeastOne(operation, "executionId", executionId);
    Checks.notNegative(operation, "afterEventId", afterEventId);
    Checks.atLeastOne(operation, "limit", limit);
  }

  /**
   * Checks an instance id.
   *
   * @param operation the SPI call, for the error
   * @param instanceId the id
   * @throws InvalidRequest when it is not well formed (DATA-05)
   */
  public void checkInstanceId(String operation, String instanceId) {
    Checks.identifier(operation, "instanceId", instanceId);
  }

  /**
   * Checks instance and key of a read of one key-value.
   *
   * @param operation the SPI call, for the error
   * @param instanceId the instance
   * @param key the key
   * @throws InvalidRequest when one is not well formed (KV-17)
   */
  public void checkKey(String operation, String instanceId, String key) {
    checkInstanceId(operation, instanceId);
    Checks.identifier(operation, "key", key);
  }

  /**
   * Checks the text of a problem.
   *
   * @param operation the SPI call, for the error
   * @param problem the text
   * @throws InvalidRequest when it is empty or longer than {@link
   *     InstanceDescription#MAX_PROBLEM_LENGTH} (DESCRIBE-07)
   */
  public void checkProblem(String operation, String problem) {
    int most = InstanceDescription.MAX_PROBLEM_LENGTH;
    if (problem.isEmpty() || problem.length() > most) {
      throw new InvalidRequest(
          operation,
          "the problem has %d characters; 1 to %d are allowed".formatted(problem.length(), most));
    }
  }

  /**
   * Checks the version of a custom status that a reader has seen.
   *
   * @param operation the SPI call, for the error
   * @param lastSeenVersion the version, 0 for none
   * @throws InvalidRequest when it is negative (STATUS-06)
   */
  public void checkLastSeenVersion(String operation, long lastSeenVersion) {
    Checks.notNegative(operation, "lastSeenVersion", lastSeenVersion);
  }

  /**
   * Checks a query for a list of instances, all but its page token, which {@link PageToken} reads.
   *
   * @param operation the SPI call, for the error
   * @param query the query
   * @throws InvalidRequest when the page is larger than the limits say (ADMIN-04)
   */
  public void check(String operation, InstanceQuery query) {
    checkPageSize(operation, query.limit());
  }

  /**
   * Checks the size of a page.
   *
   * @param operation the SPI call, for the error
   * @param limit the most rows
   * @throws InvalidRequest when it is below 1 or more than the limits say (ADMIN-04, LEASE-12)
   */
  public void checkPageSize(String operation, int limit) {
    Checks.atLeastOne(operation, "limit", limit);
    int most = info.limits().maxPageSize();
    if (limit > most) {
      throw new InvalidRequest(
          operation, "a page of %d rows; at most %d are allowed".formatted(limit, most));
    }
  }

  /**
   * Checks the arguments of an acquisition of a lease.
   *
   * @param operation the SPI call, for the error
   * @param name the name of the lease
   * @param holder the label of the holder
   * @param leaseFor how long from now
   * @throws InvalidRequest when one is not well formed or out of range (LEASE-05)
   */
  public void checkLease(String operation, String name, String holder, Duration leaseFor) {
    checkLeaseName(operation, name);
    Checks.identifier(operation, "holder", holder);
    Checks.positive(operation, "leaseFor", leaseFor);
  }

  /**
   * Checks the name of a lease.
   *
   * @param operation the SPI call, for the error
   * @param name the name
   * @throws InvalidRequest when it is not well formed (DATA-05)
   */
  public void checkLeaseName(String operation, String name) {
    Checks.identifier(operation, "name", name);
  }

  /**
   * Checks the arguments of a clean-up.
   *
   * @param operation the SPI call, for the error
   * @param before the moment before which what is removed has ended or was stored
   * @param limit the most to remove
   * @return the moment in microseconds since 1970
   * @throws InvalidRequest when one is out of range (LEASE-13, AUDIT-09)
   */
  public long checkCleanUp(String operation, Instant before, int limit) {
    Checks.atLeastOne(operation, "limit", limit);
    return StoreTime.toMicros(Checks.instant(operation, "the moment", before));
  }

  /**
   * Checks a query of the audit log, all but its page token, which {@link AuditPlace} reads.
   *
   * @param operation the SPI call, for the error
   * @param query the query
   * @throws InvalidRequest when the page is larger than the limits say (AUDIT-07)
   */
  public void check(String operation, AuditQuery query) {
    checkPageSize(operation, query.limit());
  }

  /**
   * Tells whether the data of an audit entry is within the limits. An entry that is not is dropped
   * and never refused with an error (AUDIT-01).
   *
   * @param entry the entry
   * @return whether it may be stored
   */
  public boolean fits(AuditEntry entry) {
    return entry.data().size() <= info.limits().maxPayloadBytes();
  }

  /**
   * Checks how long a flush may wait.
   *
   * @param operation the SPI call, for the error
   * @param within the duration
   * @throws InvalidRequest when it is negative (AUDIT-05)
   */
  public void checkWithin(String operation, Duration within) {
    Checks.notNegative(operation, "within", within);
  }

  /**
   * Checks an execution of an instance.
   *
   * @param operation the SPI call, for the error
   * @param instanceId the id
   * @param executionId the execution
   * @throws InvalidRequest when one is not well formed (DATA-05)
   */
  public void checkExecution(String operation, String instanceId, long executionId) {
    checkInstanceId(operation, instanceId);
    Checks.atLeastOne(operation, "executionId", executionId);
  }

  /**
   * Checks how far a lock is to be prolonged.
   *
   * @param operation the SPI call, for the error
   * @param extendFor the duration
   * @throws InvalidRequest when it is not positive (EXPIRY-09)
   */
  public void checkExtension(String operation, Duration extendFor) {
    Checks.positive(operation, "extendFor", extendFor);
  }

  /**
   * Checks the arguments of a renewal of sessions.
   *
   * @param operation the SPI call, for the error
   * @param owners the owner ids
   * @param extendFor how long from now
   * @param idleTimeout how long ago the last use may be
   * @throws InvalidRequest when one is out of range (SESSION-09, SESSION-21)
   */
  public void checkSessions(
      String operation, Set<String> owners, Duration extendFor, Duration idleTimeout) {
    owners.forEach(owner -> Checks.identifier(operation, "owner", owner));
    Checks.positive(operation, "extendFor", extendFor);
    Checks.notNegative(operation, "idleTimeout", idleTimeout);
  }

  /**
   * Checks who releases which session.
   *
   * @param operation the SPI call, for the error
   * @param owner the owner id
   * @param sessionId the session
   * @throws InvalidRequest when an id is not well formed (SESSION-09)
   */
  public void checkSession(String operation, String owner, String sessionId) {
    Checks.identifier(operation, "owner", owner);
    Checks.identifier(operation, "sessionId", sessionId);
  }

  /**
   * Requires a token for an instance.
   *
   * @param operation the SPI call, for the error
   * @param token the token
   * @return the token
   * @throws LockLost when it is one for an activity (LOCK-04)
   */
  public LockToken.OfInstance instanceToken(String operation, LockToken token) {
    return switch (token) {
      case LockToken.OfInstance ofInstance -> ofInstance;
      case LockToken.OfActivity ofActivity ->
          throw new LockLost(
              operation, token, "this is the token of an activity, not of an instance");
    };
  }

  /**
   * Requires a token for an activity.
   *
   * @param operation the SPI call, for the error
   * @param token the token
   * @return the token
   * @throws LockLost when it is one for an instance (LOCK-04)
   */
  public LockToken.OfActivity activityToken(String operation, LockToken token) {
    return switch (token) {
      case LockToken.OfActivity ofActivity -> ofActivity;
      case LockToken.OfInstance ofInstance ->
          throw new LockLost(
              operation, token, "this is the token of an instance, not of an activity");
    };
  }

  /**
   * Returns the refusal of an ack after which an instance would have more key-values than the store
   * takes (KV-24).
   *
   * @param operation the operation that is refused
   * @param instanceId the instance
   * @param keys how many keys clients would see
   * @param most the limit, {@link dev.holdfast.provider.Limits#maxKeysPerInstance}
   * @return the refusal
   */
  public static InvalidRequest tooManyKeys(
      String operation, String instanceId, long keys, int most) {
    return new InvalidRequest(
        operation,
        instanceId,
        "would have %d key-values; this provider takes %d per instance".formatted(keys, most));
  }

  private void checkVersions(String operation, @Nullable VersionFilter filter) {
    if (filter != null) {
      require(operation, Feature.VERSION_FILTER);
    }
  }

  private void checkServed(String operation, TagFilter filter, @Nullable SessionClaim session) {
    if (session != null) {
      require(operation, Feature.SESSIONS);
    }
    switch (filter) {
      case TagFilter.Simple simple -> {}
      case TagFilter.Tags(Set<String> names) -> checkTags(operation, names);
      case TagFilter.UntaggedOr(Set<String> names) -> checkTags(operation, names);
    }
  }

  private void checkTags(String operation, Set<String> names) {
    require(operation, Feature.TAGS);
    int most = info.limits().maxTagsPerFilter();
    if (names.size() > most) {
      throw new InvalidRequest(
          operation,
          "the filter names %d tags; at most %d are allowed".formatted(names.size(), most));
    }
  }

  void checkSize(String operation, @Nullable String instanceId, String what, Payload payload) {
    int most = info.limits().maxPayloadBytes();
    if (payload.size() > most) {
      throw new InvalidRequest(
          operation,
          instanceId,
          "%s has %d bytes; at most %d are allowed".formatted(what, payload.size(), most));
    }
  }

  void require(String operation, Feature feature) {
    if (!declares(feature)) {
      throw new NotSupported(operation, feature);
    }
  }

  boolean declares(Feature feature) {
    return info.declares(feature);
  }
}
