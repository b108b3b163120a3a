// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code runs in the same surroundings whoever causes it to run. */
class InheritedContextTest extends OnSqlite {

  private static final InheritableThreadLocal<String> USER = new InheritableThreadLocal<>();
  private static final Activity<String, String> LOOK =
      Activity.named("look", String.class, String.class);
  private static final Orchestration<String, List<String>> LOOKS =
      Orchestration.named(
          "looks",
          new TypeRef<String>() {},
          new TypeRef<List<String>>() {},
          (ctx, in) -> {
            String first = look();
            String second = ctx.call(LOOK, in).await();
            ctx.event("e", String.class).await();
            return List.of(first, second, look(), ctx.call(LOOK, in).await());
          });

  private static String look() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return USER.get() + " " + (loader == null ? "none" : loader.getName());
  }

  private static void as(String user, Runnable task) throws Exception {
    Thread thread =
        Thread.ofPlatform()
            .unstarted(() -> {
              USER.set(user);
              Thread.currentThread().setContextClassLoader(loader(user));
              task.run();
            });
    thread.start();
    thread.join();
  }

  private static ClassLoader loader(String name) {
    return new URLClassLoader(name, new URL[0], InheritedContextTest.class.getClassLoader());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void nothingIsInheritedAndTheClassLoaderIsThatOfWhoeverStartedTheWorker(int cacheSize)
      throws Exception {
    Holdfast[] worker = new Holdfast[1];
    as(
        "builder",
        () ->
            worker[0] =
                work(b ->
                    b.orchestration(LOOKS)
                        .activity(LOOK, (actx, in) -> look())
                        .cacheSize(cacheSize)));
    HoldfastClient client = worker[0].client();
    as("bob", () -> client.start(LOOKS, "x", ""));
    awaitEvents("x", "ActivityCompleted", 1);
    as("eve", () -> client.raise("x", "e", ""));
    assertThat(client.await(LOOKS, "x", LONG))
        .containsExactly("null builder", "null builder", "null builder", "null builder");
  }
}
