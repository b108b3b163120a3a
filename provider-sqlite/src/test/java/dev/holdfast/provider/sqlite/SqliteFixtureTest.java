// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.tck.fixture.StorePlace;
import dev.holdfast.tck.fixture.TestStore;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A store that the fixture copies is as one that the provider makes. */
class SqliteFixtureTest {

  private final SqliteFixture fixture = new SqliteFixture();

  @Test
  void aFreshStoreIsAsOneThatIsMade() {
    try (TestStore copied = fixture.freshStore("copied");
        StorePlace place = fixture.freshPlace("made").orElseThrow()) {
      SqliteSchemaBox copy = new SqliteSchemaBox(file(copied.config().orElseThrow()));
      assertThat(copy.schema()).as("there before it is opened").isNotEmpty();
      copied.open().close();
      ProviderConfig config = place.config("made.db");
      Providers.open(config).close();
      SqliteSchemaBox made = new SqliteSchemaBox(file(config));
      assertThat(copy.schema()).isEqualTo(made.schema());
      assertThat(copy.rows()).isEqualTo(made.rows());
    }
  }

  private static Path file(ProviderConfig config) {
    Path file = SqliteOptions.parse(config).file();
    assertThat(file).isNotNull();
    return file;
  }
}
