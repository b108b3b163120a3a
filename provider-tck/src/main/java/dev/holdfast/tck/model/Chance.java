// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.tck.model.MessageDraft.When;
import dev.holdfast.tck.model.TurnDraft.EventIds;
import dev.holdfast.tck.model.TurnDraft.Fault;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes up operations; the same ones for the same seed. Not thread-safe. */
final class Chance {

  static final int INSTANCES = 3;
  private static final int MESSAGE_IDS = 3;
  private static final int ACTIVITIES = 4;

  /** After every so many operations turns ahead are likely to fit. */
  private static final int SCENES = 20;

  private static final int SCENES_OF_THREADS = 3;

  /** After every so many operations changes come alone, and rows are read. */
  private static final int STATES = 6;

  /** Beyond the end of any run. */
  private static final int FAR = 4000;

  private final Random random;
  private final boolean exact;
  private int labels;

  Chance(long seed, boolean exact) {
    random = new Random(seed);
    this.exact = exact;
  }

  /**
   * Makes up a sequence, and ends it with a look at everything.
   *
   * @param seed its seed
   * @param count how many operations
   * @param exact whether moments may matter
   * @param features which features some of them use; the others are the same either way
   */
  static List<Operation> operations(long seed, int count, boolean exact, Features features) {
    Chance chance = new Chance(seed, exact);
    Extras extras = new Extras(seed, exact, features);
    List<Operation> operations = new ArrayList<>();
    int beside = 0;
    while (operations.size() - beside < count) {
      operations.add(extras.addTo(chance.operation()));
      operations.addAll(extras.others());
      operations.addAll(extras.scene(SCENES, INSTANCES, true));
      operations.addAll(extras.sessionScene(SCENES));
      List<Operation> states = extras.states(STATES);
      operations.addAll(states);
      beside += states.size();
    }
    operations.addAll(chance.lookAtEverything());
    operations.addAll(extras.lookAtEverything());
    return operations;
  }

  /**
   * Makes up a sequence that is about changes, runs and steps, and ends with a look at everything.
   *
   * @param seed its seed
   * @param count how many operations
   * @param exact whether moments may matter
   * @param features which features some of them use
   */
  static List<Operation> ofStates(long seed, int count, boolean exact, Features features) {
    Chance chance = new Chance(seed, exact);
    Extras extras = new Extras(seed, exact, features.ofStates());
    List<Operation> operations = new ArrayList<>(beginning());
    while (operations.size() < count) {
      operations.addAll(extras.states(2));
      if (chance.oneOf(2)) {
        operations.add(extras.addTo(chance.operation()));
        operations.addAll(extras.others());
      }
    }
    operations.addAll(chance.lookAtEverything());
    operations.addAll(extras.lookAtEverything());
    return operations;
  }

  /**
   * Makes up operations about changes, runs and steps for one of several threads.
   *
   * @param seed the seed
   * @param count how many operations
   * @param features which features some of them use
   */
  static List<Operation> singlesOfStates(long seed, int count, Features features) {
    Chance chance = new Chance(seed, false);
    Extras extras = new Extras(seed, false, features.ofStates());
    List<Operation> operations = new ArrayList<>();
    while (operations.size() < count) {
      operations.addAll(extras.states(2));
      if (chance.oneOf(4)) {
        single(chance.operation()).map(extras::addTo).ifPresent(operations::add);
      }
    }
    return operations.subList(0, count);
  }

  void labelsFrom(int first) {
    labels = first;
  }

  boolean isExact() {
    return exact;
  }

  boolean oneOf(int count) {
    return random.nextInt(count) == 0;
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  List<Integer> numbers(int count, int least, int greatest) {
    return random.ints(count, least, greatest + 1).boxed().toList();
  }

  void shuffle(List<?> list) {
    Collections.shuffle(list, random);
  }

  /** A turn of an instance. */
  TurnDraft turnOf(int instance) {
    TurnDraft turn = turn();
    return turn.of(new TokenRef(instance, turn.token().back(), turn.token().invented()));
  }

  /**
   * Makes up operations for one of several threads: on one instance or activity each, so that each
   * is one step, and without anything that ends or comes due.
   *
   * @param seed the seed
   * @param count how many operations
   * @param features which features some of them use
   */
  static List<Operation> singles(long seed, int count, Features features) {
    Chance chance = new Chance(seed, false);
    Extras extras = new Extras(seed, false, features);
    return Stream.generate(chance::operation)
        .flatMap(operation -> single(operation).stream())
        .flatMap(operation ->
            Stream.of(
                    List.of(extras.addTo(operation)),
                    extras.others(),
                    extras.states(STATES),
                    extras.scene(SCENES_OF_THREADS, 1, false))
                .flatMap(List::stream))
        .limit(count)
        .toList();
  }

  private static Optional<Operation> single(Operation operation) {
    return switch (operation) {
      case Operation.Enqueue(List<MessageDraft> messages, boolean asList) ->
          Optional.of(new Operation.Enqueue(messages.subList(0, 1), asList));
      case Operation.Fetch fetch ->
          Optional.of(
              new Operation.Fetch(
                  fetch.queue(), 1, fetch.inlineHistory(), fetch.lockSteps(), fetch.taken()));
      case Operation.AckTurns(List<TurnDraft> turns, boolean asList) ->
          Optional.of(new Operation.AckTurns(turns.subList(0, 1), asList));
      case Operation.AckActivities(List<ActivityDraft> acks, boolean asList) ->
          Optional.of(new Operation.AckActivities(acks.subList(0, 1), asList));
      case Operation.Renew(Queue queue, List<TokenRef> tokens, int steps, boolean asList) ->
          Optional.of(new Operation.Renew(queue, tokens.subList(0, 1), steps, asList));
      // What was given back and comes again with messages of calls that overlapped has no order.
      case Operation.Abandon abandon when abandon.queue() == Queue.TURNS -> Optional.empty();
      case Operation.MoveTime move -> Optional.empty();
      case Operation.Reopen reopen -> Optional.empty();
      case Operation.OtherHandle other -> Optional.empty();
      default -> Optional.of(operation);
    };
  }

  /** Makes every instance known. */
  static List<Operation> beginning() {
    return IntStream.range(0, INSTANCES)
        .boxed()
        .flatMap(i ->
            Stream.<Operation>of(
                new Operation.Enqueue(
                    List.of(new MessageDraft(i, "go", When.NOW, 0, "flow", null, false)), false),
                new Operation.Fetch(Queue.TURNS, 1, 0, FAR, Taken.PLAIN),
                new Operation.AckTurns(
                    List.of(
                        TurnDraft.empty(new TokenRef(i, 0, false))
                            .withActivities(List.of(1, 2), Fault.NONE)
                            .withName("flow", false)),
                    false)))
        .toList();
  }

  private Operation operation() {
    int dice = random.nextInt(100);
    if (dice < 20) {
      return enqueue();
    } else if (dice < 38) {
      return fetch(Queue.TURNS);
    } else if (dice < 58) {
      return new Operation.AckTurns(some(this::turn), random.nextInt(3) == 0);
    } else if (dice < 64) {
      Queue queue = queue();
      return new Operation.Abandon(queue, token(), delay(), random.nextInt(3) > 0);
    } else if (dice < 69) {
      return new Operation.Renew(queue(), some(this::token), lock(), random.nextBoolean());
    } else if (dice < 77) {
      return fetch(Queue.ACTIVITIES);
    } else if (dice < 85) {
      return new Operation.AckActivities(some(this::activity), random.nextInt(3) == 0);
    } else if (dice < 88) {
      return new Operation.ReadHistory(
          instance(), 1 + random.nextInt(2), random.nextInt(4), 1 + random.nextInt(4));
    } else if (dice < 89) {
      return new Operation.LatestExecution(instance());
    } else if (dice < 90) {
      return new Operation.WrongQueue(queue(), token());
    } else if (dice < 91) {
      return new Operation.Reopen();
    } else if (dice < 93 || !exact) {
      return new Operation.OtherHandle();
    }
    return new Operation.MoveTime(1 + random.nextInt(4));
  }

  private List<Operation> lookAtEverything() {
    Stream<Operation> time = exact ? Stream.of(new Operation.MoveTime(20)) : Stream.of();
    Stream<Operation> queues =
        Stream.of(
            new Operation.Fetch(Queue.TURNS, 50, 50, lock(), Taken.ALL),
            new Operation.Fetch(Queue.ACTIVITIES, 50, 50, lock(), Taken.ALL));
    Stream<Operation> histories =
        IntStream.range(0, INSTANCES)
            .boxed()
            .flatMap(i ->
                Stream.of(
                    new Operation.LatestExecution(i),
                    new Operation.ReadHistory(i, 1, 0, 100),
                    new Operation.ReadHistory(i, 2, 0, 100)));
    return Stream.of(time, queues, histories).flatMap(one -> one).toList();
  }

  private Operation enqueue() {
    List<MessageDraft> messages = some(this::message);
    return new Operation.Enqueue(messages, messages.size() > 1 || random.nextInt(4) == 0);
  }

  private Operation fetch(Queue queue) {
    return new Operation.Fetch(
        queue,
        1 + random.nextInt(3),
        random.nextInt(3) == 0 ? random.nextInt(3) : 64,
        lock(),
        Taken.PLAIN);
  }

  private MessageDraft message() {
    String messageId = random.nextInt(4) == 0 ? "m" + random.nextInt(MESSAGE_IDS) : null;
    // What has an id is said in few ways, so that repeats are often the same and sometimes not.
    String body = messageId == null ? label() : random.nextInt(4) == 0 ? "other" : messageId;
    When when =
        random.nextInt(3) > 0 ? When.NOW : exact && random.nextBoolean() ? When.AT : When.IN;
    return new MessageDraft(
        instance(),
        body,
        when,
        when == When.NOW ? 0 : when == When.AT ? random.nextInt(7) - 2 : delay(),
        random.nextInt(3) == 0 ? name() : null,
        messageId,
        random.nextInt(4) == 0);
  }

  private TurnDraft turn() {
    TurnDraft turn =
        new TurnDraft(
            token(),
            label(),
            random.nextInt(8) == 0 ? random.nextInt(3) - 1 : 0,
            random.nextInt(4),
            EventIds.NEXT,
            numbers(3),
            Fault.NONE,
            random.nextInt(4) == 0 ? numbers(2) : List.of(),
            random.nextInt(3) == 0 ? some(this::message) : List.of(),
            random.nextInt(2) == 0 ? name() : null,
            random.nextInt(6) == 0,
            Additions.NONE);
    return switch (random.nextInt(10)) {
      case 0, 1 -> turn.withEvents(1 + random.nextInt(2), any(EventIds.values()));
      case 2 -> turn.withActivities(List.of(1 + random.nextInt(ACTIVITIES)), any(Fault.values()));
      default -> turn;
    };
  }

  private ActivityDraft activity() {
    boolean astray = random.nextInt(12) == 0;
    String messageId = !astray && random.nextInt(5) == 0 ? "m" + random.nextInt(MESSAGE_IDS) : null;
    String body = astray || random.nextInt(5) > 0 ? label() : null;
    return new ActivityDraft(token(), body, body == null ? null : messageId, astray);
  }

  List<Integer> numbers(int most) {
    return random.ints(random.nextInt(most), 1, ACTIVITIES + 1).distinct().boxed().toList();
  }

  private TokenRef token() {
    int back = random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0;
    return new TokenRef(instance(), back, random.nextInt(25) == 0);
  }

  private <T> List<T> some(Supplier<T> one) {
    int count = random.nextInt(3) == 0 ? 2 + random.nextInt(2) : 1;
    return Stream.generate(one).limit(count).toList();
  }

  <T> T any(T[] values) {
    return values[random.nextInt(values.length)];
  }

  int lock() {
    return exact ? 1 + random.nextInt(6) : FAR;
  }

  private int delay() {
    if (exact) {
      return random.nextInt(5);
    }
    return random.nextInt(4) == 0 ? FAR : 0;
  }

  private Queue queue() {
    return random.nextInt(3) == 0 ? Queue.ACTIVITIES : Queue.TURNS;
  }

  int instance() {
    return random.nextInt(INSTANCES);
  }

  String label() {
    labels++;
    return "x" + labels;
  }

  private @Nullable String name() {
    return random.nextBoolean() ? "flow" : "flow-v";
  }
}
