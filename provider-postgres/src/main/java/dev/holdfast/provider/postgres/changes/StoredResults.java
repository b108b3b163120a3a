// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.changes;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What results of changes are made of, as the store returns it: numbers and texts, in the order of
 * the changes. Each kind takes as many as it has. Used by one thread.
 */
public final class StoredResults {

  /** The columns of a function that returns them, as they are written in a query. */
  public static final String COLUMNS = "numbers, texts";

  private final List<@Nullable Long> numbers = new ArrayList<>();
  private final List<@Nullable String> texts = new ArrayList<>();
  private int number;
  private int text;

  /** Reads two columns, {@link #COLUMNS}, from the first one on; NULL for none. */
  public static StoredResults read(ResultSet row, int column) throws SQLException {
    StoredResults stored = new StoredResults();
    Array numbers = row.getArray(column);
    if (numbers != null) {
      stored.numbers.addAll(Arrays.asList((@Nullable Long[]) numbers.getArray()));
    }
    Array texts = row.getArray(column + 1);
    if (texts != null) {
      stored.texts.addAll(Arrays.asList((@Nullable String[]) texts.getArray()));
    }
    return stored;
  }

  /** Adds what stands in one row of a result, which may have one without the other. */
  public void add(@Nullable Long nextNumber, @Nullable String nextText) {
    numbers.add(nextNumber);
    texts.add(nextText);
  }

  /** {@return the next number, which must be there} */
  long nextNumber() {
    return Objects.requireNonNull(numbers.get(number++));
  }

  /** {@return the next number, null for none} */
  @Nullable Long nextNumberOrNull() {
    return numbers.get(number++);
  }

  /** {@return the next text, which must be there} */
  String nextText() {
    return Objects.requireNonNull(texts.get(text++));
  }
}
