// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.OrchestrationFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The programs of the guides to errors and to doing many things at once. */
class AuthorGuideTest {

  private static final Duration LONG = Duration.ofMinutes(2);

  private final Queue<String> cancelled = new ConcurrentLinkedQueue<>();
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "BookedTrip, errors.md",
    "RenderedFilm, fan-out.md",
    "ImportedCatalog, activities.md"
  })
  void theProgramIsTheOneOfTheGuide(String program, String guide) throws IOException {
    Path sources = Path.of("src/test/java/dev/holdfast/runtime/guide");
    String source = Files.readString(sources.resolve(program + ".java"));
    assertThat(Files.readString(Path.of("..", "docs", "guide", guide)))
        .contains(
            "```java\n" + source.substring(source.indexOf("package ")).stripTrailing() + "\n```");
  }

  @Test
  void aTripIsBookedAsAWholeOrNotAtAll() throws Exception {
    try (Holdfast holdfast = start()) {
      HoldfastClient client = holdfast.client();
      client.start(BookedTrip.BOOK, "rome", "Rome");
      client.start(BookedTrip.BOOK, "atlantis", "Atlantis");
      client.start(BookedTrip.FORECAST, "weather", "Rome");
      assertThat(client.await(BookedTrip.BOOK, "rome", LONG))
          .isEqualTo("flight to Rome, hotel in Rome");
      assertThatThrownBy(() -> client.await(BookedTrip.BOOK, "atlantis", LONG))
          .isInstanceOf(OrchestrationFailedException.class)
          .hasMessageContaining("no hotel in Atlantis");
      assertThat(cancelled).containsExactly("flight to Atlantis");
      assertThat(client.await(BookedTrip.FORECAST, "weather", LONG)).isEqualTo("unknown");
    }
  }

  @Test
  void filmsAreRenderedApprovedAndCut() throws Exception {
    try (Holdfast holdfast = start()) {
      HoldfastClient client = holdfast.client();
      client.start(RenderedFilm.FILM, "film", 3);
      assertThat(client.await(RenderedFilm.FILM, "film", LONG)).isEqualTo("#0 #1 #2");
      client.start(RenderedFilm.DRAFT, "draft", 15);
      assertThat(client.await(RenderedFilm.DRAFT, "draft", LONG)).isEqualTo(14);
      client.start(RenderedFilm.CUTTER, "cutter", "none");
      client.start(RenderedFilm.RELEASE, "release", "Jaws");
      client.raise("release", RenderedFilm.APPROVED, true);
      assertThat(client.await(RenderedFilm.RELEASE, "release", LONG)).isEqualTo("released");
      client.awaitCustomStatus("cutter", 0, LONG);
      client.raise("cutter", RenderedFilm.WISH, "stop");
      assertThat(client.await(RenderedFilm.CUTTER, "cutter", LONG)).isEqualTo("Jaws was released");
    }
  }

  @Test
  void anImportGoesOnWhereItWas() throws Exception {
    Queue<String> charged = new ConcurrentLinkedQueue<>();
    AtomicBoolean failed = new AtomicBoolean();
    String url = "sqlite:" + directory.resolve("store.db");
    try (Holdfast holdfast =
        ImportedCatalog.worker(
                url,
                article -> {
                  if (article == 7 && failed.compareAndSet(false, true)) {
                    throw new IllegalStateException("the shop is closed");
                  }
                },
                (key, cents) -> {
                  charged.add(key + ": " + cents);
                  return "paid";
                })
            .closeOnShutdown(false)
            .start()) {
      HoldfastClient client = holdfast.client();
      client.start(ImportedCatalog.CATALOG, "spring", 10);
      assertThat(client.await(ImportedCatalog.CATALOG, "spring", LONG))
          .isEqualTo("3 imported at last, paid");
      assertThat(charged).hasSize(1).first().asString().matches("spring/1/\\d+: 50");
    }
  }

  private Holdfast start() {
    return Holdfast.builder("sqlite:" + directory.resolve("store.db"))
        .closeOnShutdown(false)
        .orchestration(BookedTrip.BOOK)
        .orchestration(BookedTrip.FORECAST)
        .orchestration(RenderedFilm.FILM)
        .orchestration(RenderedFilm.DRAFT)
        .orchestration(RenderedFilm.RELEASE)
        .orchestration(RenderedFilm.CUTTER)
        .activity(BookedTrip.FLIGHT, (context, city) -> "flight to " + city)
        .activity(
            BookedTrip.HOTEL,
            (context, city) -> {
              if (city.equals("Atlantis")) {
                throw new IllegalArgumentException("no hotel in " + city);
              }
              return "hotel in " + city;
            })
        .action(BookedTrip.CANCEL, (context, booking) -> cancelled.add(booking))
        .activity(
            BookedTrip.WEATHER,
            (context, city) -> {
              throw new IOException("no line");
            })
        .activity(
            RenderedFilm.RENDER,
            (context, scene) -> {
              if (scene == 13) {
                throw new IllegalStateException("unlucky");
              }
              return "#" + scene;
            })
        .start();
  }
}
