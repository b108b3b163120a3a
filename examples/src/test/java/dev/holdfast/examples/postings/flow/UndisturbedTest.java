// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.examples.postings.flow.PostingEvent.CallFailed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The file of postings, and what comes of them: enough of everything that the demo is to show. */
class UndisturbedTest {

  private static final int MOST_BYTES = 600_000;

  @Test
  void theFileHasAThousandPostingsAndIsSmall() throws IOException {
    List<Posting> postings = PostingsFile.shipped();
    Set<String> ids = new HashSet<>();
    assertThat(postings).hasSize(1_000).allMatch(posting -> ids.add(posting.id()));
    assertThat(postings).filteredOn(Posting::isRefused).hasSize(4);
    assertThat(Files.size(Path.of("postings", "postings.jsonl"))).isLessThan(MOST_BYTES);
  }

  @Test
  void everyPostingEnds() throws IOException {
    List<Undisturbed> all = PostingsFile.shipped().stream().map(Undisturbed::of).toList();
    assertThat(all)
        .filteredOn(right -> !right.events().isEmpty())
        .hasSize(996)
        .allMatch(right -> right.state().stage().isEnd());
    assertThat(all)
        .filteredOn(right -> right.state().stage() == Stage.GIVEN_UP)
        .hasSizeBetween(3, 50)
        .allMatch(
            right -> right.events().stream().filter(CallFailed.class::isInstance).count() >= 3);
    assertThat(all.stream().map(right -> right.state().category()).distinct())
        .contains("engineering", "data", "care", "trade", "logistics", "sales", "office");
  }

  @Test
  void wordsArePutInOrder() {
    Posting posting =
        new Posting(
            "posting-0500",
            "feed-01",
            "  SENIOR   baker (m/f/d)",
            "Saffron Kitchens",
            "GDAŃSK",
            "You bring wiring and CNC. The workshop is warm.");
    PostingState state = Undisturbed.of(posting).state();
    assertThat(state.title()).isEqualTo("Senior Baker");
    assertThat(state.place()).isEqualTo("Gdańsk");
    assertThat(state.category()).isEqualTo("trade");
    assertThat(state.skills()).containsExactly("wiring", "CNC");
    assertThat(state.summary())
        .isEqualTo("Senior Baker at Saffron Kitchens, Gdańsk: You bring wiring and CNC.");
    assertThat(state.score()).isEqualTo(60);
  }
}
