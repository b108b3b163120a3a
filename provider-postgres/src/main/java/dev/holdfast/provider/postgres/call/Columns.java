// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The array arguments of a call, filled row by row. Used by one thread.
 *
 * <p>Columns are bound in the order of the parameters that they were made of.
 */
public final class Columns {

  /** The type of the elements of a column, by its name in PostgreSQL. */
  public enum Type {
    TEXT("text", Types.VARCHAR),
    BIGINT("bigint", Types.BIGINT),
    INTEGER("integer", Types.INTEGER),
    BOOLEAN("boolean", Types.BOOLEAN),
    BYTEA("bytea", Types.BINARY);

    private final String sqlName;
    private final int sqlType;

    Type(String sqlName, int sqlType) {
      this.sqlName = sqlName;
      this.sqlType = sqlType;
    }

    /** Returns a parameter of this type. */
    public Parameter named(String name) {
      return new Parameter(name, this);
    }

    private Object[] array(List<@Nullable Object> values) {
      return switch (this) {
        case TEXT -> values.toArray(new String[0]);
        case BIGINT -> values.toArray(new Long[0]);
        case INTEGER -> values.toArray(new Integer[0]);
        case BOOLEAN -> values.toArray(new Boolean[0]);
        case BYTEA -> values.toArray(new byte[0][]);
      };
    }
  }

  /**
   * A parameter of a function.
   *
   * @param type its type in the form for one element; in the form for lists it is an array of these
   */
  public record Parameter(String name, Type type) {}

  private final Type[] types;
  private final List<List<@Nullable Object>> columns = new ArrayList<>();
  private int rows;

  /**
   * Returns an argument of a function, in SQL, that is one row of several lists of columns, because
   * a function has at most a hundred arguments.
   *
   * @param name the name of the parameter
   * @param type its type, in the schema of the store
   * @param lists the columns, in the order of the type
   */
  public static String rowArgument(String name, String type, List<List<Parameter>> lists) {
    int all = lists.stream().mapToInt(List::size).sum();
    return "%s => CAST(ROW(%s) AS :schema.%s)"
        .formatted(name, String.join(", ", Collections.nCopies(all, "?")), type);
  }

  /**
   * Sets the values of {@link #rowArgument}, or of several lists of columns behind each other.
   *
   * @param first the index of the first one
   * @return the index after the last one
   */
  public static int bindAll(
      Connection connection, PreparedStatement statement, int first, List<Columns> lists)
      throws SQLException {
    int next = first;
    for (Columns each : lists) {
      next = each.bind(connection, statement, next);
    }
    return next;
  }

  /** Creates columns without rows. */
  public Columns(List<Parameter> parameters) {
    types = parameters.stream().map(Parameter::type).toArray(Type[]::new);
    for (int i = 0; i < types.length; i++) {
      columns.add(new ArrayList<>());
    }
  }

  /** Adds a row: one value per column. */
  public void add(@Nullable Object... values) {
    if (values.length != types.length) {
      throw new IllegalArgumentException(
          "a row of %d values for %d columns".formatted(values.length, types.length));
    }
    for (int i = 0; i < values.length; i++) {
      columns.get(i).add(values[i]);
    }
    rows++;
  }

  /** {@return how many rows there are} */
  public int rows() {
    return rows;
  }

  /**
   * Sets the arguments of a statement.
   *
   * @param first the index of the first one
   * @return the index after the last one
   */
  public int bind(Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    return bindFrom(0, connection, statement, first);
  }

  /** As {@link #bind}, without the columns before this one. */
  public int bindFrom(int column, Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    int next = first;
    for (int i = column; i < types.length; i++) {
      Array array = connection.createArrayOf(types[i].sqlName, types[i].array(columns.get(i)));
      statement.setArray(next++, array);
    }
    return next;
  }

  /**
   * Sets the arguments of a statement to the values of the only row, not to arrays.
   *
   * @param first the index of the first one
   * @return the index after the last one
   */
  public int bindOnlyRow(PreparedStatement statement, int first) throws SQLException {
    if (rows != 1) {
      throw new IllegalStateException(rows + " rows in place of one");
    }
    for (int i = 0; i < types.length; i++) {
      statement.setObject(first + i, columns.get(i).get(0), types[i].sqlType);
    }
    return first + types.length;
  }

  /**
   * Binds values where there is one row, arrays otherwise: what the two forms of a function take.
   */
  public int bindOneOrMany(Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    return rows == 1 ? bindOnlyRow(statement, first) : bind(connection, statement, first);
  }

  /**
   * {@return the arguments of a call in SQL, by their names, in the order in which they are bound}
   */
  @SafeVarargs
  public static String arguments(List<Parameter>... parameters) {
    StringJoiner arguments = new StringJoiner(", ");
    for (List<Parameter> some : parameters) {
      some.forEach(parameter -> arguments.add(parameter.name() + " => ?"));
    }
    return arguments.toString();
  }
}
