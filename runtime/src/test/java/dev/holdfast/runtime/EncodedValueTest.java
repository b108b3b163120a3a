// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** A value in what an application writes itself, such as the status that it returns over HTTP. */
class EncodedValueTest {

  @ParameterizedTest
  @ValueSource(strings = {"{\"lines\":[\"Hello\"]}", "\"text\"", "12.50", "null"})
  void isWrittenAsTheJsonThatItIs(String json) {
    EncodedValue value = new EncodedValue(json, DataConverter.jackson());

    assertThat(JsonMapper.shared().writeValueAsString(value)).isEqualTo(json);
  }

  @Test
  void isWrittenWithinOtherThings() {
    record Status(String id, EncodedValue output) {}
    Status status = new Status("o-1", new EncodedValue("{\"total\":3}", DataConverter.jackson()));

    assertThat(JsonMapper.shared().writeValueAsString(status))
        .isEqualTo("{\"id\":\"o-1\",\"output\":{\"total\":3}}");
  }

  @Test
  void aStatusIsWrittenAsItIs() {
    EncodedValue output = new EncodedValue("{\"total\":3}", DataConverter.jackson());
    InstanceStatus status =
        new InstanceStatus("x", InstanceState.COMPLETED, 2, "sum", output, null, List.of());

    assertThat(JsonMapper.shared().readTree(JsonMapper.shared().writeValueAsString(status)))
        .isEqualTo(
            JsonMapper.shared()
                .readTree(
                    """
                    {"instanceId": "x", "state": "COMPLETED", "executionId": 2, "name": "sum",
                     "output": {"total": 3}, "failure": null, "problems": [], "ofOtherEngine": false}
                    """));
  }
}
