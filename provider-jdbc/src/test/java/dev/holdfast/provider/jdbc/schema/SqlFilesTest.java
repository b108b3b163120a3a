// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Files of a jar, read whole and as UTF-8. */
class SqlFilesTest {

  private static SqlFiles files(Map<String, String> texts) {
    return new SqlFiles(file -> {
      String text = texts.get(file);
      return text == null ? null : new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    });
  }

  @Test
  void aFileIsReadAsItIs() {
    assertThat(files(Map.of("a.sql", "-- Größe\nSELECT 1;\n")).read("a.sql"))
        .isEqualTo("-- Größe\nSELECT 1;\n");
  }

  @Test
  void aMissingFileIsNamed() {
    assertThatThrownBy(() -> files(Map.of()).read("a.sql"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a.sql");
  }

  @Test
  void theVersionIsAProperty() {
    assertThat(files(Map.of("version.properties", "# made by the build\nversion=1.2\n")).version())
        .isEqualTo("1.2");
    assertThatThrownBy(() -> files(Map.of("version.properties", "other=1.2\n")).version())
        .isInstanceOf(IllegalStateException.class);
  }

  /** Stores have recorded it: it must never change. */
  @Test
  void theChecksumIsSha256() {
    assertThat(SqlFiles.checksum("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
