// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.Tag;
import dev.holdfast.streams.Counter.Added;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.event.EventMetadata;
import dev.holdfast.streams.event.EventSourcingException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What events say of their cause. */
abstract class ContextContract extends StoreContract {

  @Test
  @Promise("ES-10")
  void aChainOverThreeStreamsIsFoundByCorrelationAndByCausation() {
    EventSourcing events = closing(EventSourcing.on(provider));
    Repository<Counter, Long, Added> orders = events.repository(Counter.aggregate(id("order")));
    Repository<Counter, Long, Added> parcels = events.repository(Counter.aggregate(id("parcel")));
    Repository<Counter, Long, Added> bills = events.repository(Counter.aggregate(id("bill")));

    Executed<Counter, Added> order =
        orders.in(EventContext.by("alice").with("conversation", id("talk"))).execute("1", 1L);
    Executed<Counter, Added> parcel = parcels.in(order.context()).execute("1", 1L);
    // Somebody who has read the event knows as much as who has appended it.
    Executed<Counter, Added> bill =
        bills
            .in(EventContext.causedBy(parcels.replay("1").withEvents().run().events().getFirst()))
            .execute("1", 1L);

    StreamEvent ordered = orders.timeline("1").getFirst().event();
    StreamEvent sent = parcels.timeline("1").getFirst().event();
    StreamEvent billed = bills.timeline("1").getFirst().event();
    String correlation = ordered.content().correlationId();
    // The first event of a chain belongs to it, too.
    assertThat(correlation).isEqualTo(ordered.content().eventId());
    assertThat(ordered.content().causationId()).isNull();
    assertThat(events.log().correlated(correlation)).containsExactly(ordered, sent, billed);
    assertThat(events.log().causedBy(ordered.content().eventId())).containsExactly(sent);
    assertThat(events.log().causedBy(sent.content().eventId())).containsExactly(billed);
    assertThat(parcel.context().causationId()).isEqualTo(sent.content().eventId());
    assertThat(bill.context().correlationId()).isEqualTo(correlation);
    for (StreamEvent event : List.of(ordered, sent, billed)) {
      assertThat(EventMetadata.read(event.content().metadata()).actor()).isEqualTo("alice");
      assertThat(event.content().tags()).contains(new Tag("actor", "alice"));
    }
    assertThat(events.log().tagged("conversation", id("talk"))).containsExactly(ordered);
  }

  @Test
  @Promise("ES-10")
  void durationRetriesAndMetadataAreBesideTheData() {
    String category = id("meta");
    AtomicBoolean once = new AtomicBoolean(true);
    Repository<Counter, Long, Added> others =
        closing(EventSourcing.on(provider)).repository(Counter.aggregate(category));
    EventSourcing events =
        closing(
            EventSourcing.builder(
                    Intercepted.of(
                        provider,
                        (method, proceed) -> {
                          if (method.equals("append") && once.getAndSet(false)) {
                            others.execute("1", 7L);
                          }
                          return proceed.call();
                        }))
                .tagged("shop")
                .build());
    Repository<Counter, Long, Added> counters = events.repository(Counter.aggregate(category));
    EventContext context =
        EventContext.by("bob").withCorrelationId("c-1").with("shop", "s1").with("host", "h1");
    counters.in(context).execute("1", "k", 1L);
    NewEvent stored = counters.timeline("1").getLast().event().content();
    EventMetadata metadata = EventMetadata.read(stored.metadata());
    assertThat(stored.data().asUtf8()).isEqualTo("{\"by\":1}");
    assertThat(metadata.actor()).isEqualTo("bob");
    assertThat(metadata.retries()).isEqualTo(1);
    assertThat(metadata.duration()).isPositive();
    assertThat(metadata.get("host")).isEqualTo("h1");
    assertThat(stored.correlationId()).isEqualTo("c-1");
    assertThat(stored.tags()).containsExactly(new Tag("shop", "s1"));
    // The same command with another context is the same command: the first one stays.
    assertThat(counters.in(EventContext.by("eve")).execute("1", "k", 1L).repeated()).isTrue();
    assertThat(counters.timeline("1").getLast().event().content()).isEqualTo(stored);
    assertThatThrownBy(() -> counters.in(context.with("hash", "0")).execute("1", 1L))
        .isInstanceOf(EventSourcingException.class)
        .hasMessageContaining("\"hash\"");
  }
}
