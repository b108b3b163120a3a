// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the actors do: deterministic stand-ins, so that a run that was killed many times can be
 * compared with one that was not. The models among them count tokens, take time and fail.
 */
final class Actors {

  /** A model may fail so often for one posting. */
  static final int ATTEMPTS = 3;

  private static final int PROMPT_TOKENS = 120;
  private static final Pattern YEARS = Pattern.compile("(\\d+) to (\\d+) years");
  private static final Pattern SENTENCE = Pattern.compile("(?<=[.!?]) ");
  private static final Pattern NEEDS = Pattern.compile("You bring (.*?)\\.( |$)");
  private static final Pattern COMMA = Pattern.compile(", | and ");

  /** By category, what is said in its postings; the first that has most wins. */
  private static final Map<String, List<String>> WORDS = new LinkedHashMap<>();

  static {
    WORDS.put("engineering", List.of("developer", "software", "java", "reliab", "services"));
    WORDS.put("data", List.of("data", "statistic", "machine learning", "pipelines", "python"));
    WORDS.put("care", List.of("nurse", "residents", "midwife", "pharmacist", "care home"));
    WORDS.put("trade", List.of("workshop", "welder", "joiner", "electrician", "baker", "repair"));
    WORDS.put("logistics", List.of("parcels", "driver", "customs", "warehouse", "routes"));
    WORDS.put("sales", List.of("customers", "customer", "marketing", "shop", "account manager"));
    WORDS.put("office", List.of("accountant", "payroll", "books", "legal", "colleagues"));
  }

  private Actors() {}

  /** What comes of an attempt of an actor at a posting. */
  static PostingCommand outcome(Actor actor, int attempt, String id, PostingState posting) {
    if (attempt > ATTEMPTS) {
      return new PostingCommand.GiveUp(actor, posting.error());
    }
    String error = actor.isModel() ? failure(actor, attempt, id) : null;
    if (error != null) {
      return new PostingCommand.Fail(actor, attempt, error, call(actor, posting.text(), ""));
    }
    String text = posting.text();
    return switch (actor) {
      case NORMALISE -> {
        String title = title(posting.title());
        yield new PostingCommand.Normalise(
            title, words(posting.place()), call(actor, text, title));
      }
      case CLASSIFY -> {
        String category = category(posting.title() + " " + text);
        yield new PostingCommand.Classify(category, call(actor, text, category));
      }
      case EXTRACT -> {
        List<String> skills = skills(text);
        yield new PostingCommand.Extract(skills, call(actor, text, String.join(" ", skills)));
      }
      case SUMMARISE -> {
        String summary = summary(posting);
        yield new PostingCommand.Summarise(summary, call(actor, text, summary));
      }
      case SCORE -> new PostingCommand.Score(score(posting), call(actor, text, ""));
    };
  }

  private static String title(String careless) {
    return words(careless.replaceFirst("(?i)\\(m/f/d\\)", ""));
  }

  private static String words(String careless) {
    List<String> words = new ArrayList<>();
    for (String word : careless.strip().split("\\s+")) {
      String lower = word.toLowerCase(Locale.ROOT);
      words.add(
          lower.equals("hr")
              ? "HR"
              : lower.substring(0, 1).toUpperCase(Locale.ROOT) + lower.substring(1));
    }
    return String.join(" ", words);
  }

  private static String category(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    String best = "other";
    long most = 0;
    for (Map.Entry<String, List<String>> category : WORDS.entrySet()) {
      long found = category.getValue().stream().filter(lower::contains).count();
      if (found > most) {
        best = category.getKey();
        most = found;
      }
    }
    return best;
  }

  private static List<String> skills(String text) {
    Matcher needs = NEEDS.matcher(text);
    return needs.find() ? List.of(COMMA.split(needs.group(1))) : List.of();
  }

  private static String summary(PostingState posting) {
    String first = SENTENCE.split(posting.text())[0];
    return "%s at %s, %s: %s"
        .formatted(posting.title(), posting.company(), posting.place(), first);
  }

  /** In steps of five. */
  private static int score(PostingState posting) {
    int score = 30 + 10 * posting.skills().size();
    score += posting.category().equals("other") ? 0 : 10;
    score += posting.place().equals("Remote") ? 10 : 0;
    Matcher years = YEARS.matcher(posting.text());
    score -= years.find() ? 5 * Integer.parseInt(years.group(1)) : 0;
    score += posting.text().contains("Part time") ? 5 : 0;
    return Math.clamp(score, 0, 100);
  }

  /** What it costs: more text, more tokens and more time. Nothing is left to chance. */
  private static Call call(Actor actor, String text, String answer) {
    if (!actor.isModel()) {
      return new Call(0, 0, 1 + text.length() % 7);
    }
    int prompt = PROMPT_TOKENS + tokens(text);
    int answered = tokens(answer);
    int each =
        switch (actor) {
          case CLASSIFY -> 10;
          case EXTRACT -> 30;
          default -> 40;
        };
    return new Call(prompt, answered, (prompt / 10 + answered) * each);
  }

  private static int tokens(String text) {
    return (text.length() + 3) / 4;
  }

  /** The error of a model at a posting; null when it does not fail. */
  private static @Nullable String failure(Actor actor, int attempt, String id) {
    int lot = Math.floorMod((id + actor).hashCode() * 31, 200);
    if (lot == 0) {
      return "the answer is not JSON";
    }
    int number = Math.floorMod(Integer.parseInt(id.substring(id.lastIndexOf('-') + 1)), 100);
    if (actor == Actor.SUMMARISE && attempt == 1 && number >= 30 && number < 38) {
      return "the model is overloaded";
    }
    return attempt == 1 && lot < 7 ? "too many requests" : null;
  }
}
