// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.guide;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.StepView;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.util.Map;

/** Looks at a document that waits, and lets it go on with a better text. */
final class Reviewer {

  private Reviewer() {}

  static void review(Provider store, String runId, String better) {
    GraphClient client = Graphs.client(store);
    StepView review = client.step(runId, "review").orElseThrow();
    System.out.println(review.status() + ": " + review.reason() + ", " + review.state());
    client.resumeStep(runId, "review", Map.of("text", better)); // both stored, or neither
  }

  public static void main(String[] args) {
    try (Provider store = Providers.open(ProviderConfig.url("sqlite:documents.db").build())) {
      review(store, args[0], args[1]);
    }
  }
}
