// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The samples on SQLite. */
class SamplesTest extends SamplesContract {

  @TempDir static Path directory;

  @Override
  String url() {
    return "sqlite:" + directory.resolve("samples.db");
  }
}
