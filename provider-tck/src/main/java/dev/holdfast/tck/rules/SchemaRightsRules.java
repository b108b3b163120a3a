// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.LesserUser;
import dev.holdfast.tck.fixture.SchemaBox;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.harness.Configs;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.FixtureUnderTest;
import dev.holdfast.tck.harness.Sample;
import java.time.Duration;
import java.util.List;

/** What a user needs rights for, and what is said when they are missing. */
@RuleFamily("SCHEMA")
final class SchemaRightsRules {

  private static final Duration LOCK = Duration.ofMinutes(5);

  /**
   * Check-only opening of a current schema needs rights to the data alone.
   *
   * <p><b>Shape:</b> make a store; another user gets the rights to its data, opens it with
   * check-only, and works; the schema is as before.
   */
  @Rule("SCHEMA-03")
  void aCurrentSchemaOpensWithRightsToTheDataAlone(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    LesserUser user = lesserUser(place);
    Providers.open(place.config("store")).close();
    user.grantData("store");
    List<String> schema = box(place).schema();
    try (Provider provider = Providers.open(checkOnly(user.config("store")))) {
      work(provider);
    }
    Expect.equal("Check-only opening changed the schema.", schema, box(place).schema());
  }

  private static void work(Provider provider) {
    provider.enqueue(Sample.start("order", Sample.NAME, Sample.VERSION));
    OrchestrationItem item =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)).get(0);
    Expect.applied(
        provider.ackOrchestrationItem(
            OrchestrationAck.builder(item.lockToken(), 1)
                .historyDelta(Sample.events(1, 3))
                .build()));
    Expect.equal(
        "The history is not what was acked.",
        Sample.events(1, 3),
        provider.readHistory("order", 1, 0, 10).events());
  }

  /**
   * The error of a user who may not make the store names the right and the statement to grant it.
   *
   * <p><b>Shape:</b> a user who may make nothing opens an empty place: Misconfigured with the words
   * that the fixture expects, and the place is as empty as before.
   */
  @Rule("SCHEMA-10")
  void theRightToMakeAStoreIsNamed(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    LesserUser user = lesserUser(place);
    expectNamed(user.config("store"), user.wordsForMaking());
    Expect.none("A user without the right to do so made something.", place.contents());
  }

  /**
   * The error of a user who may not use a store names the right and the statement to grant it.
   *
   * <p><b>Shape:</b> a user without rights to the data opens a store of another in both modes.
   */
  @Rule("SCHEMA-10")
  void theRightsToUseAStoreAreNamed(FixtureUnderTest f) {
    StorePlace place = f.freshPlace();
    LesserUser user = lesserUser(place);
    Providers.open(place.config("store")).close();
    List<String> schema = box(place).schema();
    expectNamed(user.config("store"), user.wordsForUsing("store"));
    expectNamed(checkOnly(user.config("store")), user.wordsForUsing("store"));
    Expect.equal(
        "A user without rights changed the schema of a store.", schema, box(place).schema());
  }

  private static void expectNamed(ProviderConfig config, List<String> words) {
    Misconfigured error =
        Expect.thrown(
            "A user without rights opened a store.",
            Misconfigured.class,
            () -> Providers.open(config).close());
    String message = String.valueOf(error.getMessage());
    Expect.that(
        "The error does not name the missing right and the statement to grant it.",
        "a message with all of " + words,
        message,
        words.stream().allMatch(message::contains));
  }

  private static LesserUser lesserUser(StorePlace place) {
    return place.lesserUser().orElseThrow(() -> new NotMeasured(FixturePart.LESSER_USER));
  }

  private static SchemaBox box(StorePlace place) {
    return place.schemaBox("store").orElseThrow(() -> new NotMeasured(FixturePart.SCHEMA_BOX));
  }

  private static ProviderConfig checkOnly(ProviderConfig config) {
    return Configs.like(config).schemaMode(SchemaMode.CHECK_ONLY).build();
  }
}
