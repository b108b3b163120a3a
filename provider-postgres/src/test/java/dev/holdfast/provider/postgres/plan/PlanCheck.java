// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Judges plans. Every look into a table of the store has to be bounded, whatever lies in the table:
 *
 * <ul>
 *   <li>by an equality on the leading column of an index, which is the number or the id of an
 *       instance; or
 *   <li>by walking along an index in its order, up to a limit. Between the walk and its limit is
 *       nothing that takes in all rows first, such as a sort, and nothing is read and thrown away.
 * </ul>
 *
 * <p>An index that has only what is asked for may be read as a whole; and a filter of names that
 * the caller may leave out is the caller's choice.
 *
 * <p>So nothing is read as a whole, and what is sorted is what was claimed, or belongs to one
 * instance. A sort of the queue is an unbounded look under a sort. Immutable.
 */
public final class PlanCheck {

  /** Pass rows on one by one; whatever is not here may want all of them before it gives any. */
  private static final Set<String> STREAMING =
      Set.of("LockRows", "Result", "Subquery Scan", "Append", "ProjectSet", "Nested Loop");

  /** Indexes of the executions of one status, which is what was asked for. */
  private static final Set<String> OF_A_STATUS = Set.of("execution_running", "execution_failed");

  /**
   * Routed work that any worker may take, and the search for a session that is free, walk past the
   * ready activities of sessions that others hold.
   */
  private static final String ROUTED = "((tag IS NOT NULL) AND (session_id IS NULL))";

  private static final String SESSIONS = "activity_session";

  private static final Pattern NAMES =
      Pattern.compile("( AND )?\\(\\(\\$\\d+ IS NULL\\) OR \\(name = ANY \\(\\$\\d+\\)\\)\\)");

  private final String schema;
  private final Map<String, String> leadingColumns;
  private final Map<String, String> predicates;

  private PlanCheck(
      String schema, Map<String, String> leadingColumns, Map<String, String> predicates) {
    this.schema = schema;
    this.leadingColumns = leadingColumns;
    this.predicates = predicates;
  }

  /** A check against the indexes that a store has now. */
  public static PlanCheck of(Location location, String schema) {
    return new PlanCheck(
        schema,
        ofIndexes(location, schema, "a.attname"),
        ofIndexes(location, schema, "coalesce(pg_get_expr(x.indpred, x.indrelid), '')"));
  }

  private static Map<String, String> ofIndexes(Location location, String schema, String what) {
    Map<String, String> found = new HashMap<>();
    TestServer.queryText(
            location,
            """
            SELECT c.relname, %s
              FROM pg_index x
              JOIN pg_class c ON c.oid = x.indexrelid
              JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = x.indkey[0]
             WHERE n.nspname = '%s'
            """
                .formatted(what, schema))
        .forEach(row -> {
          int bar = row.indexOf(" | ");
          found.put(row.substring(0, bar), row.substring(bar + 3));
        });
    return found;
  }

  /** What is bad in a plan, with the statement; nothing when it is good. */
  public List<String> complaints(LoggedPlan plan) {
    List<String> bad = new ArrayList<>();
    judge(plan.root(), false, bad);
    return bad.stream().map(what -> what + "\n  in " + plan.query()).toList();
  }

  /**
   * Judges a node and those below.
   *
   * @param limited whether what the node gives is asked for one by one, up to a limit
   */
  private void judge(JsonNode node, boolean limited, List<String> bad) {
    String type = node.path("Node Type").asString("");
    if (type.endsWith("Scan")) {
      judgeScan(type, node, limited, bad);
    }
    boolean passesOn = type.equals("Limit") || (limited && isStreaming(type, node));
    for (JsonNode child : node.path("Plans")) {
      String role = child.path("Parent Relationship").asString("");
      judge(child, passesOn && !role.equals("InitPlan") && !role.equals("SubPlan"), bad);
    }
  }

  /** Groups that come in their order are given one by one too. */
  private static boolean isStreaming(String type, JsonNode node) {
    return STREAMING.contains(type)
        || (type.equals("Aggregate") && node.path("Strategy").asString("").equals("Sorted"));
  }

  private void judgeScan(String type, JsonNode node, boolean limited, List<String> bad) {
    if (node.has("Schema") && !node.path("Schema").asString("").equals(schema)) {
      return;
    }
    String table = node.path("Relation Name").asString("");
    // Each fetch takes away what it finds there: to read all of it is to read what is to be taken.
    if (table.equals("posted")) {
      return;
    }
    if (type.equals("Seq Scan")) {
      // In place of the server's clock stands a table in some tests.
      if (!table.equals("tck_clock")) {
        bad.add("reads the whole of " + table);
      }
      return;
    }
    String index = node.path("Index Name").asString("");
    String leading = leadingColumns.get(index);
    String condition = node.path("Index Cond").asString("");
    if (leading == null || hasEquality(condition, leading) || isWalkedOnPurpose(index)) {
      return;
    }
    if (!limited) {
      bad.add(
          "%s without bound along %s%s"
              .formatted(type, index, condition.isEmpty() ? "" : " where " + condition));
    } else if (!isThatOfTheIndex(node.path("Filter").asString(""), index)) {
      bad.add(
          "%s along %s passes over rows that are not %s"
              .formatted(type, index, node.path("Filter").asString("")));
    }
  }

  /** A row that is to be locked is looked at once more; the index has no other rows. */
  private boolean isThatOfTheIndex(String filter, String index) {
    String rest = NAMES.matcher(filter.replaceAll("\\b\\w+\\.", "")).replaceAll("");
    return rest.isEmpty() || rest.equals(ROUTED) || rest.equals(predicates.get(index));
  }

  private static boolean isWalkedOnPurpose(String index) {
    return OF_A_STATUS.contains(index) || index.equals(SESSIONS);
  }

  private static boolean hasEquality(String condition, String column) {
    // The server puts names that are words of SQL into quotes.
    return Pattern.compile("\\b" + column + "\"?\\)?(::\\w+)? = ").matcher(condition).find();
  }
}
