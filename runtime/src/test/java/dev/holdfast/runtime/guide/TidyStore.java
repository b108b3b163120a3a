// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.retention.Retention;
import dev.holdfast.runtime.retention.RetentionPolicy;
import dev.holdfast.runtime.retention.RetentionReport;
import dev.holdfast.runtime.retention.RetentionService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Has go what a file says. */
final class TidyStore {

  private final Retention retention;
  private final RetentionPolicy policy;

  TidyStore(Provider provider, Path file) throws IOException {
    retention = Retention.on(provider);
    policy = RetentionPolicy.parse(Files.readString(file));
  }

  RetentionReport whatWouldGo() {
    return retention.dryRun(policy);
  }

  RetentionService everyHour() {
    return retention.every(Duration.ofHours(1), policy);
  }
}
