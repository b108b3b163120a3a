// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.trace;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.examples.orders.Catalog;
import dev.holdfast.examples.orders.Order;
import dev.holdfast.examples.orders.OrdersFile;
import dev.holdfast.examples.orders.flow.OrderActivities;
import dev.holdfast.examples.orders.flow.OrderFlow;
import dev.holdfast.examples.orders.ledger.Ledger;
import dev.holdfast.observability.tracing.OpenTelemetryTracing;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;
import dev.holdfast.runtime.ActivityContext;
import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Interceptor;
import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Repository;
import dev.holdfast.streams.projection.Projection;
import dev.holdfast.streams.projection.ProjectionRunner;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.Row;
import dev.holdfast.worker.tracing.Tracing;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of a shop: {@code shop} places one order of the demo and waits for it, {@code worker}
 * does the demo's flow and notes parcels that have left, {@code reports} counts them. What it does
 * is in a file of spans, and in its log.
 */
final class TracedProcess {

  static final String PARCELS = "parcel";

  private static final Logger LOG = LoggerFactory.getLogger(TracedProcess.class);
  private static final Duration LONG = Duration.ofMinutes(1);

  /** A parcel has left. */
  record Left(String order) {}

  /** The parcels that have left. */
  record Count(int parcels) {}

  private static final Aggregate<Count, Left, Left> PARCEL =
      Aggregate.builder(PARCELS, Count.class, Left.class, Left.class)
          .initial(new Count(0))
          .decide((state, left) -> state.parcels() == 0 ? List.of(left) : List.of())
          .evolve((state, left) -> new Count(state.parcels() + 1))
          .build();

  private static final Projection<Left, Count> COUNT =
      Projection.builder("parcels", Left.class, Count.class)
          .categories(PARCELS)
          .handler((event, rows) -> {
            LOG.info("counted {}", event.data().order());
            Count before = rows.get("all").orElse(new Count(0));
            return List.of(Row.put("all", new Count(before.parcels() + 1)));
          });

  private final Provider provider;
  private final OpenTelemetrySdk sdk;
  private final Tracing tracing;
  private final Path ledger;

  private TracedProcess(Provider provider, OpenTelemetrySdk sdk, Path ledger) {
    this.provider = provider;
    this.sdk = sdk;
    this.tracing = OpenTelemetryTracing.of(sdk);
    this.ledger = ledger;
  }

  public static void main(String[] arguments) throws Exception {
    Path spans = Path.of(arguments[1]);
    SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new SpanFile(spans)))
            .build();
    try (OpenTelemetrySdk sdk = OpenTelemetrySdk.builder().setTracerProvider(tracers).build();
        Provider provider = Providers.open(Store.ofEnvironment(arguments[3]).config())) {
      TracedProcess process = new TracedProcess(provider, sdk, Path.of(arguments[2]));
      switch (arguments[0]) {
        case "shop" -> process.shop();
        case "worker" -> process.worker();
        default -> process.reports();
      }
    }
  }

  private void shop() throws InterruptedException {
    Order order =
        OrdersFile.read(null, Catalog.shipped()).orders().stream()
            .filter(each -> each.card() == Order.Card.OK)
            .filter(each -> each.carrier() == Order.Carrier.OK && !each.needsApproval())
            .findFirst()
            .orElseThrow();
    Span request = sdk.getTracer("shop").spanBuilder("request").startSpan();
    try (HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson(), tracing)) {
      try (Scope scope = request.makeCurrent()) {
        client.start(OrderFlow.PROCESS, order.id(), order);
      }
      System.out.println("ended " + client.await(OrderFlow.PROCESS, order.id(), LONG));
    }
    request.end();
  }

  private void worker() throws Exception {
    try (EventSourcing events = EventSourcing.builder(provider).tracing(tracing).build();
        Ledger books = Ledger.open(ledger, Catalog.shipped(), Duration.ZERO)) {
      Repository<Count, Left, Left> parcels = events.repository(PARCEL);
      Holdfast.Builder builder =
          Holdfast.builder(provider).tracing(tracing).interceptor(new Noting(parcels));
      try (Holdfast holdfast = OrderActivities.register(builder, books).start()) {
        untilInputEnds();
      }
    }
  }

  private void reports() throws IOException {
    try (EventSourcing events = EventSourcing.builder(provider).tracing(tracing).build();
        ProjectionRunner runner = Projector.on(events, COUNT).start()) {
      untilInputEnds();
    }
  }

  private static void untilInputEnds() throws IOException {
    System.out.println("ready");
    while (System.in.read() >= 0) {
      continue;
    }
  }

  /** Notes the parcel behind the activity that hands it over. */
  private record Noting(Repository<Count, Left, Left> parcels) implements Interceptor {
    @Override
    public <T extends @Nullable Object> T activity(ActivityContext activity, Callable<T> next)
        throws Exception {
      T result = next.call();
      if (activity.name().equals(OrderFlow.HAND_OVER.name())) {
        LOG.info("noting {}", activity.instanceId());
        parcels.execute(activity.instanceId(), new Left(activity.instanceId()));
      }
      return result;
    }
  }
}
