// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.Account;
import dev.holdfast.streams.ChildJvm;
import dev.holdfast.streams.EventSourcing;
import java.io.IOException;
import java.nio.file.Path;

/** Archives in a JVM of its own, once: store, category and directory are its arguments. */
final class ArchiverProcess {

  private ArchiverProcess() {}

  static ChildJvm launch(String url, String category, Path directory) throws IOException {
    return ChildJvm.launch(ArchiverProcess.class, url, category, directory.toString());
  }

  static EventSourcing library(Provider provider, Archive archive) {
    return EventSourcing.builder(provider).snapshotEvery(0).pageSize(5).archive(archive).build();
  }

  /** The other process. */
  public static void main(String[] arguments) {
    Archive archive = Archive.in(new DirectorySink(Path.of(arguments[2])));
    try (Provider provider = Providers.open(ProviderConfig.url(arguments[0]).build());
        EventSourcing events = library(provider, archive)) {
      Archiver.of(events, archive, ArchivePolicy.keepingNewest(2))
          .run(Account.aggregate(arguments[1]));
    }
  }
}
