// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.postgres.call.MessageColumns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Set;

/** What a fetch says about the tags and sessions that its caller serves. Stateless. */
final class Route {

  private Route() {}

  /** Sets the arguments from p_untagged on. */
  static void bind(
      ActivityFetch request, Connection connection, PreparedStatement statement, int first)
      throws SQLException {
    TagFilter filter = request.tagFilter();
    statement.setBoolean(first, filter.matches(null));
    statement.setBoolean(first + 1, filter.equals(TagFilter.any()));
    MessageColumns.setTexts(connection, statement, first + 2, names(filter));
    SessionClaim claim = request.session();
    if (claim == null) {
      statement.setNull(first + 3, Types.VARCHAR);
      statement.setNull(first + 4, Types.BIGINT);
      statement.setNull(first + 5, Types.INTEGER);
      return;
    }
    statement.setString(first + 3, claim.owner());
    statement.setLong(first + 4, MessageColumns.micros(claim.leaseFor()));
    Integer most = claim.maxSessions();
    if (most == null) {
      statement.setNull(first + 5, Types.INTEGER);
    } else {
      statement.setInt(first + 5, most);
    }
  }

  private static Set<String> names(TagFilter filter) {
    return switch (filter) {
      case TagFilter.Simple simple -> Set.of();
      case TagFilter.Tags(Set<String> names) -> names;
      case TagFilter.UntaggedOr(Set<String> names) -> names;
    };
  }
}
