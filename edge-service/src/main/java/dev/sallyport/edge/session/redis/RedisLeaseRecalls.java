package dev.sallyport.edge.session.redis;

import dev.sallyport.edge.lease.LeaseRecalls;
import jakarta.inject.Singleton;
import java.util.function.BiConsumer;

/** The ledger's scripts publish tenant, new line, limit id. A recall that is missed costs time. */
@Singleton
class RedisLeaseRecalls implements LeaseRecalls {

  private final RedisChannels channels;

  RedisLeaseRecalls(RedisChannels channels) {
    this.channels = channels;
  }

  @Override
  public void onRecall(BiConsumer<String, String> listener) {
    channels.listen(
        RedisChannels.LEASE_RECALL,
        text -> {
          int cut = text.indexOf('\n');
          if (cut > 0) {
            listener.accept(text.substring(0, cut), text.substring(cut + 1));
          }
        });
  }
}
