// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.flow;

import dev.holdfast.examples.documents.flow.DocumentGraph.Copy;
import dev.holdfast.examples.documents.flow.DocumentGraph.Document;
import dev.holdfast.examples.documents.flow.DocumentGraph.Draft;
import dev.holdfast.examples.documents.flow.DocumentGraph.Kind;
import dev.holdfast.examples.documents.flow.DocumentGraph.Parts;
import dev.holdfast.examples.documents.flow.DocumentGraph.Published;
import dev.holdfast.examples.documents.flow.DocumentGraph.Request;
import dev.holdfast.examples.documents.flow.DocumentGraph.Score;
import dev.holdfast.examples.documents.flow.DocumentGraph.ScoreInput;
import dev.holdfast.examples.documents.flow.DocumentGraph.Scores;
import dev.holdfast.examples.documents.flow.DocumentGraph.Text;
import dev.holdfast.examples.documents.flow.DocumentGraph.Verdict;
import dev.holdfast.examples.documents.flow.MailroomGraph.Entries;
import dev.holdfast.examples.documents.flow.MailroomGraph.Entry;
import dev.holdfast.examples.documents.flow.MailroomGraph.Index;
import dev.holdfast.examples.documents.flow.MailroomGraph.Letter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What comes of a document where nothing is killed and nothing stored: the steps done one after the
 * other in this process, by the same code and without the engine.
 *
 * @param steps the outputs of each step that is done, by the id of its row
 * @param skipped the ids of the steps that are not done
 * @param groups the ids of the rows that have no code: parts, and what is around them
 * @param outputs the outputs of the run
 */
public record Undisturbed(
    Map<String, JsonNode> steps, Set<String> skipped, Set<String> groups, JsonNode outputs) {

  private static final JsonMapper MAPPER = new JsonMapper();

  /**
   * Does a document.
   *
   * @throws IOException when it cannot be read
   */
  public static Undisturbed of(Desk desk, Request request) throws IOException {
    Map<String, JsonNode> steps = new LinkedHashMap<>();
    Set<String> skipped = new LinkedHashSet<>();
    Set<String> groups = new LinkedHashSet<>(Set.of("parts"));
    Document document = keep(steps, "fetch", desk.fetch(request));
    Parts parts = keep(steps, "split", desk.split(new Text(document.text())));
    List<Double> scores = new ArrayList<>();
    for (int i = 0; i < parts.parts().size(); i++) {
      String part = "parts[%d]".formatted(i);
      groups.add(part);
      String text = parts.parts().get(i);
      Kind kind = keep(steps, part + "/classify", desk.classify(new Text(text)));
      Score score = desk.score(new ScoreInput(text, kind.kind()));
      scores.add(keep(steps, part + "/score", score).score());
    }
    Score average = keep(steps, "average", desk.average(new Scores(scores)));
    @Nullable Verdict verdict = null;
    if (average.score() < DocumentGraph.GOOD_ENOUGH) {
      verdict = Desk.verdict(new Draft(document.title(), average.score()));
      keep(steps, DocumentGraph.REVIEW_STEP, verdict);
    } else {
      skipped.add(DocumentGraph.REVIEW_STEP);
    }
    Map<String, Object> outputs = new LinkedHashMap<>(Map.of("score", average.score()));
    if (verdict == null || verdict.approved()) {
      Optional<String> note = Optional.ofNullable(verdict).map(Verdict::note);
      Copy copy = new Copy(document.title(), request.edition(), average.score(), note);
      Published published = keep(steps, "publish", desk.publish(copy));
      outputs.put("url", published.url());
    } else {
      skipped.add("publish");
    }
    return new Undisturbed(steps, skipped, groups, json(outputs));
  }

  /**
   * Does the mailroom.
   *
   * @param letters what is delivered, in this order
   * @throws IOException when a document cannot be read
   */
  public static Undisturbed ofMailroom(Desk desk, List<Request> letters) throws IOException {
    Map<String, JsonNode> steps = new LinkedHashMap<>();
    List<String> titles = new ArrayList<>();
    List<Integer> words = new ArrayList<>();
    for (int i = 0; i < letters.size(); i++) {
      String id = "%s[%d]".formatted(MailroomGraph.ARRIVALS, i);
      Entry entry = keep(steps, id, desk.catalogue(new Letter(letters.get(i))));
      titles.add(entry.title());
      words.add(entry.words());
    }
    Index index = keep(steps, "index", desk.index(new Entries(titles, words)));
    return new Undisturbed(
        steps, Set.of(), Set.of(MailroomGraph.ARRIVALS), json(Map.of("words", index.words())));
  }

  private static <T> T keep(Map<String, JsonNode> steps, String id, T outputs) {
    steps.put(id, json(outputs));
    return outputs;
  }

  /** As a store gives it back. */
  private static JsonNode json(Object value) {
    return MAPPER.readTree(MAPPER.writeValueAsString(value));
  }

  /** Whether a person is asked. */
  public boolean isReviewed() {
    return steps.containsKey(DocumentGraph.REVIEW_STEP);
  }

  /** Whether it reaches the press. */
  public boolean isPublished() {
    return steps.containsKey("publish");
  }
}
