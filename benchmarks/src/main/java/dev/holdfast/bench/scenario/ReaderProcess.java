// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Probes;
import dev.holdfast.bench.store.Space;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogPosition;
import java.io.BufferedReader;
import java.io.IOException;

/** A reader of the log in a process of its own, which says when it was given what. */
public final class ReaderProcess {

  private ReaderProcess() {}

  /** Starts a reader at the head of the log and waits until it reads. */
  static StoreProcess start(Space space) throws IOException {
    return StoreProcess.start(ReaderProcess.class, space);
  }

  /** The reader's process. */
  public static void main(String[] args) throws IOException {
    BufferedReader in = StoreProcess.input();
    try (Provider provider = Providers.open(StoreProcess.address(in))) {
      EventStreams streams = provider.capability(EventStreams.class).orElseThrow();
      // Before it is ready: what is appended then must be found.
      LogPosition head = streams.head().position();
      Thread reader = new Thread(() -> Probes.follow(streams, head, System.out), "reader");
      reader.setDaemon(true);
      reader.start();
      StoreProcess.ready();
      StoreProcess.awaitEnd(in);
    }
  }
}
