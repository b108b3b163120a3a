// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample comes to what it says, all of them on one store. */
@Timeout(180)
abstract class SamplesContract {

  private static final Map<String, String> OUTCOMES =
      Map.ofEntries(
          entry("hello-world", "Hello, world!"),
          entry("control-flow", "a stamp for 20 g; a label for 4000 g; refused: 90000 g;"),
          entry("loop", "5 members: Ada, Alan, Barbara, Edsger, Grace"),
          entry("fan-out", "12 words"),
          entry(
              "errors",
              "a map from the second server; failed:"
                  + " java.lang.SecurityException: the certificate is forged"),
          entry("compensation", "stay at home: there is no car; cancelled [the hotel, the flight]"),
          entry("timeout", "too late; about 10"),
          entry(
              "activity-or-event",
              "searched, and found behind the sofa; told that it is on your nose"),
          entry("clock-and-ids", "made again and again, and always the same: true"),
          entry("status", "saw 5 of 5; COMPLETED: copied 5 files"),
          entry("monitor", "the export is ready at look 4"),
          entry("approval", "approved after reminders; without an answer expired"),
          entry("checkout", "shipped order-1"),
          entry("newsletter", "editor knows of 3 mails"),
          entry("child", "shipped a vase in a box; children: [shipment-1/2]"),
          entry("children", "720 of [year-2025/north, year-2025/south, year-2025/west]"),
          entry("three-levels", "424 files, seen by 4 instances"),
          entry("fire-and-forget", "sold to Ada; Ada was asked"),
          entry(
              "cancel",
              "CANCELLED CANCELLED CANCELLED and cleaned up:"
                  + " [rent-1, rent-1/below, rent-1/below/below]"),
          entry("continue-as-new", "55 after 11 executions"),
          entry("self-pruning", "home after round 8, with 2 executions"),
          entry("configuration", "watched with limit 50, alarms [95 > 50]"),
          entry("request-response", "17: true, 18: false"),
          entry("key-value-counter", "40 deposits, balance 220"),
          entry("untyped", "answer: [120, {cents=3980, item=book}]"),
          entry("versions", "pens: 29 with discount; pens: 30; version 3: PENDING"),
          entry("upgrade", "7 the old way and 7 the new way: 7007"),
          entry("tags", "a poster, drawn in the office, printed in the cellar"),
          entry("unserved-tag", "WAITING_FOR_ACTIVITY with tag gpu; then MKT is folded"),
          entry("two-workers", "carried by two: true"),
          entry("rate-limit", "4 calls, limit kept: true"),
          entry(
              "secret-values",
              "Ada weighs 61 kg; stored in secret: true, started again with the same: true"),
          entry("urgent-beside-bulk", "a letter is printed, and then 50 pages"),
          entry("transaction", "order-b is shipped; order-a is NOT_FOUND"));

  /** The store, the same for all. */
  abstract String url();

  static List<Sample> samples() {
    return Sample.ALL;
  }

  @ParameterizedTest
  @MethodSource("samples")
  void itComesToWhatItSays(Sample sample) throws Exception {
    assertThat(sample.program().run(url())).isEqualTo(OUTCOMES.get(sample.name()));
  }

  @Test
  void noOutcomeIsOfASampleThatIsGone() {
    assertThat(Sample.ALL)
        .extracting(Sample::name)
        .containsExactlyInAnyOrderElementsOf(OUTCOMES.keySet());
  }
}
