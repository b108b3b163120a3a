// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeasePage;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.support.LeasePlace;
import dev.holdfast.provider.support.PageToken;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Values and checks of leases. */
class LeaseValuesTest {

  private static final Instant END = Instant.parse("2026-01-31T18:00:00.000001Z");

  private final RequestChecks checks =
      new RequestChecks(
          new ProviderInfo(
              "some",
              "1",
              ProviderInfo.SPEC_VERSION,
              Set.of(),
              Limits.floor(),
              Duration.ofSeconds(1)));

  private static LeaseInfo lease(String name, Instant until) {
    return new LeaseInfo(name, "holder", until.minusSeconds(1), until);
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void tokensRefuseWhatIsNoToken() {
    assertThat(new LeaseToken("report", 1)).hasToString("lease report#1");
    refused(() -> new LeaseToken("", 1));
    refused(() -> new LeaseToken("report", 0));
  }

  @Test
  void wrongArgumentsAreRefused() {
    Duration second = Duration.ofSeconds(1);
    refused(() -> checks.checkLease("acquire", "", "holder", second));
    refused(() -> checks.checkLease("acquire", "report", "a\tb", second));
    refused(() -> checks.checkLease("acquire", "report", "holder", Duration.ZERO));
    refused(() -> checks.checkLeaseName("lease", "x".repeat(257)));
    refused(() -> checks.checkPageSize("expired", 0));
    refused(() -> checks.checkPageSize("expired", Limits.floor().maxPageSize() + 1));
    refused(() -> checks.checkCleanUp("cleanUp", END, 0));
    refused(() -> checks.checkCleanUp("cleanUp", Instant.MAX, 1));
    assertThat(checks.checkCleanUp("cleanUp", END.plusNanos(999), 1)).isEqualTo(1769882400000001L);
  }

  @Test
  void aPageEndsWhereTheNextOneBegins() {
    LeaseInfo first = lease("b", END);
    LeaseInfo second = lease("\uFF5E", END);
    LeaseInfo third = lease("\uD83D\uDE00", END);
    LeaseInfo fourth = lease("a", END.plusNanos(1_000));

    LeasePage page = LeasePlace.page(List.of(first, second, third), 2);

    assertThat(page.rows()).containsExactly(first, second);
    LeasePlace place = LeasePlace.of("expired", page.nextPageToken());
    assertThat(List.of(first, second, third, fourth).stream().filter(place::isBefore))
        .containsExactly(third, fourth);
    assertThat(LeasePlace.page(List.of(first, second), 2).nextPageToken()).isNull();
    assertThat(List.of(first, fourth).stream().filter(LeasePlace.START::isBefore)).hasSize(2);
  }

  @Test
  void tokensOfOtherListsAreRefused() {
    String ofLeases =
        Objects.requireNonNull(
            LeasePlace.page(List.of(lease("b", END), lease("c", END)), 1).nextPageToken());
    InstanceQuery query = InstanceQuery.firstPage(InstanceFilter.all(), 1);
    String ofInstances = new PageToken(1, "order").encode(query);

    assertThatThrownBy(() -> LeasePlace.of("expired", ofInstances))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("another");
    assertThatThrownBy(() -> PageToken.of("list", query.from(ofLeases)))
        .isInstanceOf(InvalidRequest.class);
    assertThat(PageToken.of("list", query.from(ofInstances))).isEqualTo(new PageToken(1, "order"));
    refused(() -> LeasePlace.of("expired", ofLeases + "A"));
  }
}
