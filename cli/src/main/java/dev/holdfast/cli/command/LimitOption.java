// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.ExitCode;
import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Refusal;
import dev.holdfast.cli.io.Table;
import dev.holdfast.cli.store.Store;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option that says how many rows a list has, and lists of pages. Not thread-safe. */
final class LimitOption {

  private static final int LARGEST_PAGE = 200;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "at most so many (${DEFAULT-VALUE})")
  private long limit = 50;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Refuses a limit that is none. */
  void check() {
    if (limit < 1) {
      throw Refusal.badInput("--limit is " + limit + "; it goes from 1");
    }
  }

  /** {@return the most rows} */
  long rows() {
    return limit;
  }

  /** {@return the most rows, empty when the caller has named none} */
  OptionalLong rowsIfGiven() {
    return command != null && command.commandLine().getParseResult().hasMatchedOption("--limit")
        ? OptionalLong.of(limit)
        : OptionalLong.empty();
  }

  /** Says that the limit has cut the list. */
  static void noteMore(Output output) {
    output.note("there may be more; --limit shows them");
  }

  /**
   * What was shown of a list.
   *
   * @param rows how many rows
   * @param next what the next page is asked with, null when there is none
   */
  record Shown(int rows, @Nullable String next) {

    /** Rows by number, where the next page is what stands behind the last one. */
    static <R> Shown ofSequence(List<R> page, int most, ToLongFunction<R> sequence) {
      return new Shown(
          page.size(),
          page.size() < most ? null : String.valueOf(sequence.applyAsLong(page.getLast())));
    }
  }

  /** A list that a store gives page by page. */
  @FunctionalInterface
  interface Pages {

    /**
     * Reads a page and adds it to what is shown.
     *
     * @param most the most rows
     * @param from what the page before said, null for the first page
     * @return what was added
     */
    Shown show(int most, @Nullable String from);
  }

  /**
   * Shows page after page, up to the limit.
   *
   * @param store the store that is asked
   * @param output where it goes
   * @param table what the pages add rows to, if people read it
   * @param nothing what is said when there are no rows
   * @param pages the list
   * @return the exit code
   */
  int list(Store store, Output output, Table table, String nothing, Pages pages) {
    int pageSize = Math.min(LARGEST_PAGE, store.provider().info().limits().maxPageSize());
    long left = limit;
    String next = null;
    do {
      Shown shown = pages.show((int) Math.min(pageSize, left), next);
      left -= shown.rows();
      next = shown.next();
    } while (left > 0 && next != null);
    if (left == limit) {
      output.note(nothing);
      return ExitCode.NOTHING;
    }
    if (!table.isEmpty()) {
      output.table(table);
    }
    if (next != null) {
      noteMore(output);
    }
    return ExitCode.OK;
  }
}
