// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.http.Request;
import dev.holdfast.console.http.Routes;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Snapshots;
import dev.holdfast.provider.stream.StoredSnapshot;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.StreamList;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.provider.stream.Tag;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Streams of events, their states, and the log. */
final class StreamApi {

  private final OpenStore store;
  private final StreamStates states;

  StreamApi(OpenStore store, StreamStates states) {
    this.store = store;
    this.states = states;
  }

  void add(Routes routes) {
    routes.question("log", this::log);
    routes.question("streams", this::streams);
    routes.question("stream", this::stream);
    routes.question("stream/events", this::events);
    routes.question("stream/state", this::state);
  }

  private EventStreams calls() {
    return store.need(Feature.EVENT_STREAMS, EventStreams.class);
  }

  private static StreamId id(Request request) {
    return new StreamId(request.needed("category"), request.needed("id"));
  }

  private int limit(Request request) {
    return Math.min(store.limit(request), calls().limits().maxPageSize());
  }

  /** The newest event first. */
  private ObjectNode log(Request request) {
    LogHead head = calls().head();
    String before = request.text("before");
    LogPage page =
        calls()
            .readLog(
                new LogRead(
                    before == null ? head.position() : LogPosition.parse(before),
                    filter(request),
                    Direction.BACKWARDS,
                    limit(request),
                    Duration.ZERO));
    ObjectNode object =
        Json.object()
            .put("head", head.position().toString())
            .put("lastRecordedAt", Json.moment(head.lastRecordedAt()));
    ArrayNode rows = object.putArray("rows");
    page.events().forEach(event -> rows.add(json(event)));
    return object.put("next", page.atEnd() ? null : page.next().toString());
  }

  private static LogFilter filter(Request request) {
    LogFilter.Builder filter =
        LogFilter.builder()
            .categories(request.words("category").toArray(String[]::new))
            .types(request.words("type").toArray(String[]::new))
            .correlationId(request.text("correlation"))
            .eventId(request.text("event"));
    String tag = request.text("tag");
    if (tag != null) {
      int equals = tag.indexOf('=');
      if (equals < 1) {
        throw HttpProblem.badRequest("a tag is asked for as key=value");
      }
      filter.tag(tag.substring(0, equals), tag.substring(equals + 1));
    }
    return filter.build();
  }

  private ObjectNode streams(Request request) {
    StreamList list =
        calls().streams(request.needed("category"), request.text("page"), limit(request));
    ObjectNode object = Json.object();
    ArrayNode rows = object.putArray("rows");
    list.streams().forEach(info -> rows.add(json(info)));
    return object.put("next", list.nextAfterId());
  }

  private StreamInfo known(StreamId stream) {
    return calls().stream(stream)
        .orElseThrow(() -> HttpProblem.notFound("there is no stream " + stream));
  }

  private ObjectNode stream(Request request) {
    StreamId stream = id(request);
    ObjectNode object = json(known(stream));
    ArrayNode array = object.putArray("snapshots");
    store
        .ask(Snapshots.class)
        .ifPresent(snapshots -> {
          for (SnapshotInfo one : snapshots.list(stream, limit(request))) {
            array
                .addObject()
                .put("version", one.version())
                .put("schema", one.schema())
                .put("size", one.size())
                .put("storedAt", Json.moment(one.storedAt()));
          }
        });
    return object;
  }

  private ObjectNode events(Request request) {
    StreamId stream = id(request);
    boolean oldest = request.flag("oldest");
    long from = request.number("from", oldest ? 1 : known(stream).lastVersion(), 1, Long.MAX_VALUE);
    StreamPage page =
        calls()
            .readStream(
                stream, from, oldest ? Direction.FORWARDS : Direction.BACKWARDS, limit(request));
    ObjectNode object =
        Json.object()
            .put("firstVersion", page.firstVersion())
            .put("lastVersion", page.lastVersion());
    ArrayNode rows = object.putArray("rows");
    page.events().forEach(event -> rows.add(json(event)));
    if (page.complete() || page.events().isEmpty()) {
      return object.putNull("next");
    }
    long last = page.events().getLast().version();
    return object.put("next", oldest ? last + 1 : last - 1);
  }

  /** The event of a version, and the state behind it as far as somebody can tell. */
  private ObjectNode state(Request request) {
    StreamId stream = id(request);
    StreamInfo info = known(stream);
    long version = request.number("version", info.lastVersion(), 1, info.lastVersion());
    ObjectNode object = Json.object().put("version", version);
    calls().readStream(stream, version, Direction.FORWARDS, 1).events().stream()
        .filter(event -> event.version() == version)
        .findFirst()
        .ifPresent(event -> object.set("event", json(event)));
    try {
      states.at(stream, version).ifPresent(state -> store.veil().putWhole(object, "state", state));
    } catch (ProviderError e) {
      throw e;
    } catch (RuntimeException e) {
      object.put("stateProblem", store.veil().text(String.valueOf(e.getMessage())));
    }
    snapshot(stream, version)
        .ifPresent(stored -> {
          ObjectNode snapshot =
              object
                  .putObject("snapshot")
                  .put("version", stored.snapshot().version())
                  .put("schema", stored.snapshot().schema())
                  .put("storedAt", Json.moment(stored.storedAt()));
          store.veil().putWhole(snapshot, "state", stored.snapshot().state());
        });
    return object;
  }

  private Optional<StoredSnapshot> snapshot(StreamId stream, long version) {
    return store
        .ask(Snapshots.class)
        .flatMap(snapshots ->
            snapshots.list(stream, calls().limits().maxPageSize()).stream()
                .filter(one -> one.version() <= version)
                .max(Comparator.comparingLong(SnapshotInfo::version))
                .flatMap(one -> snapshots.latestAtOrBefore(stream, one.version(), one.schema())));
  }

  private ObjectNode json(StreamInfo info) {
    return Json.object()
        .put("category", info.stream().category())
        .put("id", info.stream().id())
        .put("firstVersion", info.firstVersion())
        .put("lastVersion", info.lastVersion())
        .put("createdAt", Json.moment(info.createdAt()))
        .put("lastRecordedAt", Json.moment(info.lastRecordedAt()));
  }

  private ObjectNode json(StreamEvent event) {
    NewEvent content = event.content();
    ObjectNode object =
        Json.object()
            .put("category", event.stream().category())
            .put("id", event.stream().id())
            .put("version", event.version())
            .put("position", event.position().toString())
            .put("recordedAt", Json.moment(event.recordedAt()))
            .put("eventId", content.eventId())
            .put("type", content.type())
            .put("schemaVersion", content.schemaVersion())
            .put("correlationId", content.correlationId())
            .put("causationId", content.causationId());
    ArrayNode tags = object.putArray("tags");
    content.tags().stream()
        .sorted(Comparator.comparing(Tag::key).thenComparing(Tag::value))
        .forEach(tag -> tags.addObject().put("key", tag.key()).put("value", tag.value()));
    put(object, "data", content.data());
    Payload metadata = content.metadata();
    if (metadata != null) {
      put(object, "metadata", metadata);
    }
    return object;
  }

  private void put(ObjectNode object, String name, Payload payload) {
    store.veil().put(object, name, payload);
  }
}
