// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Claims are checked like the fetches whose place they take. */
class RequestChecksTest {

  private static final Duration LOCK_FOR = Duration.ofSeconds(30);
  private static final LockToken TURN = new LockToken.OfInstance("order", 1);
  private static final LockToken WORK =
      new LockToken.OfActivity(new ActivityIdentity("order", 1, 1), 1);

  private final RequestChecks plain = checks();
  private final RequestChecks claiming = checks(Feature.EAGER_DISPATCH);

  private static RequestChecks checks(Feature... declared) {
    return new RequestChecks(
        new ProviderInfo(
            "some",
            "1",
            ProviderInfo.SPEC_VERSION,
            Set.of(declared),
            Limits.floor(),
            Duration.ofSeconds(1)));
  }

  private static OrchestrationAck turn(TagFilter tags, @Nullable SessionClaim session) {
    return OrchestrationAck.builder(TURN, 1)
        .eager(new EagerActivities(1, LOCK_FOR, tags, session))
        .build();
  }

  private static EagerInstance forVersions() {
    RuntimeVersion version = new RuntimeVersion(1, 0, 0);
    return new EagerInstance(
        LOCK_FOR, 0, new VersionFilter(List.of(new VersionRange(version, version))));
  }

  private static void refused(Feature feature, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            NotSupported.class, error -> assertThat(error.feature()).isEqualTo(feature));
  }

  @Test
  void plainClaimsPassWhateverIsDeclared() {
    for (RequestChecks checks : List.of(plain, claiming)) {
      EagerInstance eager = new EagerInstance(LOCK_FOR, 0, null);
      assertThatCode(
              () -> {
                checks.check("ack", turn(TagFilter.untagged(), null));
                checks.check("ack", turn(TagFilter.any(), null));
                checks.check("ack", new ActivityAck(WORK, null, eager));
                checks.check("enqueue", eager);
              })
          .doesNotThrowAnyException();
    }
  }

  @Test
  void claimsThatNeedMoreAreRefusedLikeFetches() {
    for (RequestChecks checks : List.of(plain, claiming)) {
      refused(Feature.TAGS, () -> checks.check("ack", turn(TagFilter.tags("gpu"), null)));
      refused(Feature.TAGS, () -> checks.check("ack", turn(TagFilter.untaggedOr("gpu"), null)));
      refused(
          Feature.SESSIONS,
          () ->
              checks.check("ack", turn(TagFilter.untagged(), SessionClaim.of("owner", LOCK_FOR))));
      refused(
          Feature.VERSION_FILTER,
          () -> checks.check("ack", new ActivityAck(WORK, null, forVersions())));
      refused(Feature.VERSION_FILTER, () -> checks.check("enqueue", forVersions()));
    }
  }

  @Test
  void aClaimNamesNoMoreTagsThanAFetch() {
    RequestChecks tags = checks(Feature.TAGS);
    int most = Limits.floor().maxTagsPerFilter();
    String[] names = IntStream.rangeClosed(0, most).mapToObj(i -> "t" + i).toArray(String[]::new);

    assertThatCode(() -> tags.check("ack", turn(TagFilter.tags("gpu"), null)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> tags.check("ack", turn(TagFilter.untaggedOr(names), null)))
        .isInstanceOf(InvalidRequest.class);
  }

  @Test
  void declaredFeaturesMayBeClaimed() {
    assertThatCode(
            () -> {
              checks(Feature.SESSIONS)
                  .check("ack", turn(TagFilter.untagged(), SessionClaim.of("owner", LOCK_FOR)));
              checks(Feature.VERSION_FILTER).check("enqueue", forVersions());
            })
        .doesNotThrowAnyException();
  }
}
