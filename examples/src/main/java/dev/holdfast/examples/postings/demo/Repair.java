// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Finding;
import dev.holdfast.examples.demo.Finding.Kind;
import dev.holdfast.examples.postings.flow.PostingEvent;
import dev.holdfast.examples.postings.flow.PostingRow;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.Projections;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.RowDifference;
import dev.holdfast.streams.projection.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was broken behind the back of a projection, and found and repaired.
 *
 * @param rows how many rows were compared with the log
 * @param events how many events say how they should be
 * @param differences what was found, for people
 * @param renewed how many rows were wrong, and are right
 * @param findings what was not found, or not repaired
 */
record Repair(
    long rows, long events, List<String> differences, int renewed, List<Finding> findings) {

  private static final String SUBJECT = "verify";
  private static final JsonMapper MAPPER = new JsonMapper();

  /** None, because it did not come to that. */
  static Repair none() {
    return new Repair(0, 0, List.of(), 0, List.of());
  }

  /**
   * Breaks two rows, finds them, and repairs them, while workers go on.
   *
   * @param changed the key of a row that gets another score
   * @param lost the key of a row that goes
   */
  static Repair of(
      Provider provider,
      Projector<PostingEvent, PostingRow> projector,
      String changed,
      String lost) {
    List<Finding> findings = new ArrayList<>();
    if (!projector.verify().differences().isEmpty()) {
      findings.add(new Finding(Kind.WRONG, SUBJECT, "there are differences before any damage"));
    }
    damage(provider.capability(Projections.class).orElseThrow(), changed, lost);
    Verification broken = projector.verify();
    Set<String> found = new TreeSet<>();
    broken.differences().forEach(difference -> found.add(difference.key()));
    if (!found.equals(Set.of(changed, lost))) {
      findings.add(
          new Finding(
              Kind.WRONG,
              SUBJECT,
              "%s and %s were broken, and found were %s".formatted(changed, lost, found)));
    }
    int renewed = projector.renew(found.toArray(String[]::new));
    for (RowDifference left : projector.verify().differences()) {
      findings.add(new Finding(Kind.WRONG, SUBJECT, "not repaired: " + left));
    }
    return new Repair(
        broken.rows(),
        broken.events(),
        broken.differences().stream().map(Repair::told).toList(),
        renewed,
        List.copyOf(findings));
  }

  /** As somebody would who knows the store and not the library. */
  private static void damage(Projections rows, String changed, String lost) {
    String projection = PostingRow.PROJECTION;
    while (true) {
      int live = rows.projection(projection).orElseThrow().live();
      ProjectionRow stored = Objects.requireNonNull(rows.row(projection, live, changed).row());
      ObjectNode row = (ObjectNode) MAPPER.readTree(stored.value().asUtf8());
      row.put("score", 100 - row.path("score").asInt());
      Payload wrong = Payload.utf8(MAPPER.writeValueAsString(row));
      try {
        rows.update(
            UpdateProjection.inline(
                projection,
                live,
                List.of(
                    new RowChange.Put(changed, wrong, stored.version()),
                    RowChange.remove(lost))),
            null);
        return;
      } catch (ProviderError.StoreContention e) {
        // The workers write too; nothing of it was stored.
        Thread.onSpinWait();
      }
    }
  }

  private static String told(RowDifference difference) {
    return difference.stored() == null
        ? difference.key() + ": no row, and there should be one"
        : "%s %s: %s, and should be %s"
            .formatted(
                difference.key(),
                difference.field().substring(1),
                difference.stored(),
                difference.expected());
  }
}
