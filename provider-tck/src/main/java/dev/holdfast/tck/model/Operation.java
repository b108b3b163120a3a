// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One thing to do with a store, said so that it keeps its meaning whatever was done before. */
sealed interface Operation {

  /** Stores messages. */
  record Enqueue(List<MessageDraft> messages, boolean asList) implements Operation {
    @Override
    public String toString() {
      return (asList ? "enqueueAll " : "enqueue ") + messages;
    }
  }

  /** Fetches from one queue. */
  record Fetch(Queue queue, int max, int inlineHistory, int lockSteps, Taken taken, Owner owner)
      implements Operation {

    /** For nobody who has sessions. */
    Fetch(Queue queue, int max, int inlineHistory, int lockSteps, Taken taken) {
      this(queue, max, inlineHistory, lockSteps, taken, Owner.NONE);
    }

    Fetch of(Taken other, Owner whose) {
      return new Fetch(queue, max, inlineHistory, lockSteps, other, whose);
    }

    @Override
    public String toString() {
      return "fetch %s max=%d%s lock=%d%s%s"
          .formatted(
              queue,
              max,
              queue == Queue.TURNS ? " inline=" + inlineHistory : "",
              lockSteps,
              taken.text(),
              owner.text());
    }
  }

  /** Acks turns. */
  record AckTurns(List<TurnDraft> turns, boolean asList) implements Operation {
    @Override
    public String toString() {
      return (asList ? "ack list of turns " : "ack turn ") + turns;
    }
  }

  /** Acks activities. */
  record AckActivities(List<ActivityDraft> acks, boolean asList) implements Operation {
    @Override
    public String toString() {
      return (asList ? "ack list of activities " : "ack activity ") + acks;
    }
  }

  /**
   * Does something to one instance or activity and claims what it makes ready.
   *
   * @param call an enqueue or an ack with one element, and no list form
   * @param lockSteps how long to lock
   * @param taken what it takes
   * @param owner for whom it takes activities of sessions
   * @param ahead the turn that it sends along, null for none
   */
  record Claiming(
      Operation call, int lockSteps, Taken taken, Owner owner, @Nullable TurnDraft ahead)
      implements Operation {

    /** Whether an operation can carry a claim. */
    static boolean fits(Operation operation) {
      return switch (operation) {
        case Enqueue(List<MessageDraft> messages, boolean asList) ->
            !asList && messages.size() == 1;
        case AckTurns(List<TurnDraft> turns, boolean asList) -> !asList && turns.size() == 1;
        case AckActivities(List<ActivityDraft> acks, boolean asList) -> !asList && acks.size() == 1;
        default -> false;
      };
    }

    /** The instance that a call can send a turn ahead for; none for a call that cannot. */
    static OptionalInt aheadOf(Operation operation) {
      return switch (operation) {
        case Enqueue(List<MessageDraft> messages, boolean asList) ->
            OptionalInt.of(messages.get(0).instance());
        case AckActivities(List<ActivityDraft> acks, boolean asList) ->
            OptionalInt.of(acks.get(0).token().instance());
        default -> OptionalInt.empty();
      };
    }

    @Override
    public String toString() {
      return call
          + ", claiming for "
          + lockSteps
          + taken.text()
          + owner.text()
          + (ahead == null ? "" : ", with a turn ahead: " + ahead);
    }
  }

  /** Gives something back. */
  record Abandon(Queue queue, TokenRef token, int delaySteps, boolean counted)
      implements Operation {
    @Override
    public String toString() {
      return "abandon %s [%s] delay=%d%s"
          .formatted(queue, token, delaySteps, counted ? "" : " uncounted");
    }
  }

  /** Prolongs locks: those of one queue one by one, or those of both in one call. */
  record Renew(Queue queue, List<TokenRef> tokens, int steps, boolean asList) implements Operation {
    @Override
    public String toString() {
      return "renew %s%s %s by %d"
          .formatted(asList ? "list of both " : "", asList ? "queues" : queue, tokens, steps);
    }
  }

  /** Shows the token of one queue to the other. */
  record WrongQueue(Queue queue, TokenRef token) implements Operation {
    @Override
    public String toString() {
      return "ack %s with the [%s] of the other queue".formatted(queue, token);
    }
  }

  /** Reads events. */
  record ReadHistory(int instance, long executionId, long after, int limit) implements Operation {
    @Override
    public String toString() {
      return "readHistory i%d execution=%d after=%d limit=%d"
          .formatted(instance, executionId, after, limit);
    }
  }

  /** Reads the latest execution. */
  record LatestExecution(int instance) implements Operation {
    @Override
    public String toString() {
      return "latestExecutionId i" + instance;
    }
  }

  /** Reads key-values. */
  record ReadValues(int instance) implements Operation {
    @Override
    public String toString() {
      return "read key-values of i" + instance;
    }
  }

  /** Reads the custom status. */
  record ReadStatus(int instance, long lastSeenVersion) implements Operation {
    @Override
    public String toString() {
      return "read custom status of i%d newer than %d".formatted(instance, lastSeenVersion);
    }
  }

  /**
   * Applies changes alone.
   *
   * @param changes the changes
   * @param fence the token to show, null for none
   * @param queue whose token
   */
  record Apply(List<StateDraft> changes, @Nullable TokenRef fence, Queue queue)
      implements Operation {
    @Override
    public String toString() {
      return "apply "
          + changes
          + (fence == null ? "" : " under the [%s] of %s".formatted(fence, queue));
    }
  }

  /** Reads runs or steps. */
  record ReadRows(What what, int run) implements Operation {

    /** Which read. */
    enum What {
      RUN,
      STEPS,
      PAGE,
      RUNS,
      STUCK,
      COUNTS,
      STEP_COUNTS
    }

    @Override
    public String toString() {
      return "read " + what.name().toLowerCase(Locale.ROOT).replace('_', ' ') + " of i" + run;
    }
  }

  /** Reads what inboxes and triggers have. */
  record ReadInbox(What what, int run, int step) implements Operation {

    /** Which read. */
    enum What {
      PENDING,
      COUNTS,
      INPUTS,
      CURSOR,
      WAITING
    }

    @Override
    public String toString() {
      return "read %s of the inbox of i%d/%s"
          .formatted(what.name().toLowerCase(Locale.ROOT), run, StateDraft.step(step));
    }
  }

  /** Deletes an instance. */
  record Delete(int instance, boolean force) implements Operation {
    @Override
    public String toString() {
      return "delete i" + instance + (force ? " with force" : "");
    }
  }

  /** Keeps the sessions of owners. */
  record RenewSessions(List<Integer> owners, int steps, int idleSteps) implements Operation {
    @Override
    public String toString() {
      return "renew sessions of %s by %d unless idle for %d".formatted(owners, steps, idleSteps);
    }
  }

  /** Gives up a session. */
  record ReleaseSession(int owner, int session) implements Operation {
    @Override
    public String toString() {
      return "release " + Owner.session(session) + " of " + Owner.id(owner);
    }
  }

  /** Removes what is left of sessions. */
  record CleanUpSessions() implements Operation {
    @Override
    public String toString() {
      return "clean up sessions";
    }
  }

  /** Lets time pass. */
  record MoveTime(int steps) implements Operation {
    @Override
    public String toString() {
      return "time moves by " + steps;
    }
  }

  /** Closes all handles and opens the store again. */
  record Reopen() implements Operation {
    @Override
    public String toString() {
      return "reopen";
    }
  }

  /** Goes on with another handle. */
  record OtherHandle() implements Operation {
    @Override
    public String toString() {
      return "go on with the other handle";
    }
  }
}
