// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

class EventQuestionsOnPostgresIT extends EventQuestionsContract {

  private TestPostgres server;

  @Override
  String newStore(Path directory) {
    server = TestPostgres.open(directory);
    return server.url();
  }

  @AfterEach
  void close() throws Exception {
    if (server != null) {
      server.close();
    }
  }
}
