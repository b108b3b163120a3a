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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What the steps do with documents, without any store: the same inputs always give the same
 * outputs. Thread-safe.
 */
public final class Desk {

  /** A sentence of so many words reads best. */
  private static final double BEST_SENTENCE = 14;

  /** Words of so many letters read best. */
  private static final double BEST_WORD = 4.2;

  private final Path folder;

  /** Works on the files of a folder. */
  public Desk(Path folder) {
    this.folder = folder;
  }

  Document fetch(Request request) throws IOException {
    String all = Files.readString(folder.resolve(request.file())).strip();
    int end = all.indexOf('\n');
    return end < 0
        ? new Document(all, all)
        : new Document(all.substring(0, end).strip(), all.substring(end).strip());
  }

  Parts split(Text document) {
    return new Parts(
        Arrays.stream(document.text().split("\\R\\s*\\R"))
            .map(String::strip)
            .filter(part -> !part.isEmpty())
            .toList());
  }

  Kind classify(Text part) {
    List<String> lines = part.text().lines().toList();
    if (lines.size() > 2 && lines.stream().allMatch(line -> line.length() < 70)) {
      return new Kind("verse");
    }
    boolean speech = part.text().contains("\"") || part.text().contains("»");
    return new Kind(speech ? "dialogue" : "prose");
  }

  Score score(ScoreInput part) {
    List<String> words = words(part.text());
    double letters = words.stream().mapToInt(String::length).sum() / (double) words.size();
    long sentences = Math.max(1, part.text().chars().filter(c -> ".!?;:".indexOf(c) >= 0).count());
    double perSentence = words.size() / (double) sentences;
    double hard = Math.max(0, perSentence - BEST_SENTENCE) / 40 + Math.abs(letters - BEST_WORD) / 6;
    return new Score(rounded(Math.max(0, part.kind().equals("verse") ? 1 - hard / 2 : 1 - hard)));
  }

  private static List<String> words(String text) {
    List<String> words =
        Arrays.stream(text.split("[^\\p{L}\\p{N}']+")).filter(word -> !word.isEmpty()).toList();
    return words.isEmpty() ? List.of("") : words;
  }

  Score average(Scores scores) {
    double sum = scores.scores().stream().mapToDouble(Double::doubleValue).sum();
    return new Score(rounded(sum / Math.max(1, scores.scores().size())));
  }

  private static double rounded(double value) {
    return Math.round(value * 1_000) / 1_000.0;
  }

  /** What the person says of a draft, wherever that person sits. */
  public static Verdict verdict(Draft draft) {
    return draft.score() < DocumentGraph.GOOD_ENOUGH - 0.2
        ? new Verdict(false, "too hard to read at %s".formatted(draft.score()))
        : new Verdict(true, "worth the effort at %s".formatted(draft.score()));
  }

  Entry catalogue(Letter letter) throws IOException {
    Document document = fetch(letter.document());
    return new Entry(document.title(), words(document.text()).size());
  }

  Index index(Entries entries) {
    return new Index(entries.titles(), entries.words().stream().mapToInt(Integer::intValue).sum());
  }

  Published publish(Copy copy) {
    String name = copy.title().toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}]+", "-");
    String reviewed = copy.note().isPresent() ? "?reviewed" : "";
    return new Published("press/%s/%d%s".formatted(name, copy.edition(), reviewed));
  }
}
