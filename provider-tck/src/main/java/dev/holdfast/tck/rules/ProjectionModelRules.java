// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.reference.ReferenceModel;
import dev.holdfast.tck.rules.ProjectionAction.Append;
import dev.holdfast.tck.rules.ProjectionAction.Create;
import dev.holdfast.tck.rules.ProjectionAction.Drop;
import dev.holdfast.tck.rules.ProjectionAction.MakeLive;
import dev.holdfast.tck.rules.ProjectionAction.Row;
import dev.holdfast.tck.rules.ProjectionAction.Rows;
import dev.holdfast.tck.rules.ProjectionAction.Update;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Random sequences of calls of projections, next to the reference model. */
@RuleFamily("PROJECTION")
final class ProjectionModelRules {

  private static final int ACTIONS = 150;
  private static final List<String> NAMES = List.of("one", "two");
  private static final List<String> KEYS = List.of("a", "b", "c");

  /**
   * What is said of projections is what the model says, after each step.
   *
   * <p><b>Shape:</b> random appends with and without inline rows, generations, updates that fit and
   * that do not, parked events, switches and drops: each is applied or refused as by the model, and
   * all that can be read is the same.
   */
  @Rule("PROJECTION-28")
  void whatIsSaidIsWhatTheModelSays(StoreUnderTest store) {
    Projected.requireDeclared(store);
    boolean exact = store.pace().clock() == Pace.Clock.STANDING;
    InstantSource clock = exact ? store.timeControl()::now : InstantSource.system();
    Random random = store.random();
    ProjectionSide model = new ProjectionSide(new ReferenceModel(clock).provider(), exact);
    ProjectionSide actual = new ProjectionSide(store.first().provider(), exact);
    List<ProjectionAction> done = new ArrayList<>();
    for (int n = 0; n < ACTIONS; n++) {
      ProjectionAction action = action(random, model);
      done.add(action);
      String expected = model.perform(action);
      Expect.equal(
          "The last of these had another answer: " + done + ".", expected, actual.perform(action));
      for (String name : NAMES) {
        Expect.equal(
            "A projection is another one than the model's behind " + done + ".",
            model.state(name),
            actual.state(name));
      }
      if (random.nextInt(5) == 0) {
        store.moveTime(store.tick());
      }
    }
  }

  private static ProjectionAction action(Random random, ProjectionSide model) {
    String name = oneOf(random, NAMES);
    Optional<ProjectionInfo> info = model.info(name);
    int newest = info.map(ProjectionInfo::newest).orElse(0);
    int live = info.map(ProjectionInfo::live).orElse(1);
    int generation = oneOf(random, generations(info, newest));
    return switch (random.nextInt(12)) {
      case 0, 1 -> new Append("s" + random.nextInt(2), null);
      case 2, 3 ->
          new Append(
              "s" + random.nextInt(2),
              rows(random, name, random.nextInt(4) == 0 ? generation : live));
      case 4 ->
          new Create(
              name,
              random.nextInt(5) == 0 ? newest + 1 - random.nextInt(3) : newest,
              1 + random.nextInt(3),
              random.nextInt(model.events() + 1));
      case 5 ->
          new MakeLive(
              name,
              generation,
              random.nextInt(5) == 0 ? generation : live,
              random.nextBoolean() ? null : random.nextInt(model.events() + 1));
      case 6 -> new Drop(name, generation, 1 + random.nextInt(3));
      default -> update(random, model, name, info, generation);
    };
  }

  /** Those that are there, and now and then one that is not. */
  private static List<Integer> generations(Optional<ProjectionInfo> info, int newest) {
    List<Integer> all = new ArrayList<>();
    info.ifPresent(known ->
        known
            .generations()
            .forEach(one -> {
              all.add(one.generation());
              all.add(one.generation());
            }));
    all.add(newest + 1);
    all.add(Math.max(1, newest - 1));
    return all;
  }

  private static Update update(
      Random random,
      ProjectionSide model,
      String name,
      Optional<ProjectionInfo> info,
      int generation) {
    @Nullable GenerationInfo found =
        info.stream()
            .flatMap(known -> known.generations().stream())
            .filter(one -> one.generation() == generation)
            .findFirst()
            .orElse(null);
    int shards = found == null ? 1 : found.shards().size();
    int shard = random.nextInt(10) == 0 ? shards : random.nextInt(shards);
    int stored =
        found == null || shard == shards ? 0 : model.number(found.shards().get(shard).checkpoint());
    int from = random.nextInt(6) == 0 ? random.nextInt(model.events() + 1) : stored;
    int most = model.events() - from + (random.nextInt(8) == 0 ? 2 : 1);
    return new Update(
        rows(random, name, generation),
        shard,
        from,
        from + random.nextInt(Math.max(1, Math.min(3, most))),
        positions(random, model, 3),
        found == null || found.parked() == 0 || random.nextInt(3) > 0
            ? positions(random, model, 8)
            : List.of(oneOf(random, parkedOr(model.parked(name, generation)))));
  }

  /** Those that are parked, and the start where there is none. */
  private static List<Integer> parkedOr(List<Integer> parked) {
    return parked.isEmpty() ? List.of(0) : parked;
  }

  private static List<Integer> positions(Random random, ProjectionSide model, int seldom) {
    return random.nextInt(seldom) > 0
        ? List.of()
        : IntStream.range(0, 1 + random.nextInt(2))
            .map(n -> random.nextInt(model.events() + 1))
            .boxed()
            .toList();
  }

  private static Rows rows(Random random, String name, int generation) {
    List<Row> rows =
        IntStream.range(0, random.nextInt(4))
            .mapToObj(n ->
                new Row(
                    oneOf(random, KEYS),
                    random.nextInt(4) == 0 ? null : "value " + random.nextInt(100),
                    random.nextInt(3) == 0 ? random.nextInt(3) : null))
            .toList();
    return new Rows(name, generation, rows);
  }

  private static <T> T oneOf(Random random, List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
