// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.tck.words.Sample;
import java.util.List;
import java.util.function.Consumer;

/** Lists of two starts that belong together, from several threads. */
final class ChangeWork {

  private static final int THREADS = 4;

  private final Changes changes;
  private final Consumer<String> say;

  ChangeWork(Provider provider, Consumer<String> say) {
    changes = provider.capability(Changes.class).orElseThrow();
    this.say = say;
  }

  /** Works until the process is killed. */
  void work(String prefix) {
    for (int thread = 1; thread < THREADS; thread++) {
      String own = prefix + thread + "-";
      Thread.ofPlatform().daemon().start(() -> apply(own));
    }
    apply(prefix + "0-");
  }

  private void apply(String prefix) {
    for (int n = 0; ; n++) {
      String pair = prefix + n;
      try {
        changes.apply(List.of(start(pair + "a"), start(pair + "b")));
        say.accept("applied " + pair);
      } catch (Retryable busy) {
        // The next pair then; this one may be there, whole.
      }
    }
  }

  private static Change start(String id) {
    return new SendMessage(Sample.start(id, Sample.NAME, Sample.VERSION));
  }
}
