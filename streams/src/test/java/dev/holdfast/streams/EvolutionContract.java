// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventType;
import dev.holdfast.streams.event.EventTypes;
import dev.holdfast.streams.event.UnknownEventTypeException;
import dev.holdfast.streams.event.UnknownTypes;
import dev.holdfast.streams.event.UnreadableEventException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Events of older forms, and of types that nobody here knows. */
abstract class EvolutionContract extends StoreContract {

  private static final String CATEGORY = "grown";

  sealed interface PriceEvent {
    @EventType(value = "PriceSet", version = 3)
    record PriceSet(long cents, String currency, @Nullable String note) implements PriceEvent {}

    record Hidden() implements PriceEvent {}

    record Noted(Optional<String> text) implements PriceEvent {}
  }

  record Prices(List<String> seen) {}

  /** Form 1 had units as a number with a fraction, form 2 cents, form 3 has a currency. */
  private static EventTypes<PriceEvent> types() {
    return EventTypes.builder(PriceEvent.class)
        .formerly("PriceChanged", PriceEvent.PriceSet.class)
        .upcast(
            "PriceSet",
            1,
            data ->
                data.put(
                    "cents",
                    data.remove("units").decimalValue().movePointRight(2).longValueExact()))
        .upcast("PriceSet", 2, data -> data.put("currency", "EUR"))
        .build();
  }

  private static Aggregate.Builder<Prices, PriceEvent, PriceEvent> builder(
      EventTypes<PriceEvent> types) {
    return Aggregate.builder(CATEGORY, Prices.class, PriceEvent.class, PriceEvent.class)
        .events(types)
        .initial(new Prices(List.of()))
        .decide((state, command) -> List.of(command))
        .evolve((state, event) -> {
          List<String> seen = new ArrayList<>(state.seen());
          seen.add(event.toString());
          return new Prices(seen);
        });
  }

  private Repository<Prices, PriceEvent, PriceEvent> prices(
      Aggregate<Prices, PriceEvent, PriceEvent> aggregate) {
    return closing(EventSourcing.on(provider)).repository(aggregate);
  }

  private EventStreams streams() {
    return provider.capability(EventStreams.class).orElseThrow();
  }

  private void append(String id, String type, int form, String data) {
    NewEvent event = NewEvent.builder(type, Payload.utf8(data)).schemaVersion(form).build();
    streams().append(AppendEvents.of(new StreamId(CATEGORY, id), Expected.any(), event));
  }

  private List<StreamEvent> stored(String id) {
    return streams().readStream(new StreamId(CATEGORY, id), 1, Direction.FORWARDS, 100).events();
  }

  @Test
  @Promise("ES-08")
  void threeFormsOfOneEventAreReadAsOneAndStoredAsTheyWere() {
    String id = id("forms");
    append(id, "PriceSet", 1, "{\"units\":12.5}");
    append(id, "PriceSet", 2, "{\"cents\":1300}");
    append(id, "PriceChanged", 1, "{\"units\":14}");
    Repository<Prices, PriceEvent, PriceEvent> prices = prices(builder(types()).build());
    List<StreamEvent> before = stored(id);
    prices.execute(id, new PriceEvent.PriceSet(1_500, "USD", null));
    List<String> all =
        List.of(
            "PriceSet[cents=1250, currency=EUR, note=null]",
            "PriceSet[cents=1300, currency=EUR, note=null]",
            "PriceSet[cents=1400, currency=EUR, note=null]",
            "PriceSet[cents=1500, currency=USD, note=null]");
    assertThat(prices.load(id).state().seen()).isEqualTo(all);
    assertThat(prices.replay(id).withoutSnapshots().withEvents().run().events())
        .extracting(event -> event.data().toString())
        .isEqualTo(all);
    assertThat(prices.timeline(id)).extracting(e -> e.data().toString()).isEqualTo(all);
    assertThat(stored(id)).hasSize(4).startsWith(before.toArray(StreamEvent[]::new));
    assertThat(stored(id).getLast().content().schemaVersion()).isEqualTo(3);
  }

  @Test
  @Promise("ES-08")
  void aMissingUpcasterIsAnErrorThatNamesTypeAndForm() {
    String id = id("gap");
    append(id, "PriceSet", 1, "{\"units\":12.5}");
    EventTypes<PriceEvent> gap =
        EventTypes.builder(PriceEvent.class).upcast("PriceSet", 1, data -> data).build();
    assertThatThrownBy(() -> prices(builder(gap).build()).load(id))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("event type PriceSet, schema version 1")
        .hasMessageContaining("no upcaster from 2 to 3");
    append(id("newer"), "PriceSet", 4, "{}");
    assertThatThrownBy(() -> prices(builder(types()).build()).load(id("newer")))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("schema version 4")
        .hasMessageContaining("newer code");
    append(id("absent"), "PriceSet", 3, "{\"cents\":1}");
    assertThatThrownBy(() -> prices(builder(types()).build()).load(id("absent")))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("currency is absent");
    append(id("number"), "PriceSet", 3, "{\"currency\":\"EUR\"}");
    assertThatThrownBy(() -> prices(builder(types()).build()).load(id("number")))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("long");
    append(id("no-json"), "PriceSet", 3, "[1]");
    assertThatThrownBy(() -> prices(builder(types()).build()).load(id("no-json")))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("no JSON object");
    // What says that an event does not count makes its stream readable again.
    prices(builder(types()).build()).invalidate(id("no-json"), 1, "written by hand");
    assertThat(prices(builder(types()).build()).load(id("no-json")).state().seen()).isEmpty();
    assertThatThrownBy(
            () -> EventTypes.builder(PriceEvent.class).upcast("PriceSet", 3, data -> data))
        .hasMessageContaining("leads to nothing");
    assertThatThrownBy(() ->
            EventTypes.builder(PriceEvent.class)
                .upcast("PriceSet", 1, data -> data)
                .upcast("PriceSet", 1, data -> data))
        .hasMessageContaining("two upcasters");
  }

  @Test
  @Promise("ES-10")
  void emptyDataSuitEventsThatHaveNone() {
    String id = id("empty");
    append(id, "Hidden", 1, "");
    append(id, "Noted", 1, "");
    Repository<Prices, PriceEvent, PriceEvent> prices = prices(builder(types()).build());
    prices.execute(id, new PriceEvent.Hidden());
    assertThat(prices.load(id).state().seen())
        .containsExactly("Hidden[]", "Noted[text=Optional.empty]", "Hidden[]");
    append(id, "PriceSet", 3, "");
    assertThatThrownBy(() -> prices.load(id)).isInstanceOf(UnreadableEventException.class);
    assertThat(types().encode(new PriceEvent.Hidden()))
        .isEqualTo(new EncodedEvent("Hidden", 1, Payload.utf8("{}")));
  }

  @Test
  @Promise("ES-09")
  void typesThatNobodyKnowsAreIgnoredRefusedOrSetAside() {
    String id = id("unknown");
    append(id, "Hidden", 1, "{}");
    append(id, "Painted", 1, "{\"colour\":\"red\"}");
    append(id, "Hidden", 1, "{}");
    Repository<Prices, PriceEvent, PriceEvent> failing = prices(builder(types()).build());
    for (Replay<Prices, PriceEvent> replay :
        List.of(failing.replay(id), failing.replay(id).until(2))) {
      assertThatThrownBy(replay::run)
          .isInstanceOf(UnknownEventTypeException.class)
          .hasMessageContaining("version 2 of stream grown/" + id + " is of type Painted");
    }
    assertThatThrownBy(() -> failing.load(id)).isInstanceOf(UnknownEventTypeException.class);
    assertThat(failing.replay(id).until(1).run().state().seen()).containsExactly("Hidden[]");
    Repository<Prices, PriceEvent, PriceEvent> ignoring =
        prices(builder(types()).unknownTypes(UnknownTypes.IGNORE).stateVersion(2).build());
    assertThat(ignoring.load(id).state().seen()).containsExactly("Hidden[]", "Hidden[]");
    assertThat(ignoring.load(id).version()).isEqualTo(3);
    assertThat(ignoring.execute(id, new PriceEvent.Hidden()).version()).isEqualTo(4);
    Repository<Prices, PriceEvent, PriceEvent> parking =
        prices(builder(types()).unknownTypes(UnknownTypes.PARK).stateVersion(3).build());
    for (int i = 0; i < 2; i++) {
      Loaded<Prices> parked = parking.load(id);
      assertThat(parked.state().seen()).containsExactly("Hidden[]");
      assertThat(parked.version()).isEqualTo(1);
      assertThat(parked.parked()).isEqualTo(new ParkedStream(2, "Painted"));
    }
    assertThatThrownBy(() -> parking.execute(id, new PriceEvent.Hidden()))
        .isInstanceOf(ParkedStreamException.class)
        .hasMessageContaining("set aside from version 2");
    assertThatThrownBy(() -> parking.snapshot(id)).isInstanceOf(ParkedStreamException.class);
    // An event that does not count any more sets nothing aside.
    parking.invalidate(id, 2, "of another application");
    assertThat(parking.load(id).parked()).isNull();
    assertThat(parking.load(id).state().seen()).hasSize(3);
    assertThat(parking.execute(id, new PriceEvent.Hidden()).version()).isEqualTo(6);
    assertThat(failing.load(id).version()).isEqualTo(6);
  }
}
