// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.runtime.Holdfast;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guide to queues of events says of orchestrations. */
class StreamsGuideTest {

  @Test
  void theProgramIsTheOneOfTheGuide() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/runtime/guide/ShippedOrder.java"));
    String program = source.substring(source.indexOf("package ")).stripTrailing();
    assertThat(Files.readString(Path.of("..", "docs", "guide", "events-queue.md")))
        .contains("```java\n" + program + "\n```");
  }

  @Test
  void theProgramWaitsAndAppends(@TempDir Path directory) throws Exception {
    String url = "sqlite:" + directory.resolve("store.db");
    StreamId customer = new StreamId("customer", "alice");
    try (Provider provider = Providers.open(ProviderConfig.url(url).build());
        Holdfast holdfast =
            Holdfast.builder(provider)
                .closeOnShutdown(false)
                .orchestration(ShippedOrder.THANK)
                .activity(ShippedOrder.VERSION, (context, id) -> version(provider, customer))
                .start()) {
      holdfast.client().start(ShippedOrder.THANK, "thank-1", "order-1");
      NewEvent shipped = NewEvent.of("Shipped", Payload.utf8("alice"));
      provider
          .capability(EventStreams.class)
          .orElseThrow()
          .append(AppendEvents.of(new StreamId("order", "order-1"), Expected.any(), shipped));

      assertThat(holdfast.client().await(ShippedOrder.THANK, "thank-1", Duration.ofMinutes(2)))
          .isEqualTo("alice");
      assertThat(version(provider, customer)).isOne();
    }
  }

  private static long version(Provider provider, StreamId stream) {
    return provider.capability(EventStreams.class).orElseThrow().stream(stream)
        .map(StreamInfo::lastVersion)
        .orElse(0L);
  }
}
