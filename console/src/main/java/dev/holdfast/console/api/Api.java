// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderInfo;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Everything under {@code /api}. Thread-safe once it is made. */
public final class Api implements AutoCloseable {

  private final OpenStore store;
  private final Shown shown;
  private final Totals totals;
  private final Routes routes = new Routes();

  /**
   * What the page says of itself.
   *
   * @param name the store, without passwords
   * @param actions whether anything may be changed
   * @param version the version of the program
   */
  public record Shown(String name, boolean actions, String version) {}

  /**
   * Creates it.
   *
   * @param store the store
   * @param shown what the page says of itself
   * @param states states of streams
   */
  public Api(OpenStore store, Shown shown, StreamStates states) {
    this.store = store;
    this.shown = shown;
    totals = new Totals(store);
    routes.question("info", request -> info());
    routes.question("totals", request -> totals.json());
    new InstanceListApi(store).add(routes);
    new InstanceApi(store).add(routes);
    new HistoryApi(store).add(routes);
    new RunApi(store).add(routes);
    new StreamApi(store, states).add(routes);
    new ProjectionApi(store).add(routes);
    new InstanceActions(store).add(routes);
    new RunActions(store).add(routes);
  }

  /** {@return what can be asked and done} */
  public Routes routes() {
    return routes;
  }

  private ObjectNode info() {
    ProviderInfo info = store.provider().info();
    List<String> features = info.features().stream().map(Feature::name).sorted().toList();
    ObjectNode object =
        Json.object()
            .put("store", shown.name())
            .put("provider", info.id())
            .put("providerVersion", info.version())
            .put("version", shown.version())
            .put("actions", shown.actions())
            .put("hidesPayloads", store.veil().hides());
    object.set("features", Json.texts(features));
    return object;
  }

  @Override
  public void close() {
    totals.close();
  }
}
