// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.http.Request;
import dev.holdfast.console.json.Veil;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.runtime.HoldfastClient;
import java.util.Optional;

/**
 * The store that is looked at.
 *
 * @param provider its handle
 * @param client the runtime's client on it
 * @param veil what of its payloads may be seen
 */
public record OpenStore(Provider provider, HoldfastClient client, Veil veil) {

  private static final int PAGE = 50;
  private static final int LARGEST_PAGE = 200;

  /**
   * Returns the calls of a feature.
   *
   * @throws HttpProblem when the store does not declare it; the page shows it as absent
   */
  <C extends Capability> C need(Feature feature, Class<C> type) {
    return ask(type)
        .orElseThrow(() ->
            new HttpProblem(
                404,
                "absent",
                "the provider \"%s\" does not declare %s"
                    .formatted(provider.info().id(), feature)));
  }

  /** {@return the calls of a feature, empty when the store does not declare it} */
  <C extends Capability> Optional<C> ask(Class<C> type) {
    return provider.capability(type);
  }

  InstanceAdmin admin() {
    return need(Feature.INSTANCE_ADMIN, InstanceAdmin.class);
  }

  /** {@return how many rows a page of a list has} */
  int limit(Request request) {
    int most = Math.min(LARGEST_PAGE, provider.info().limits().maxPageSize());
    return (int) request.number("limit", Math.min(PAGE, most), 1, most);
  }
}
