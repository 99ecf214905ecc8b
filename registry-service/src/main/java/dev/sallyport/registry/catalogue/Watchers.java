package dev.sallyport.registry.catalogue;

import io.smallrye.mutiny.subscription.MultiEmitter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Those who listen to one kind of event. Touched by one event loop only. */
final class Watchers<E> {

  private final Set<MultiEmitter<? super E>> emitters = new LinkedHashSet<>();

  void add(MultiEmitter<? super E> emitter) {
    emitters.add(emitter);
  }

  void remove(MultiEmitter<? super E> emitter) {
    emitters.remove(emitter);
  }

  void tell(E event) {
    emitters.forEach(emitter -> emitter.emit(event));
  }

  void complete() {
    List.copyOf(emitters).forEach(MultiEmitter::complete);
    emitters.clear();
  }
}
