// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.VersionRange;
import dev.holdfast.worker.ActivityLimit;
import dev.holdfast.worker.Routing;
import dev.holdfast.worker.SessionSettings;
import dev.holdfast.worker.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The settings of {@link Holdfast.Builder} that say which work a worker takes, and how much of it.
 * Not thread-safe.
 *
 * @param <B> the builder
 */
public abstract sealed class ServedWork<B extends ServedWork<B>> permits Holdfast.Builder {

  private final List<Consumer<Worker.Builder>> limits = new ArrayList<>();
  private Routing routing = Routing.plain();
  private @Nullable RuntimeVersion runtimeVersion;

  ServedWork() {}

  abstract B self();

  /**
   * Limits how many of some activities run at once, or how often they begin, together. What waits
   * stays in the store and keeps nothing else waiting; what runs has slots beside those of {@link
   * Holdfast.Builder#maxConcurrentActivities}.
   *
   * @param limit the limit, for this worker or for all of the store
   * @param activities the activities; each has one limit and is registered
   * @return this
   */
  public B limit(ActivityLimit limit, Activity<?, ?>... activities) {
    Set<String> names = Arrays.stream(activities).map(Activity::name).collect(Collectors.toSet());
    limits.add(worker -> worker.limit(names, limit));
    return self();
  }

  /**
   * Limits the activities of a tag; see {@link #limit} and {@link ActivityOptions}.
   *
   * @param limit the limit, for this worker or for all of the store
   * @param tag the tag, which {@link #servesTags} names; a worker limits names or tags
   * @return this
   */
  public B limitTag(ActivityLimit limit, String tag) {
    limits.add(worker -> worker.limitTag(tag, limit));
    return self();
  }

  /**
   * Sets which activities this worker serves by the tag of their call, see {@link ActivityOptions}.
   *
   * @param filter the filter; {@link TagFilter#untagged()} unless set, so that what has a tag waits
   *     for a worker that serves it. {@link TagFilter#none()} for a worker without activities. One
   *     that names tags needs a store that declares {@link dev.holdfast.provider.Feature#TAGS}
   * @return this
   */
  public B servesTags(TagFilter filter) {
    routing = routing.withTags(filter);
    return self();
  }

  /**
   * Has this worker serve activities of sessions, see {@link ActivityOptions}; unless set it leaves
   * them to others. With the first activity of a free session it claims that session. It keeps it
   * as long as it is used, and for 5 minutes after that, and releases it when it closes. When it
   * dies, other workers get the session after 30 seconds. Needs a store that declares {@link
   * dev.holdfast.provider.Feature#SESSIONS}.
   *
   * @param most how many sessions it holds at once, from 1
   * @return this
   * @throws IllegalArgumentException when it is below 1
   */
  public B servesSessions(int most) {
    routing = routing.withSessions(SessionSettings.of(most));
    return self();
  }

  /**
   * Has this worker serve activities of sessions; see {@link #servesSessions(int)}.
   *
   * @param most how many sessions it holds at once, from 1
   * @param leaseFor how long a session stays with this worker when that has died; 100 ms or more
   * @param idleAfter how long after its last use a session is kept; not shorter than the lease and
   *     not shorter than {@link Holdfast.Builder#lockFor}
   * @return this
   * @throws IllegalArgumentException when one is out of range
   */
  public B servesSessions(int most, Duration leaseFor, Duration idleAfter) {
    routing = routing.withSessions(new SessionSettings(most, leaseFor, idleAfter));
    return self();
  }

  /**
   * Sets the version of the code that this worker runs. Executions that it begins are pinned to it:
   * workers whose {@link #servesVersions ranges} do not contain it leave them alone. An execution
   * keeps the version that began it; the next one, after continue-as-new, has that of the worker
   * that begins it. Needs a store that declares {@link
   * dev.holdfast.provider.Feature#VERSION_FILTER}.
   *
   * @param version the version; unless set, executions are begun without a pin. Without ranges this
   *     worker serves this version only
   * @return this
   */
  public B runtimeVersion(RuntimeVersion version) {
    runtimeVersion = Objects.requireNonNull(version, "version");
    return self();
  }

  /**
   * Sets which pinned executions this worker takes. It takes those without a pin in any case. Needs
   * a store that declares {@link dev.holdfast.provider.Feature#VERSION_FILTER}.
   *
   * @param ranges versions whose executions its code can replay, at least one range; any execution
   *     unless set, or that of {@link #runtimeVersion} where that is set
   * @return this
   * @throws IllegalArgumentException when there is none
   */
  public B servesVersions(VersionRange... ranges) {
    routing = routing.withVersions(new VersionFilter(List.of(ranges)));
    return self();
  }

  /** {@return which work is served; throws where the versions do not fit} */
  final Routing routing() {
    VersionFilter served = routing.versions();
    RuntimeVersion own = runtimeVersion;
    if (own == null) {
      return routing;
    }
    if (served == null) {
      return routing.withVersions(new VersionFilter(List.of(new VersionRange(own, own))));
    }
    if (!served.matches(own)) {
      throw new IllegalArgumentException(
          "the ranges of versions do not contain %s, which this worker begins executions with"
              .formatted(own));
    }
    return routing;
  }

  /** {@return what executions are pinned to that begin here, null for nothing} */
  final @Nullable RuntimeVersion runtimeVersion() {
    return runtimeVersion;
  }

  /** Says the limits to a worker. */
  final void limitActivities(Worker.Builder worker) {
    limits.forEach(limit -> limit.accept(worker));
  }

  static int atLeast(int least, String what, int value) {
    if (value < least) {
      throw new IllegalArgumentException("%s is %d; it starts at %d".formatted(what, value, least));
    }
    return value;
  }
}
