// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

class PostgresOptionsTest {

  private static PostgresOptions parse(String url) {
    return PostgresOptions.parse(ProviderConfig.url(url).build());
  }

  @Test
  void aUrlSaysWhereAndWho() {
    PostgresOptions options =
        parse("postgres://us%40er:p%3Aw%2B+d@db.example:6432/orders?schema=shop&sslmode=require");
    assertThat(options.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:6432/orders");
    assertThat(options.schema().name()).isEqualTo("shop");
    assertThat(options.driver())
        .containsEntry("user", "us@er")
        .containsEntry("password", "p:w++d")
        .containsEntry("sslmode", "require");
    assertThat(options.toString()).doesNotContain("p:w");
  }

  @Test
  void whatIsNotSaidIsSensible() {
    PostgresOptions options = parse("postgresql://localhost/orders");
    assertThat(options.schema().name()).isEqualTo("holdfast");
    assertThat(options.poolSize()).isEqualTo(8);
    assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.callTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.listen()).isTrue();
    assertThat(options.takeover()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.pinPlans()).isTrue();
    assertThat(options.driver()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "poolsize=4",
        "poolSize=1",
        "poolSize=many",
        "connectTimeoutMillis=-1",
        "callTimeoutMillis=0",
        "listen=yes",
        "takeoverMillis=0",
        "takeoverMillis=false",
        "pinPlans=1",
        "schema=pg_catalog",
        "schema=",
        "schema=0123456789012345678901234567890123456789012345678901234567890123"
      })
  void whatMakesNoSenseIsNamed(String option) {
    assertThatThrownBy(() -> parse("postgres://localhost/orders?" + option))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining(
            option.startsWith("schema=pg")
                ? "pg_catalog"
                : option.substring(0, option.indexOf('=')));
  }

  @Test
  void takeoverCanBeSwitchedOff() {
    assertThat(parse("postgres://localhost/orders?takeoverMillis=off").takeover()).isNull();
    assertThat(parse("postgres://localhost/orders?takeoverMillis=20000").takeover())
        .isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void aDataSourceTakesNoOptionsOfAPool() {
    ProviderConfig config =
        ProviderConfig.dataSource(new PGSimpleDataSource()).option("poolSize", "4").build();
    assertThatThrownBy(() -> PostgresOptions.parse(config))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining("poolSize")
        .hasMessageContaining("DataSource");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sqlite:orders.db", "mysql://localhost/orders", "postgres", "jdbc:h2:x"})
  void othersUrlsAreNotOurs(String url) {
    assertThat(PostgresOptions.accepts(ProviderConfig.url(url).build())).isFalse();
  }
}
