package dev.sallyport.edge.admin;

import dev.sallyport.edge.idempotency.AnswerStore;
import io.vertx.core.Future;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** First answers in memory; nothing runs out. */
@Alternative
@Singleton
public class FakeAnswerStore implements AnswerStore {

  public final Map<String, String> texts = new ConcurrentHashMap<>();
  public volatile @Nullable RuntimeException failure;

  public void reset() {
    texts.clear();
    failure = null;
  }

  @Override
  public Future<Optional<String>> putIfAbsent(
      String tenant, String name, String text, Duration life) {
    return answer(() -> Optional.ofNullable(texts.putIfAbsent(tenant + "/" + name, text)));
  }

  @Override
  public Future<Boolean> replace(
      String tenant, String name, String before, String text, Duration life) {
    return answer(() -> texts.replace(tenant + "/" + name, before, text));
  }

  @Override
  public Future<Void> remove(String tenant, String name, String before) {
    return answer(() -> texts.remove(tenant + "/" + name, before)).mapEmpty();
  }

  private <T> Future<T> answer(java.util.function.Supplier<T> work) {
    RuntimeException planned = failure;
    return planned == null ? Future.succeededFuture(work.get()) : Future.failedFuture(planned);
  }
}
