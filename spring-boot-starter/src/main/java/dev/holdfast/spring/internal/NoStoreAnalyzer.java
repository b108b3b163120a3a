// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Has Boot say what is missing, in place of a stack trace. */
final class NoStoreAnalyzer extends AbstractFailureAnalyzer<NoStoreException> {

  NoStoreAnalyzer() {}

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, NoStoreException cause) {
    return new FailureAnalysis(
        "Holdfast has no store: there is neither holdfast.url nor one DataSource to choose.",
        NoStoreException.ACTION,
        cause);
  }
}
