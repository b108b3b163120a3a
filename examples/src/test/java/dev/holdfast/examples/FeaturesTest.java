// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.CustomStatusValue;
import dev.holdfast.runtime.HoldfastClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeaturesTest {

  @Test
  void aFilmIsRenderedByWorkersOfBothKinds(@TempDir Path dir) throws InterruptedException {
    renders("sqlite:" + dir.resolve("films.db"));
  }

  /** Renders a film on a store, and looks at what is there then. */
  static void renders(String url) throws InterruptedException {
    assertThat(Features.film(url)).isEqualTo("[dawn][night][noon]");

    try (HoldfastClient client = HoldfastClient.connect(url)) {
      CustomStatusValue status = client.customStatus("film-1");
      assertThat(status.version()).isEqualTo(3);
      assertThat(status.value()).isNotNull();
      assertThat(status.value().json()).isEqualTo("{\"done\":3,\"of\":3}");
      assertThat(client.keyValues("film-1").keySet())
          .containsExactly("scene/dawn", "scene/night", "scene/noon");
    }
  }
}
