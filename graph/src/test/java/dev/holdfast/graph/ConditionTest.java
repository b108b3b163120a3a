// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.internal.Conditions;
import dev.holdfast.graph.internal.Jsons;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What conditions say of values. */
class ConditionTest {

  private static final Source A = new Source.GraphInput("a");
  private static final Source B = new Source.GraphInput("b");

  private static boolean holds(Condition condition, @Nullable String a) {
    return Conditions.holds(
        condition, source -> source.equals(A) && a != null ? Jsons.read(a) : null);
  }

  @Test
  void valuesAreComparedByWhatTheyAre() {
    assertThat(holds(A.is(1), "1.0")).isTrue();
    assertThat(holds(A.is(new int[] {1, 2}), "[1.0, 2]")).isTrue();
    assertThat(holds(A.is("1"), "1")).isFalse();
    assertThat(holds(A.isOneOf("a", "b"), "\"b\"")).isTrue();
    assertThat(holds(A.isOneOf("a", "b"), "\"c\"")).isFalse();
    assertThat(holds(A.isBelow(2), "1.99")).isTrue();
    assertThat(holds(A.isBelow(2), "2")).isFalse();
    assertThat(holds(A.isAtMost(2), "2")).isTrue();
    assertThat(holds(A.isAbove(2), "2")).isFalse();
    assertThat(holds(A.isAbove(2), "2.01")).isTrue();
    assertThat(holds(A.isAtLeast(2), "2")).isTrue();
    assertThat(holds(A.isAtLeast("b"), "\"a\"")).isFalse();
    assertThat(holds(A.isBelow("b"), "\"a\"")).isTrue();
    assertThat(holds(A.isBelow("\uFFFF"), "\"\uD83D\uDE00\"")).as("by code point").isFalse();
    assertThat(holds(A.isBelow("b"), "1")).as("other types have no order").isFalse();
  }

  @Test
  void whatIsAbsentHasNoProperty() {
    for (String absent : new String[] {null, "null"}) {
      assertThat(holds(A.is(1), absent)).isFalse();
      assertThat(holds(A.isNot(1), absent)).isTrue();
      assertThat(holds(A.isBelow(1), absent)).isFalse();
      assertThat(holds(A.isPresent(), absent)).isFalse();
      assertThat(holds(A.isAbsent(), absent)).isTrue();
    }
    assertThat(holds(A.isPresent(), "false")).isTrue();
  }

  @Test
  void conditionsAreJoined() {
    assertThat(holds(A.is(1).and(B.isAbsent()).and(A.isBelow(2)), "1")).isTrue();
    assertThat(holds(A.is(1).and(B.isPresent()), "1")).isFalse();
    assertThat(holds(A.is(2).or(A.is(3)).or(A.is(1)), "1")).isTrue();
    assertThat(holds(A.is(1).not().not(), "1")).isTrue();
    assertThat(A.is(1).not().not()).isEqualTo(A.is(1));
    assertThat(A.is(1).and(B.isTrue().or(B.isAbsent())))
        .hasToString("input a is 1 and (input b is true or not (input b isPresent))");
  }
}
