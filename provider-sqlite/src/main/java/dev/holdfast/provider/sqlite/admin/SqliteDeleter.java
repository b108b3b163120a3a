// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.admin;

import dev.holdfast.provider.admin.InstanceDeletion.Counts;
import dev.holdfast.provider.jdbc.admin.JdbcInstanceAdmin;
import dev.holdfast.provider.jdbc.admin.JdbcInstanceDeletion;
import dev.holdfast.provider.jdbc.admin.JdbcInstanceDeletion.Outcome;
import dev.holdfast.provider.sqlite.state.StateWriter;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.IdOrder;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deletes trees in one write, which decides what goes (DELETE-19). Thread-safe. */
public final class SqliteDeleter implements JdbcInstanceDeletion.Deleter {

  private static final String KNOWN =
      inSql(
          "SELECT i.acked_epoch FROM :schema.instance i WHERE i.instance_id = ? AND "
              + JdbcInstanceAdmin.HEARD_OF);

  private static final String PARENT =
      """
      SELECT p.instance_id
        FROM holdfast_instance i
        JOIN holdfast_instance p ON p.instance_id = i.parent_instance_id AND p.name IS NOT NULL
       WHERE i.instance_id = ?
      """;

  /** Rows that were found before end the recursion; what is no instance has nothing below it. */
  private static final String TREE =
      """
      WITH RECURSIVE tree (instance_key, instance_id, named) AS (
        SELECT i.instance_key, i.instance_id, i.name IS NOT NULL
          FROM holdfast_instance i WHERE i.instance_id = ?
         UNION
        SELECT c.instance_key, c.instance_id, 1
          FROM tree t JOIN holdfast_instance c ON c.parent_instance_id = t.instance_id
         WHERE t.named)
      SELECT t.instance_key, t.instance_id, t.named, coalesce(x.status IN ('COMPLETED', 'FAILED'), 0)
        FROM tree t
        JOIN holdfast_instance i ON i.instance_key = t.instance_key
        LEFT JOIN holdfast_execution x ON x.instance_key = i.instance_key AND x.execution_id = i.execution_id
      """;

  // Everything that has rows of an instance. A key may be used again, so none may be left. Audit
  // records are not among it: they are about runs by name, and stay for those who ask why
  // (AUDIT-02).
  private static final String EVENTS = from("history");
  private static final String EXECUTIONS = from("execution");
  private static final String MESSAGES = from("message");
  private static final String ACTIVITIES = from("activity");
  private static final List<String> UNCOUNTED =
      List.of(from("message_id"), from("custom_status"), from("key_value"), from("instance"));

  private record Member(long key, String instanceId, boolean exists, boolean finished) {}

  private final Database database;

  /** Creates it. */
  public SqliteDeleter(Database database) {
    this.database = database;
  }

  private static String inSql(String sql) {
    return sql.replace(":schema.", "holdfast_");
  }

  private static String from(String table) {
    return "DELETE FROM holdfast_" + table + " WHERE instance_key = ?";
  }

  @Override
  public Outcome delete(
      String operation, List<String> instanceIds, boolean force, @Nullable Long ackedEpoch) {
    return database.write(
        operation,
        tx -> {
          Session session = tx.session();
          for (String id : instanceIds) {
            Long acked = session.number(KNOWN, id);
            if (acked == null || (ackedEpoch != null && !ackedEpoch.equals(acked))) {
              return new Outcome.Unknown(id);
            }
          }
          Set<String> asked = new HashSet<>(instanceIds);
          for (String id : instanceIds) {
            String root = rootOf(session, id);
            if (!asked.contains(root)) {
              return new Outcome.Child(root);
            }
          }
          Map<Long, Member> members = members(session, instanceIds);
          for (Member member : members.values()) {
            if (!force && !(member.exists() && member.finished())) {
              return new Outcome.Busy(member.instanceId());
            }
          }
          return new Outcome.Deleted(delete(session, members));
        });
  }

  private static String rootOf(Session session, String id) throws SQLException {
    List<String> way = new ArrayList<>(List.of(id));
    while (true) {
      String parent = session.first(PARENT, row -> row.getString(1), way.getLast());
      if (parent == null) {
        return way.getLast();
      }
      int seenAt = way.indexOf(parent);
      if (seenAt >= 0) {
        return way.subList(seenAt, way.size()).stream().min(IdOrder.BY_CODE_POINT).orElseThrow();
      }
      way.add(parent);
    }
  }

  private static Map<Long, Member> members(Session session, List<String> ids) throws SQLException {
    Map<Long, Member> members = new LinkedHashMap<>();
    for (String id : ids) {
      for (Member member :
          session.list(
              TREE,
              row ->
                  new Member(
                      row.getLong(1), row.getString(2), row.getBoolean(3), row.getBoolean(4)),
              id)) {
        members.put(member.key(), member);
      }
    }
    return members;
  }

  private static Counts delete(Session session, Map<Long, Member> members) throws SQLException {
    long instances = 0;
    long executions = 0;
    long events = 0;
    long messages = 0;
    long activities = 0;
    for (Member member : members.values()) {
      instances += member.exists() ? 1 : 0;
      executions += session.update(EXECUTIONS, member.key());
      events += session.update(EVENTS, member.key());
      messages += session.update(MESSAGES, member.key());
      activities += session.update(ACTIVITIES, member.key());
      for (String table : UNCOUNTED) {
        session.update(table, member.key());
      }
      StateWriter.deleteWithInstance(session, member.instanceId());
    }
    return new Counts(instances, executions, events, messages, activities);
  }
}
