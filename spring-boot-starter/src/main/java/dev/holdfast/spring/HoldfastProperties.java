// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import dev.holdfast.provider.SchemaMode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the properties {@code holdfast.*} say. What is null leaves the setting as it is without
 * Spring.
 *
 * @param enabled whether there is anything of Holdfast
 * @param url where the store is, such as {@code sqlite:orders.db}; null to use a {@code DataSource}
 *     of the application
 * @param provider the id of the provider, where several accept the URL
 * @param schemaMode what opening the store does about its schema
 * @param options options of the provider by name
 * @param worker the worker
 */
@ConfigurationProperties("holdfast")
public record HoldfastProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String url,
    @Nullable String provider,
    @Nullable SchemaMode schemaMode,
    @DefaultValue Map<String, String> options,
    @DefaultValue Worker worker) {

  /** Copies the options. */
  public HoldfastProperties {
    options = Map.copyOf(options);
  }

  /**
   * What the properties {@code holdfast.worker.*} say.
   *
   * @param enabled whether this application works; without a worker it only has the client
   * @param maxConcurrentTurns how many instances are worked on at once
   * @param maxConcurrentActivities how many activities run at once
   * @param lockFor how long work stays locked when its worker dies
   * @param cacheSize how many waiting executions stay in memory
   * @param maxDeliveries after how many deliveries without a result work is failed as poison
   * @param redelivery how long work is kept back before it is delivered again
   * @param failUnrunnable whether work that this worker cannot run fails in the end
   * @param closeGrace how long to wait for what is under way when the application stops
   * @param blockedCodeAfter for how long orchestration code may run without a wait until a warning
   * @param servesTags tags of the activities that this worker serves besides those without a tag
   * @param servesSessions how many sessions this worker holds at once
   * @param runtimeVersion the version of the code, such as {@code 1.10.0}
   */
  public record Worker(
      @DefaultValue("true") boolean enabled,
      @Nullable Integer maxConcurrentTurns,
      @Nullable Integer maxConcurrentActivities,
      @Nullable Duration lockFor,
      @Nullable Integer cacheSize,
      @Nullable Integer maxDeliveries,
      @DefaultValue Redelivery redelivery,
      @Nullable Boolean failUnrunnable,
      @Nullable Duration closeGrace,
      @Nullable Duration blockedCodeAfter,
      @DefaultValue List<String> servesTags,
      @Nullable Integer servesSessions,
      @Nullable String runtimeVersion) {

    /** Copies the tags. */
    public Worker {
      servesTags = List.copyOf(servesTags);
    }
  }

  /**
   * What the properties {@code holdfast.worker.redelivery.*} say.
   *
   * @param first how long the first time
   * @param max how long at most
   */
  public record Redelivery(@DefaultValue("1s") Duration first, @DefaultValue("1m") Duration max) {}
}
