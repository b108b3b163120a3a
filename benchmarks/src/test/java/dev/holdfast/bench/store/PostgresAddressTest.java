// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

/** The provider's URLs, for the driver. */
class PostgresAddressTest {

  @Test
  void credentialsAndDriverOptionsBecomeProperties() {
    PostgresAddress address =
        new PostgresAddress(
            "postgres://me:p%40ss@db.example:5433/orders?poolSize=4&sslmode=require");

    assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:5433/orders");
    assertThat(address.properties())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("user", "me", "password", "p@ss", "sslmode", "require"));
  }

  @Test
  void aUrlOfTheDriverStaysAsItIs() {
    PostgresAddress address = new PostgresAddress("jdbc:postgresql://db.example/orders?user=me");

    assertThat(address.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example/orders");
    assertThat(address.properties()).containsEntry("user", "me");
  }
}
