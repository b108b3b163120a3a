// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.event.EncodedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guide to events says what the code does: its programs are compiled, its outputs compared. */
class GuideTest {

  private static void guideHas(String language, String text) throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "guide", "events.md"));
    assertThat(guide).contains("```" + language + "\n" + text.stripTrailing() + "\n```");
  }

  private static void sales(EventSourcing events, PrintStream out) {
    try {
      Sales.run(events, out);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static String printed(Consumer<PrintStream> program) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    program.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Orders", "OrdersExample", "Shop", "GrownOrders", "Causes", "Sales"})
  void theProgramsAreThoseOfTheGuide(String name) throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/streams/guide/" + name + ".java"));
    guideHas("java", source.substring(source.indexOf("package ")));
  }

  @Test
  void theRulesHoldWithoutAStore() {
    OrdersExample.whatWasAddedIsPaid();
    Payload before = Payload.utf8("{\"item\":\"pen\",\"cents\":300}");
    assertThat(GrownOrders.EVENTS.decode(new EncodedEvent("ItemAdded", 1, before)))
        .contains(new GrownOrders.Event.ItemAdded("pen", 300, "EUR"));
  }

  @Test
  void theProgramsPrintWhatTheGuideSays(@TempDir Path directory) throws IOException {
    String url = "sqlite:" + directory.resolve("shop.db");
    guideHas("", printed(out -> Shop.run(url, out)));
    try (Provider provider = Providers.open(ProviderConfig.url(url).build());
        EventSourcing events = EventSourcing.on(provider)) {
      guideHas("", printed(out -> Causes.run(events, out)));
      guideHas("", printed(out -> sales(events, out)));
    }
  }
}
