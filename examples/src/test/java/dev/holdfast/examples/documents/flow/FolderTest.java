// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.documents.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.examples.BadInputException;
import dev.holdfast.examples.documents.flow.DocumentGraph.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The texts of the demo, and those of others. */
class FolderTest {

  @TempDir private Path dir;

  @Test
  void allTextsOfTheFolderComeWithTheExamples() {
    assertThat(Folder.of(Path.of("documents")).files()).isEqualTo(Folder.SHIPPED);
  }

  /** Or the demo would not show what it is for. */
  @Test
  void theyTakeAllWaysThroughTheGraph() throws Exception {
    Folder folder = Folder.shipped(dir.resolve("texts"));
    List<Undisturbed> all = new ArrayList<>();
    for (String file : folder.files()) {
      all.add(Undisturbed.of(new Desk(folder.path()), new Request(file, 1)));
    }

    assertThat(all).anyMatch(run -> !run.isReviewed() && run.isPublished());
    assertThat(all).anyMatch(run -> run.isReviewed() && run.isPublished());
    assertThat(all).anyMatch(run -> run.isReviewed() && !run.isPublished());
    assertThat(all)
        .flatExtracting(run -> run.steps().values())
        .anyMatch(outputs -> outputs.path("kind").asString("").equals("verse"))
        .anyMatch(outputs -> outputs.path("kind").asString("").equals("dialogue"))
        .anyMatch(outputs -> outputs.path("kind").asString("").equals("prose"));
  }

  @Test
  void aFolderThatCannotBeWorkedWithIsRefusedInWords() throws Exception {
    refused(dir.resolve("nowhere"), "is no directory");
    refused(dir, "has no file that ends with .txt");
    Files.writeString(dir.resolve("a.txt"), " \n");
    refused(dir, "a.txt is empty");
    Files.write(dir.resolve("a.txt"), "Käse".getBytes(StandardCharsets.ISO_8859_1));
    refused(dir, "a.txt is no text in UTF-8");
  }

  private static void refused(Path folder, String why) {
    assertThatThrownBy(() -> Folder.of(folder))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining(why);
  }
}
