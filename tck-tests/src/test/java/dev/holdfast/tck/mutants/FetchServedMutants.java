// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Fetches of instances that take too much: of others' code, or of bytes. */
final class FetchServedMutants {

  private FetchServedMutants() {}

  static List<Mutant> all() {
    return new Family("FETCH")
        .handle(
            "served-code-is-not-looked-at",
            "A fetch gets instances whatever code is served.",
            "FETCH-16: the filter is not passed on",
            inner -> new Asking(inner, request -> request.withServed(null)))
        .handle(
            "versions-are-not-looked-at",
            "A fetch gets every version of a name that is served.",
            "FETCH-16: the names are compared alone",
            inner -> new Filtering(inner, false, false))
        .handle(
            "an-absent-version-serves-all",
            "Code without a version is taken for code of every version.",
            "FETCH-16: absent is a wildcard",
            inner -> new Filtering(inner, true, false))
        .handle(
            "what-is-passed-by-is-counted",
            "A fetch locks what it passes by and gives it back, counted.",
            "FETCH-16: the filter is applied to what was locked",
            inner -> new Filtering(inner, true, true))
        .handle(
            "the-nameless-are-passed-by",
            "An item without a name is delivered to nobody who serves names.",
            "FETCH-16: a comparison with NULL",
            Nameless::new)
        .handle(
            "the-limit-comes-before-the-filter",
            "A fetch looks at a thousand candidates and takes what it may of them.",
            "FETCH-16: a limit below the filter",
            LooksAtAThousand::new)
        .handle(
            "at-most-a-hundred-codes",
            "Of many codes the first hundred are served.",
            "FETCH-16: a limit on parameters",
            inner -> new Asking(inner, FetchServedMutants::aHundred))
        .handle(
            "bytes-are-not-bounded",
            "A fetch answers as many bytes as there are.",
            "FETCH-17: the bound is not passed on",
            inner -> new Asking(inner, request -> request.withMaxBytes(Long.MAX_VALUE)))
        .handle(
            "small-items-overtake",
            "An item that does not fit is passed by in favour of a smaller one.",
            "FETCH-17: the loop goes on behind what does not fit",
            SmallOnesOvertake::new)
        .handle(
            "a-batch-is-cut-at-the-bound",
            "The first item comes with as many messages as fit.",
            "FETCH-17: messages are read up to the bound",
            inner -> new Cutting(inner, true))
        .handle(
            "events-are-not-weighed",
            "Inline events come whatever their size.",
            "FETCH-17: messages are counted alone",
            inner -> new Cutting(inner, false))
        .handle(
            "a-page-has-no-bound",
            "A page of a history has as many bytes as it has events.",
            "FETCH-18: rows are counted and bytes are not",
            inner -> new WholePages(inner))
        .mutants();
  }

  private static OrchestrationFetch aHundred(OrchestrationFetch request) {
    Set<OrchestrationCode> served = request.served();
    return served == null || served.size() <= 100
        ? request
        : request.withServed(
            Set.copyOf(
                served.stream()
                    .sorted((one, other) -> one.name().compareTo(other.name()))
                    .limit(100)
                    .toList()));
  }

  private static final class Asking extends Forwarding {
    private final UnaryOperator<OrchestrationFetch> change;

    Asking(Provider inner, UnaryOperator<OrchestrationFetch> change) {
      super(inner);
      this.change = change;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(change.apply(request));
    }
  }

  /** Fetches without a filter, keeps what passes its own, and gives the rest back. */
  private static final class Filtering extends Forwarding {
    private final boolean versions;
    private final boolean counted;

    Filtering(Provider inner, boolean versions, boolean counted) {
      super(inner);
      this.versions = versions;
      this.counted = counted;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      Set<OrchestrationCode> served = request.served();
      if (served == null) {
        return super.fetchOrchestrationItems(request);
      }
      OrchestrationFetch all = Change.max(request, 10_000).withServed(null);
      List<OrchestrationItem> kept = new ArrayList<>();
      List<OrchestrationItem> others = new ArrayList<>();
      for (OrchestrationItem item : super.fetchOrchestrationItems(all)) {
        boolean passes = item.name() == null || served.stream().anyMatch(code -> fits(code, item));
        (passes && kept.size() < request.max() ? kept : others).add(item);
      }
      for (OrchestrationItem item : others) {
        inner.abandon(
            item.lockToken(), counted ? AbandonOptions.now() : AbandonOptions.now().uncounted());
      }
      return kept;
    }

    private boolean fits(OrchestrationCode code, OrchestrationItem item) {
      boolean any = !versions || (code.version() == null && !counted);
      return code.name().equals(item.name())
          && (any || String.valueOf(code.version()).equals(String.valueOf(item.version())));
    }
  }

  private static final class Nameless extends Forwarding {
    Nameless(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> kept = new ArrayList<>();
      for (OrchestrationItem item : super.fetchOrchestrationItems(request)) {
        if (request.served() != null && item.name() == null) {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        } else {
          kept.add(item);
        }
      }
      return kept;
    }
  }

  private static final class LooksAtAThousand extends Forwarding {
    LooksAtAThousand(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      if (request.served() == null) {
        return super.fetchOrchestrationItems(request);
      }
      OrchestrationFetch any = Change.max(request.withWaitUpTo(Duration.ZERO), 1_000);
      List<OrchestrationItem> looked = super.fetchOrchestrationItems(any.withServed(null));
      Set<String> seen = new HashSet<>();
      looked.forEach(item -> {
        seen.add(item.instanceId());
        inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
      });
      List<OrchestrationItem> kept = new ArrayList<>();
      for (OrchestrationItem item : super.fetchOrchestrationItems(request)) {
        if (looked.size() < 1_000 || seen.contains(item.instanceId())) {
          kept.add(item);
        } else {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        }
      }
      return kept;
    }
  }

  private static long bytes(OrchestrationItem item) {
    return item.messages().stream().mapToLong(message -> message.body().size()).sum();
  }

  private static final class SmallOnesOvertake extends Forwarding {
    SmallOnesOvertake(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      if (request.maxBytes() == OrchestrationFetch.ANY_BYTES) {
        return super.fetchOrchestrationItems(request);
      }
      List<OrchestrationItem> kept = new ArrayList<>();
      long left = request.maxBytes();
      OrchestrationFetch all = request.withMaxBytes(OrchestrationFetch.ANY_BYTES);
      for (OrchestrationItem item : super.fetchOrchestrationItems(all)) {
        if (kept.isEmpty() || bytes(item) <= left) {
          left -= bytes(item);
          kept.add(item);
        } else {
          inner.abandon(item.lockToken(), AbandonOptions.now().uncounted());
        }
      }
      return kept;
    }
  }

  private static final class Cutting extends Forwarding {
    private final boolean batches;

    Cutting(Provider inner, boolean batches) {
      super(inner);
      this.batches = batches;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request).stream()
          .map(item -> batches ? cut(item, request.maxBytes()) : whole(item, request))
          .toList();
    }

    private static OrchestrationItem cut(OrchestrationItem item, long most) {
      List<OrchestratorMessage> fitting = new ArrayList<>();
      long bytes = 0;
      for (OrchestratorMessage message : item.messages()) {
        bytes += message.body().size();
        if (fitting.isEmpty() || bytes <= most) {
          fitting.add(message);
        }
      }
      return Change.messages(item, fitting);
    }

    private OrchestrationItem whole(OrchestrationItem item, OrchestrationFetch request) {
      return Change.history(
          item,
          inner.readHistory(
              item.instanceId(), item.executionId(), 0, Math.max(1, request.inlineHistory())));
    }
  }

  private static final class WholePages extends Forwarding {
    WholePages(Provider inner) {
      super(inner);
    }

    @Override
    public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
      List<HistoryEvent> events = new ArrayList<>();
      long after = afterEventId;
      while (true) {
        History page = super.readHistory(instanceId, executionId, after, limit - events.size());
        events.addAll(page.events());
        if (page.complete() || events.size() >= limit) {
          return new History(page.lastEventId(), events, page.complete());
        }
        after = events.getLast().eventId();
      }
    }
  }
}
