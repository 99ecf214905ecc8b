package dev.sallyport.edge.mcp;

import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Ends long streams as soon as the process is asked to stop. Quarkus first waits for open requests
 * and only then says that it shuts down; a stream would make it wait in vain and be cut.
 */
@Singleton
public class Goodbye {

  private final List<Runnable> actions = new CopyOnWriteArrayList<>();
  private final AtomicBoolean said = new AtomicBoolean();
  private @Nullable Thread hook;

  void start(@Observes StartupEvent event) {
    Thread thread = new Thread(this::say, "edge-goodbye");
    hook = thread;
    Runtime.getRuntime().addShutdownHook(thread);
  }

  void stop(@Observes ShutdownEvent event) {
    say();
    Thread thread = hook;
    if (thread != null) {
      try {
        Runtime.getRuntime().removeShutdownHook(thread);
      } catch (IllegalStateException e) {
        // The process is ending: the hook has its work behind it.
      }
    }
  }

  /** Runs the action once, when the process is asked to stop. */
  public void onGoodbye(Runnable action) {
    actions.add(action);
  }

  private void say() {
    if (said.compareAndSet(false, true)) {
      actions.forEach(Runnable::run);
    }
  }
}
