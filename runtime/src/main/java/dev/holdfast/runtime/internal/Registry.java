// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal;

import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFunction;
import dev.holdfast.runtime.Orchestration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a worker can run. Immutable after {@link Builder#build}. */
public final class Registry {

  private final Map<String, RegisteredActivity<?, ?>> activities;
  private final Map<Key, Orchestration<?, ?>> orchestrations;

  private Registry(Builder builder) {
    activities = Map.copyOf(builder.activities);
    orchestrations = Map.copyOf(builder.orchestrations);
  }

  /** {@return the activity of a name, or null} */
  public @Nullable RegisteredActivity<?, ?> activity(String name) {
    return activities.get(name);
  }

  /** {@return the orchestration of exactly this name and version, or null} */
  public @Nullable Orchestration<?, ?> orchestration(String name, @Nullable String version) {
    return orchestrations.get(new Key(name, version));
  }

  /** {@return the names of all activities} */
  public Set<String> activities() {
    return activities.keySet();
  }

  /** {@return names and versions of all orchestrations} */
  public Set<OrchestrationCode> orchestrations() {
    return orchestrations.keySet().stream()
        .map(key -> new OrchestrationCode(key.name(), key.version()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * An activity with its code.
   *
   * @param activity name and types
   * @param function the code
   */
  public record RegisteredActivity<I extends @Nullable Object, O extends @Nullable Object>(
      Activity<I, O> activity, ActivityFunction<I, O> function) {}

  private record Key(String name, @Nullable String version) {}

  /** Collects registrations. Not thread-safe. */
  public static final class Builder {
    private final Map<String, RegisteredActivity<?, ?>> activities = new HashMap<>();
    private final Map<Key, Orchestration<?, ?>> orchestrations = new HashMap<>();

    /** Adds an activity. */
    public <I extends @Nullable Object, O extends @Nullable Object> void add(
        Activity<I, O> activity, ActivityFunction<I, O> function) {
      if (activities.putIfAbsent(activity.name(), new RegisteredActivity<>(activity, function))
          != null) {
        throw new IllegalArgumentException(
            "the activity \"%s\" is registered twice".formatted(activity));
      }
    }

    /** Adds an orchestration. */
    public void add(Orchestration<?, ?> orchestration) {
      if (orchestration.function().isEmpty()) {
        throw new IllegalArgumentException(
            "the orchestration \"%s\" is a reference without code".formatted(orchestration));
      }
      Key key = new Key(orchestration.name(), orchestration.version().orElse(null));
      if (orchestrations.putIfAbsent(key, orchestration) != null) {
        throw new IllegalArgumentException(
            "the orchestration \"%s\" is registered twice".formatted(orchestration));
      }
    }

    /** Adds orchestrations of the runtime's own, where there are others. */
    public void addBesideOthers(Orchestration<?, ?>... own) {
      if (!orchestrations.isEmpty()) {
        List.of(own).forEach(this::add);
      }
    }

    /** {@return the finished registry} */
    public Registry build() {
      return new Registry(this);
    }
  }
}
