// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Types of ports: their notation, and what fits. */
class PortTypeTest {

  @Test
  void theNotationIsReadAsItIsWritten() {
    for (String notation :
        List.of(
            "text", "any", "list<text>", "map<list<integer>>", "list<com.example.Order$Line>")) {
      assertThat(PortType.parse(notation)).hasToString(notation);
    }
    for (String wrong : List.of("", "list", "list<>", "list<text", "map<a b>", "1st", "a,b")) {
      assertThatThrownBy(() -> PortType.parse(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("is no type; write text, integer, number, boolean, any, list<T>");
    }
  }

  @Test
  void integersAreNumbersAndAnythingFitsBothWays() {
    assertThat(PortType.NUMBER.takes(PortType.INTEGER)).isTrue();
    assertThat(PortType.INTEGER.takes(PortType.NUMBER)).isFalse();
    assertThat(PortType.parse("list<number>").takes(PortType.parse("list<integer>"))).isTrue();
    assertThat(PortType.parse("map<any>").takes(PortType.parse("map<text>"))).isTrue();
    assertThat(PortType.parse("map<text>").takes(PortType.parse("list<text>"))).isFalse();
    assertThat(PortType.ANY.takes(PortType.TEXT)).isTrue();
    assertThat(PortType.TEXT.takes(PortType.ANY)).isTrue();
    assertThat(new PortType.Named("a.B").takes(new PortType.Named("a.B"))).isTrue();
    assertThat(new PortType.Named("a.B").takes(new PortType.Named("a.C"))).isFalse();
    assertThat(PortType.TEXT.takes(PortType.BOOLEAN)).isFalse();
  }
}
