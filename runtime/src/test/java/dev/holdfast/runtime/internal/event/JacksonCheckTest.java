// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JacksonCheckTest {

  @Test
  void versionsThatFitAreFine() {
    assertThatCode(JacksonCheck::run).doesNotThrowAnyException();
  }

  /** As on jackson-annotations 2.19.1, where everything loads until a value is read. */
  @Test
  void versionsThatDoNotFitAreToldWithWhatIsNeeded() {
    NoSuchFieldError error = new NoSuchFieldError("JsonFormat$Shape POJO");

    assertThatThrownBy(() ->
            JacksonCheck.run(() -> {
              throw error;
            }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("must be 2.19.2 or newer")
        .hasMessageContaining("Jackson 3.")
        .hasCause(error);
  }
}
