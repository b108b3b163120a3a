// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import dev.holdfast.examples.demo.Effects.Effect;
import dev.holdfast.examples.postings.flow.Measures;
import dev.holdfast.examples.postings.flow.PostingRow;
import dev.holdfast.examples.postings.flow.Stage;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.streams.queue.DeadLetter;
import java.util.List;
import java.util.Map;

/**
 * All that the audit looks at.
 *
 * @param log all events, in the order of the log
 * @param effects what the ledger has
 * @param dead the dead letters of postings that should have some, by posting
 * @param rows the rows of the states
 * @param metrics the rows of the metrics
 * @param stages the rows of the stages
 * @param queued how many messages are still in queues
 */
record Evidence(
    List<StreamEvent> log,
    List<Effect> effects,
    Map<String, List<DeadLetter>> dead,
    Map<String, PostingRow> rows,
    Map<String, Measures> metrics,
    Map<Stage, Long> stages,
    long queued) {}
