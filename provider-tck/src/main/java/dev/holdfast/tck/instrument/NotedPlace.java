// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.CrashTarget;
import dev.holdfast.tck.fixture.LesserUser;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.report.Legible;
import java.util.List;
import java.util.Optional;

/**
 * A place that notes which of its stores are about to be opened, because a provider's error need
 * not name them. Thread-safe.
 *
 * @param place the place
 * @param log where it is noted
 */
public record NotedPlace(StorePlace place, CallLog log) implements StorePlace {

  @Override
  public ProviderConfig config(String name) {
    log.note("configuration of the store " + Legible.quoted(name));
    return place.config(name);
  }

  @Override
  public List<String> contents() {
    return place.contents();
  }

  @Override
  public Optional<CrashTarget> crashTarget(String name) {
    log.note("crash target of the store " + Legible.quoted(name));
    return place.crashTarget(name);
  }

  @Override
  public Optional<SchemaBox> schemaBox(String name) {
    return place.schemaBox(name);
  }

  @Override
  public Optional<LesserUser> lesserUser() {
    return place.lesserUser();
  }

  @Override
  public void close() {
    place.close();
  }
}
