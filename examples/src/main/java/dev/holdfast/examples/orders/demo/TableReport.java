// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

import dev.holdfast.examples.orders.RejectedLine;
import dev.holdfast.examples.orders.demo.Problem.Kind;
import dev.holdfast.examples.orders.ledger.Books;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The summary for people. */
final class TableReport {

  private static final int PROBLEMS_SHOWN = 10;
  private static final int LINES_SHOWN = 5;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneId.systemDefault());

  private final Summary summary;
  private final StringBuilder out = new StringBuilder();

  private TableReport(Summary summary) {
    this.summary = summary;
  }

  static String of(Summary summary) {
    TableReport report = new TableReport(summary);
    report.orders();
    report.money();
    report.stock();
    report.workers();
    report.audit();
    report.places();
    return report.out.toString();
  }

  private void orders() {
    line("");
    row("Orders", "", "%,d".formatted(summary.file().orders().size()));
    summary.outcomes().forEach((outcome, n) -> row("", outcome.label(), "%,d".formatted(n)));
    long unknown = summary.endings().values().stream().filter(e -> e.outcome().isEmpty()).count();
    if (unknown > 0) {
      row("", "failed unexpectedly", "%,d".formatted(unknown));
    }
    int unfinished = summary.file().orders().size() - summary.endings().size();
    if (unfinished > 0) {
      row("", "did not end", "%,d".formatted(unfinished));
    }
    List<RejectedLine> rejected = summary.file().rejected();
    if (!rejected.isEmpty()) {
      row("Rejected lines", "", "%,d".formatted(rejected.size()));
      rejected.stream()
          .limit(LINES_SHOWN)
          .forEach(r -> line("  line %d: %s".formatted(r.line(), r.reason())));
      if (rejected.size() > LINES_SHOWN) {
        line("  and %,d more".formatted(rejected.size() - LINES_SHOWN));
      }
    }
  }

  private void money() {
    line("");
    line("%-14s%16s%16s%16s".formatted("Money", "charged", "refunded", "kept"));
    summary
        .money()
        .forEach((currency, balance) ->
            line(
                "  %-12s%16s%16s%16s"
                    .formatted(
                        currency,
                        amount(currency, balance.charged()),
                        amount(currency, balance.refunded()),
                        amount(currency, balance.charged() - balance.refunded()))));
  }

  private void stock() {
    line("");
    line("%-14s%12s%12s%12s%12s".formatted("Stock", "at first", "shipped", "reserved", "on hand"));
    summary
        .books()
        .stock()
        .forEach((sku, shelf) ->
            line(
                "  %-12s%,12d%,12d%,12d%,12d%s"
                    .formatted(
                        sku,
                        shelf.initial(),
                        shelf.shipped(),
                        shelf.reserved(),
                        shelf.onHand(),
                        shelf.missing() == 0 ? "" : "  ✗")));
  }

  private void workers() {
    Books.Calls calls = summary.books().calls();
    line("");
    if (summary.workers() == 0) {
      line("All orders had ended before; no worker was needed.");
    } else if (summary.kill().isEmpty()) {
      line(
          summary.workers() == 1
              ? "Worker 1 did all of it; nobody was killed."
              : "%d workers did all of it; nobody was killed.".formatted(summary.workers()));
    }
    summary
        .kill()
        .ifPresent(kill ->
            line(
                "%s was killed (SIGKILL) at %s, after %,d orders; %s carried on."
                    .formatted(
                        capital(kill.worker()),
                        TIME.format(kill.at()),
                        kill.afterOrders(),
                        kill.heirs())));
    line(
        "%,d calls to services by %,d process%s; %,d were tried again after a failure."
            .formatted(
                calls.total(),
                calls.processes(),
                calls.processes() == 1 ? "" : "es",
                calls.retried()));
    if (calls.redelivered() > 0) {
      line(
          "After a kill %,d were made again, of which %,d had been done already%s."
              .formatted(
                  calls.redelivered(),
                  calls.redeliveredDone(),
                  summary.count(Kind.DUPLICATE) == 0 ? "; none counted twice" : ""));
    }
  }

  private void audit() {
    line("");
    line("Audit");
    check(Set.of(Kind.LOST), "nothing lost: every order ended as it should, with all its effects");
    check(
        Set.of(Kind.DUPLICATE),
        "nothing twice: no order charged, refunded, reserved or shipped again");
    check(Set.of(Kind.WRONG), "nothing wrong: right amounts, and no effect that should not be");
    check(Set.of(Kind.STOCK), "every stock unit accounted for, none still reserved");
    summary.problems().stream().limit(PROBLEMS_SHOWN).forEach(problem -> line("    " + problem));
    if (summary.problems().size() > PROBLEMS_SHOWN) {
      line("    and %,d more".formatted(summary.problems().size() - PROBLEMS_SHOWN));
    }
  }

  private void check(Set<Kind> kinds, String what) {
    boolean ok = summary.problems().stream().noneMatch(p -> kinds.contains(p.kind()));
    line("  %s %s".formatted(ok ? "✓" : "✗", what));
  }

  private void places() {
    line("");
    line(
        "%s in %.1f s."
            .formatted(
                summary.holds() ? "The audit holds" : "THE AUDIT FAILED", summary.seconds()));
    line("Database  " + summary.store().shown());
    line("Ledger    " + summary.place().ledger());
  }

  private void row(String left, String middle, String right) {
    line("%-16s%-24s%8s".formatted(left, middle, right));
  }

  private static String amount(String currency, long minor) {
    int digits = Math.max(0, Currency.getInstance(currency).getDefaultFractionDigits());
    return ("%,." + digits + "f").formatted(BigDecimal.valueOf(minor, digits));
  }

  private static String capital(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private void line(String line) {
    out.append(line).append('\n');
  }
}
