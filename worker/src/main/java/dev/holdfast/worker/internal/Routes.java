// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.worker.Routing;
import dev.holdfast.worker.SessionSettings;
import dev.holdfast.worker.WorkerSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a worker serves, as its calls to the store say it. Fetches and claims say the same, so that
 * no work comes eagerly that would not be fetched. Immutable.
 */
final class Routes {

  private static final String OPERATION = "Worker.start";

  private final Routing routing;
  private final Duration lockFor;
  private final @Nullable SessionClaim session;

  private Routes(Routing routing, Duration lockFor, @Nullable SessionClaim session) {
    this.routing = routing;
    this.lockFor = lockFor;
    this.session = session;
  }

  /**
   * Creates them for a worker.
   *
   * @param owner in whose name it holds sessions
   * @throws ProviderError.NotSupported when the store does not declare what the settings need
   * @throws ProviderError.InvalidRequest when they name more tags than the store takes
   */
  static Routes of(ProviderInfo store, WorkerSettings settings, String owner) {
    Routing routing = settings.routing();
    SessionSettings sessions = routing.sessions();
    SessionClaim claim =
        sessions == null ? null : new SessionClaim(owner, sessions.leaseFor(), sessions.most());
    Routes routes = new Routes(routing, settings.lockFor(), claim);
    RequestChecks checks = new RequestChecks(store);
    checks.check(OPERATION, routes.activities(1));
    checks.check(OPERATION, routes.instance(0));
    return routes;
  }

  /** {@return whether the activity may be one for this worker; the store decides about sessions} */
  boolean mayServe(ActivityTask task) {
    return routing.tags().matches(task.tag()) && (task.sessionId() == null || session != null);
  }

  /** {@return the fetch, for what is served here} */
  ActivityFetch with(ActivityFetch fetch) {
    return fetch.withTagFilter(routing.tags()).withSession(session);
  }

  /** {@return the fetch, for what is served here} */
  OrchestrationFetch with(OrchestrationFetch fetch) {
    return fetch.withVersionFilter(routing.versions());
  }

  /** {@return a claim of so many of the activities that a turn schedules} */
  EagerActivities activities(int most) {
    return new EagerActivities(most, lockFor, routing.tags(), session);
  }

  /** {@return a claim of the instance that a call makes ready} */
  EagerInstance instance(int inlineHistory) {
    return new EagerInstance(lockFor, inlineHistory, routing.versions());
  }
}
