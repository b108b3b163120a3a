// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.Leases;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Leases, held and ended. */
class LeasesTest extends OnStore {

  private static final Duration BRIEF = Duration.ofNanos(1_000);

  private Leases leases;

  @BeforeEach
  void offer() {
    leases = client.feature(Leases.class);
    client.start(UNKNOWN, "pace", "x");
  }

  private Acquired acquire(String name, Duration leaseFor) {
    LeaseAnswer answer = leases.acquire(name, "worker 7", leaseFor);
    assertThat(answer).isInstanceOf(Acquired.class);
    return (Acquired) answer;
  }

  /** Waits until a lease has ended by the store's clock. */
  private void ended(String name) {
    acquire(name, BRIEF);
    until(
        "pace",
        () -> leases.expired(100, null).rows().stream().anyMatch(row -> row.name().equals(name)));
  }

  @Test
  void withoutANameItListsWhatHasEnded() {
    for (String name : List.of("c", "b", "a")) {
      ended(name);
    }
    acquire("held", LONG);
    leases.release(acquire("released", LONG).token());

    assertThat(shell.run("leases", "--json").returns(0).objects())
        .extracting(row -> row.get("name").stringValue())
        .containsExactly("c", "b", "a");
    assertThat(shell.run("leases").returns(0).out().lines())
        .hasSize(4)
        .element(1)
        .asString()
        .contains("c", "worker 7", "ago");
    Shell.Run cut = shell.run("leases", "--limit", "2").returns(0);
    assertThat(cut.out().lines()).hasSize(3);
    assertThat(cut.err()).contains("there may be more");
  }

  @Test
  void withANameItShowsOneAndNeverItsToken() {
    Acquired held = acquire("report", LONG);

    JsonNode row = shell.run("leases", "report", "--json").returns(0).object();
    assertThat(row.propertyNames()).containsExactly("name", "holder", "acquiredAt", "until");
    assertThat(row.get("holder").stringValue()).isEqualTo("worker 7");
    assertThat(Instant.parse(row.get("until").stringValue())).isEqualTo(held.lease().until());
    assertThat(shell.run("leases", "report").returns(0).out())
        .contains("report", "worker 7", "in ");
  }

  @Test
  void whatIsNotThereIsOneAndWhatIsWrongIsTwo() {
    assertThat(shell.run("leases").returns(1).err()).contains("no lease has ended");
    assertThat(shell.run("leases", "nobody").returns(1).err()).contains("nobody");
    shell.run("leases", "--limit", "0").returns(2);
    shell.run("leases", "").returns(2);
  }
}
