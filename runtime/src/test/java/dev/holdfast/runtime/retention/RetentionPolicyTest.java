// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.state.RunStatus;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How policies are read, and what is no policy. */
class RetentionPolicyTest {

  @Test
  void aPolicyIsReadFromJson() {
    RetentionPolicy policy =
        RetentionPolicy.parse(
            """
            {
              "instances": [
                {"name": "payment", "after": "never"},
                {"statuses": ["failed"], "after": "90d"},
                {"after": "P30D"}
              ],
              "executions": [{"name": "poller", "keepLast": 3, "after": "12h"}],
              "runs": [{"kind": "document", "statuses": ["completed", "cancelled"], "after": "7d"}],
              "inbox": "7d",
              "audit": "P365D",
              "snapshots": [{"category": "account", "keep": 5}],
              "holds": ["order-17"]
            }
            """);

    assertThat(policy.instances())
        .containsExactly(
            new InstanceRule("payment", Set.of(), null),
            new InstanceRule(null, Set.of(ExecutionStatus.FAILED), Duration.ofDays(90)),
            new InstanceRule(null, Set.of(), Duration.ofDays(30)));
    assertThat(policy.executions())
        .containsExactly(new ExecutionRule("poller", 3, Duration.ofHours(12)));
    assertThat(policy.runs())
        .containsExactly(
            new RunRule(
                "document", Set.of(RunStatus.COMPLETED, RunStatus.CANCELLED), Duration.ofDays(7)));
    assertThat(policy.inbox()).isEqualTo(Duration.ofDays(7));
    assertThat(policy.audit()).isEqualTo(Duration.ofDays(365));
    assertThat(policy.snapshots()).containsExactly(new SnapshotRule("account", 5));
    assertThat(policy.holds()).containsExactly("order-17");
  }

  @Test
  void withoutRulesEverythingStays() {
    RetentionPolicy policy = RetentionPolicy.parse("{}");

    assertThat(policy.after("any", ExecutionStatus.COMPLETED)).isEmpty();
    assertThat(policy.inbox()).isNull();
    assertThat(policy.audit()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          []                                                     | an object is expected
          {"instances": [{"after": "30 days"}]}                  | a time is as in 30d
          {"instances": [{"name": "x"}]}                         | "after" is missing
          {"instances": [{"nane": "x", "after": "1d"}]}          | "nane" is not known
          {"instances": [{"statuses": ["running"], "after": "1d"}]} | completed or failed
          {"instances": [{"statuses": ["gone"], "after": "1d"}]} | which is no status
          {"instances": {}}                                      | is no list
          {"executions": [{"after": "1d"}]}                      | "keepLast" is missing
          {"executions": [{"keepLast": 0}]}                      | it starts at 1
          {"runs": [{"statuses": ["running"], "after": "1d"}]}   | runs that go have ended
          {"snapshots": [{"keep": 1}]}                           | "category" is missing
          {"audit": "-P1D"}                                      | it starts at zero
          {"hold": ["x"]}                                        | "hold" is not known
          {"holds": [7]}                                         | no text
          {                                                      | it is no JSON
          """)
  void whatIsNoPolicySaysWhy(String json, String why) {
    assertThatThrownBy(() -> RetentionPolicy.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }
}
